"""What ChannelDelivery has settled: the promise's own record."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct

from parlour.core.ids import ChannelId, WorkspaceId


class Settled(Struct, frozen=True, kw_only=True):
    """How far a channel's delivery is, and in which run of its workflow."""

    settled_seq: int
    run_id: str | None


class Deliveries:
    """One row a channel, for what is settled."""

    def __init__(self, database: Any) -> None:
        self._deliveries = database.deliveries

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
