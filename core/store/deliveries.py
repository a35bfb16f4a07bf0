"""What ChannelDelivery has settled, and who is still owed what: the promise's own records."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import ASCENDING, IndexModel, UpdateOne

from parlour.core.ids import ChannelId, UserId, WorkspaceId

INDEXES = {
    "owed": [
        IndexModel([("channel_id", ASCENDING), ("user_id", ASCENDING)], unique=True),
        IndexModel("user_id"),
    ]
}


class Settled(Struct, frozen=True, kw_only=True):
    """How far a channel's delivery is, and in which run of its workflow."""

    settled_seq: int
    run_id: str | None


class Owed(Struct, frozen=True, kw_only=True):
    """Messages `first_n` to `last_n` found a member without a live connection: notifications pick this up."""

    user_id: UserId
    first_n: int
    last_n: int


class Deliveries:
    """One row a channel for what is settled; one a channel and member for what is owed."""

    def __init__(self, database: Any) -> None:
        self._deliveries = database.deliveries
        self._owed = database.owed

    async def settled(self, channel_id: ChannelId) -> Settled:
        """Return how far a channel's delivery is; 0 before its first."""
        document = await self._deliveries.find_one({"_id": channel_id})
        if not document:
            return Settled(settled_seq=0, run_id=None)
        return Settled(settled_seq=document["settled_seq"], run_id=document.get("run_id"))

    async def settle(
        self, channel_id: ChannelId, workspace_id: WorkspaceId, *, seq: int, run_id: str, at: datetime
    ) -> None:
        """Record that everything up to `seq` is routed."""
        await self._deliveries.update_one(
            {"_id": channel_id},
            {
                "$max": {"settled_seq": seq},
                "$set": {"workspace_id": workspace_id, "run_id": run_id, "settled_at": at},
            },
            upsert=True,
        )

    async def settled_seqs(self, channel_ids: Iterable[ChannelId]) -> dict[ChannelId, int]:
        """Return how far several channels are."""
        cursor = self._deliveries.find({"_id": {"$in": list(channel_ids)}}, {"settled_seq": 1})
        return {document["_id"]: document["settled_seq"] async for document in cursor}

    async def owe(
        self, channel_id: ChannelId, spans: Mapping[UserId, tuple[int, int]], *, at: datetime
    ) -> None:
        """Widen what is owed to members; the same spans again change nothing."""
        if spans:
            await self._owed.bulk_write(
                [
                    UpdateOne(
                        {"channel_id": channel_id, "user_id": user_id},
                        {
                            "$min": {"first_n": first_n},
                            "$max": {"last_n": last_n},
                            "$setOnInsert": {"since": at},
                        },
                        upsert=True,
                    )
                    for user_id, (first_n, last_n) in spans.items()
                ],
                ordered=False,
            )

    async def owed_to(self, channel_id: ChannelId, user_ids: Iterable[UserId]) -> dict[UserId, Owed]:
        """Return what a channel owes to each of some members."""
        cursor = self._owed.find({"channel_id": channel_id, "user_id": {"$in": list(user_ids)}})
        return {
            row["user_id"]: Owed(user_id=row["user_id"], first_n=row["first_n"], last_n=row["last_n"])
            async for row in cursor
        }

    async def clear(self, channel_id: ChannelId, received: Mapping[UserId, int]) -> None:
        """Forget what was owed to members who have received it since."""
        owed = await self.owed_to(channel_id, received)
        done = [user_id for user_id, row in owed.items() if row.last_n <= received[user_id]]
        if done:
            await self._owed.delete_many({"channel_id": channel_id, "user_id": {"$in": done}})
