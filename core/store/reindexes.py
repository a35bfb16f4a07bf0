"""How far rebuilding each workspace's search index is, for whoever asks without asking Temporal."""

from datetime import datetime
from typing import Any

from parlour.core.ids import WorkspaceId
from parlour.core.model.promises import ReindexCursor
from parlour.core.model.search import ReindexProgress
from parlour.core.store.mongo import Document


class Reindexes:
    """One document a workspace, of its last rebuilding."""

    def __init__(self, database: Any) -> None:
        self._reindexes = database.search_reindexes

    async def began(self, workspace_id: WorkspaceId, cursor: ReindexCursor, *, at: datetime) -> None:
        """Record a beginning."""
        state = {"state": "running", "started_at": at, "finished_at": None, **_numbers(cursor)}
        await self._reindexes.update_one({"_id": workspace_id}, {"$set": state}, upsert=True)

    async def reached(self, workspace_id: WorkspaceId, cursor: ReindexCursor) -> None:
        """Record how far it is."""
        await self._reindexes.update_one({"_id": workspace_id}, {"$set": _numbers(cursor)})

    async def ended(self, workspace_id: WorkspaceId, cursor: ReindexCursor, *, at: datetime) -> None:
        """Record the end."""
        state = {"state": "done", "finished_at": at, **_numbers(cursor)}
        await self._reindexes.update_one({"_id": workspace_id}, {"$set": state})

    async def forget(self, workspace_id: WorkspaceId) -> None:
        """Forget a rebuilding that was ended by force."""
        await self._reindexes.delete_one({"_id": workspace_id})

    async def of(self, workspace_id: WorkspaceId) -> ReindexProgress | None:
        """Return what is on record."""
        found = await self._reindexes.find_one({"_id": workspace_id}, {"_id": 0})
        return ReindexProgress(**found) if found else None


def _numbers(cursor: ReindexCursor) -> Document:
    return {
        "channels": cursor.channels,
        "channels_done": cursor.channels_done,
        "messages": cursor.messages,
    }
