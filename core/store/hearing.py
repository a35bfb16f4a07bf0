"""Who wants to hear everything said in a channel: a mark at their membership, and the index that finds them."""

from collections.abc import Iterable
from typing import Any

from pymongo import ASCENDING, IndexModel

from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.model.notifications import Level
from parlour.core.store.mongo import ONE_REPLY, Document

# Of the memberships: routing looks at nobody else who was not called.
INDEXES = [
    IndexModel(
        [("channel_id", ASCENDING), ("hears_all", ASCENDING), ("user_id", ASCENDING)],
        partialFilterExpression={"hears_all": True},
    )
]
WANTS_ALL = {"$eq": ["$notify", "all"]}
SAYS_NOTHING = {"$eq": [{"$ifNull": ["$notify", "default"]}, "default"]}


class Hearing:
    """The marks of all memberships."""

    def __init__(self, database: Any) -> None:
        self._memberships = database.memberships

    async def mark(
        self,
        workspace_id: WorkspaceId,
        user_ids: Iterable[UserId],
        *,
        level: Level,
        channel_id: ChannelId | None = None,
    ) -> None:
        """Mark which memberships of people with this level hear everything, of one channel or of a workspace."""
        query: Document = {"user_id": {"$in": list(user_ids)}, "workspace_id": workspace_id}
        if channel_id:
            query["channel_id"] = channel_id
        wants = {"$or": [WANTS_ALL, SAYS_NOTHING]} if level == "all" else WANTS_ALL
        hears = {"$and": [{"$ne": ["$muted", True]}, wants]}
        marked = [{"$set": {"hears_all": {"$cond": [hears, True, "$$REMOVE"]}}}]
        await self._memberships.update_many(query, marked)

    async def all_of(self, channel_id: ChannelId) -> list[UserId]:
        """Return who wants to hear everything said in a channel."""
        cursor = self._memberships.find({"channel_id": channel_id, "hears_all": True}, {"user_id": 1})
        return [document["user_id"] async for document in cursor.batch_size(ONE_REPLY)]
