"""Workspaces that are being set up, and what became of that; and taking away what was begun."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument

from parlour.core.clock import now
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.model.onboarding import OVER, Invited, OnboardingRecord, OnboardingState, Step
from parlour.core.store.mongo import Document

BUILTIN = (datetime,)
INDEXES = {
    "onboardings": [
        IndexModel([("owner_id", ASCENDING), ("quick", ASCENDING), ("_id", DESCENDING)]),
        # The sweep: those on their way that made no progress.
        IndexModel("updated_at", partialFilterExpression={"is_open": True}),
        IndexModel("expires_at", expireAfterSeconds=0),
    ]
}


class Onboardings:
    """The onboardings of everybody. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._onboardings = database.onboardings
        self._database = database

    async def add(self, record: OnboardingRecord) -> None:
        """Store a new one."""
        await self._onboardings.insert_one(_document(record) | {"is_open": True})

    async def get(self, workspace_id: WorkspaceId) -> OnboardingRecord | None:
        """Return one."""
        document = await self._onboardings.find_one({"_id": workspace_id})
        return _record(document) if document else None

    async def of(self, owner_id: UserId, *, limit: int) -> list[OnboardingRecord]:
        """Return someone's, the newest first, but for those that ask for no attention."""
        cursor = self._onboardings.find({"owner_id": owner_id, "quick": False}).sort("_id", DESCENDING)
        return [_record(document) async for document in cursor.limit(limit)]

    async def count_open(self, owner_id: UserId) -> int:
        """Return how many of someone's are on their way."""
        query = {"owner_id": owner_id, "quick": False, "is_open": True}
        return int(await self._onboardings.count_documents(query))

    async def put_step(
        self, workspace_id: WorkspaceId, index: int, step: Step, **fields: Any
    ) -> OnboardingRecord | None:
        """Record how far a step is, and `fields` of the whole with it."""
        return await self._change(workspace_id, {f"steps.{index}": _built(step), **fields})

    async def put_state(
        self, workspace_id: WorkspaceId, state: OnboardingState, words: str, *, kept: timedelta
    ) -> OnboardingRecord | None:
        """Record how far the whole is; one that is over is kept for a while."""
        over: Document = {"is_open": False, "expires_at": now() + kept} if state in OVER else {}
        return await self._change(workspace_id, {"state": state, "words": words, **over})

    async def put_refused(self, workspace_id: WorkspaceId, refused: Sequence[Invited]) -> None:
        """Record whom the invitations could not be made for."""
        await self._change(workspace_id, {"refused": [_built(each) for each in refused]})

    async def put_slug(self, workspace_id: WorkspaceId, slug: str) -> None:
        """Record the address that was reserved."""
        await self._change(workspace_id, {"slug": slug})

    async def close_quick(self, workspace_id: WorkspaceId) -> bool:
        """Forget a quick one that is whole; return false when it is being undone already."""
        found = await self._onboardings.delete_one({"_id": workspace_id, "state": "running"})
        return bool(found.deleted_count)

    async def forget(self, workspace_id: WorkspaceId) -> None:
        """Forget one."""
        await self._onboardings.delete_one({"_id": workspace_id})

    async def claim_undo(self, workspace_id: WorkspaceId, words: str) -> OnboardingRecord | None:
        """Let one be undone, unless it is over; return it as it is now."""
        query = {"_id": workspace_id, "state": {"$in": ["running", "waiting", "undoing"]}}
        return await self._change(workspace_id, {"state": "undoing", "words": words}, query)

    async def stale(self, before: datetime, *, limit: int) -> list[OnboardingRecord]:
        """Return those that made no progress since a time and wait for nobody, the oldest first."""
        query = {"is_open": True, "updated_at": {"$lt": before}, "state": {"$ne": "waiting"}}
        cursor = self._onboardings.find(query).sort("updated_at", ASCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def touch(self, workspace_id: WorkspaceId) -> None:
        """Note that somebody sees to one, so that the sweep leaves it for a while."""
        await self._onboardings.update_one({"_id": workspace_id}, {"$set": {"updated_at": now()}})

    async def erase_channels(self, workspace_id: WorkspaceId) -> list[ChannelId]:
        """Take a workspace's channels away with all that was said in them; return which they were."""
        ids = [
            found["_id"]
            async for found in self._database.channels.find({"workspace_id": workspace_id}, {"_id": 1})
        ]
        for channel_id in ids:
            await self._database.entries.delete_many({"channel_id": channel_id})
            await self._database.memberships.delete_many({"channel_id": channel_id})
            await self._database.channels.delete_one({"_id": channel_id})
        return ids

    async def erase_workspace(self, workspace_id: WorkspaceId) -> None:
        """Take a workspace away, whose channels and members are gone."""
        await self._database.workspaces.delete_one({"_id": workspace_id})

    async def _change(
        self, workspace_id: WorkspaceId, fields: Document, query: Document | None = None
    ) -> OnboardingRecord | None:
        document = await self._onboardings.find_one_and_update(
            query or {"_id": workspace_id},
            {"$set": fields | {"updated_at": now()}},
            return_document=ReturnDocument.AFTER,
        )
        return _record(document) if document else None


def _built(struct: msgspec.Struct) -> Document:
    built: Document = msgspec.to_builtins(struct, builtin_types=BUILTIN)
    return built


def _document(record: OnboardingRecord) -> Document:
    document = _built(record)
    document["_id"] = document.pop("id")
    return document


def _record(document: Document) -> OnboardingRecord:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, OnboardingRecord)
