"""The places in channels of those who are deactivated: set aside as they were, to be taken up again."""

from typing import Any

from pymongo import ASCENDING, IndexModel

from parlour.core.ids import ChannelId, UserId, WorkspaceId

INDEXES = {
    "parked_memberships": [
        IndexModel([("user_id", ASCENDING), ("workspace_id", ASCENDING)]),
        IndexModel([("channel_id", ASCENDING), ("user_id", ASCENDING)], unique=True),
    ]
}


class ParkedMemberships:
    """Memberships of channels, moved out of them and back as they are stored."""

    def __init__(self, database: Any) -> None:
        self._parked = database.parked_memberships
        self._memberships = database.memberships

    async def keep(self, channel_id: ChannelId, user_id: UserId) -> None:
        """Remember a membership as it is; it is still to be ended."""
        place = {"channel_id": channel_id, "user_id": user_id}
        if found := await self._memberships.find_one(place):
            del found["_id"]
            await self._parked.replace_one(place, found, upsert=True)

    async def of(self, user_id: UserId, workspace_id: WorkspaceId) -> list[ChannelId]:
        """Return the channels of a workspace that someone is to be in again."""
        cursor = self._parked.find({"user_id": user_id, "workspace_id": workspace_id}, {"channel_id": 1})
        return [document["channel_id"] async for document in cursor]

    async def restore(self, channel_id: ChannelId, user_id: UserId) -> bool:
        """Make a membership what it was; return false when there is one by now, or nothing to restore."""
        place = {"channel_id": channel_id, "user_id": user_id}
        found = await self._parked.find_one(place)
        if found is None:
            return False
        del found["_id"]
        result = await self._memberships.update_one(place, {"$setOnInsert": found}, upsert=True)
        return result.upserted_id is not None

    async def forget(self, channel_id: ChannelId, user_id: UserId) -> None:
        """Forget what was remembered of one."""
        await self._parked.delete_one({"channel_id": channel_id, "user_id": user_id})
