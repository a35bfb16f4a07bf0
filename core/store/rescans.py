"""How far scanning each workspace's contents again is, for whoever asks without asking Temporal."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec

from parlour.core.ids import WorkspaceId
from parlour.core.model.file_keeping import RescanProgress
from parlour.core.model.file_promises import RescanCursor
from parlour.core.store.mongo import Document


class Rescans:
    """One document a workspace, of its last rescan."""

    def __init__(self, database: Any) -> None:
        self._rescans = database.file_rescans

    async def began(self, workspace_id: WorkspaceId, cursor: RescanCursor, *, at: datetime) -> None:
        """Record a beginning."""
        state = {"state": "running", "started_at": at, "finished_at": None, **_numbers(cursor)}
        await self._rescans.update_one({"_id": workspace_id}, {"$set": state}, upsert=True)

    async def put_back(self, workspace_id: WorkspaceId, progress: RescanProgress | None) -> None:
        """Record again what was on record before a beginning that came to nothing."""
        await self._rescans.delete_one({"_id": workspace_id})
        if progress is not None:
            await self._rescans.insert_one({"_id": workspace_id} | msgspec.structs.asdict(progress))

    async def reached(
        self, workspace_id: WorkspaceId, cursor: RescanCursor, *, waits_for: str, at: datetime
    ) -> None:
        """Record how far it is, and what it waits for."""
        if waits_for:
            words = f"Waiting for {waits_for}, last tried {at:%-d %b %H:%M:%S} UTC. {cursor.words}"
            state = _numbers(cursor) | {"state": "waiting", "words": words}
        else:
            state = _numbers(cursor) | {"state": "running"}
        await self._rescans.update_one({"_id": workspace_id}, {"$set": state})

    async def ended(self, workspace_id: WorkspaceId, cursor: RescanCursor, *, at: datetime) -> None:
        """Record the end."""
        state = {"state": "done", "finished_at": at, **_numbers(cursor)}
        await self._rescans.update_one({"_id": workspace_id}, {"$set": state})

    async def of(self, workspace_id: WorkspaceId) -> RescanProgress | None:
        """Return what is on record."""
        found = await self._rescans.find_one({"_id": workspace_id}, {"_id": 0})
        return RescanProgress(**found) if found else None


def _numbers(cursor: RescanCursor) -> Document:
    told = asdict(cursor)
    return {name: told[name] for name in ("contents", "looked_at", "scanned", "quarantined", "unscanned")} | {
        "words": cursor.words[:1].upper() + cursor.words[1:]
    }
