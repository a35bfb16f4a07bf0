"""The first steps of newcomers: one record a person and workspace."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from parlour.core.clock import now
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.onboarding import FirstStep, WelcomeRecord
from parlour.core.store.mongo import Document

BUILTIN = (datetime,)
INDEXES = {
    "welcomes": [
        IndexModel([("user_id", ASCENDING), ("workspace_id", ASCENDING)]),
        IndexModel("due_at", partialFilterExpression={"due_at": {"$type": "date"}}),
        IndexModel("kept_until", expireAfterSeconds=0),
    ]
}


def key_of(workspace_id: WorkspaceId, user_id: UserId) -> str:
    """Return the id of somebody's first steps in a workspace."""
    return f"{workspace_id}/{user_id}"


class Welcomes:
    """The first steps of everybody. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._welcomes = database.welcomes

    async def add(self, record: WelcomeRecord, *, kept_until: datetime) -> bool:
        """Store a new one; return false when there is one already."""
        document: Document = msgspec.to_builtins(record, builtin_types=BUILTIN)
        document["_id"] = document.pop("id")
        try:
            await self._welcomes.insert_one(document | {"kept_until": kept_until})
        except DuplicateKeyError:
            return False
        return True

    async def get(self, workspace_id: WorkspaceId, user_id: UserId) -> WelcomeRecord | None:
        """Return somebody's in a workspace."""
        document = await self._welcomes.find_one({"_id": key_of(workspace_id, user_id)})
        return _record(document) if document else None

    async def open_of(
        self, user_ids: Iterable[UserId], workspace_id: WorkspaceId | None
    ) -> list[WelcomeRecord]:
        """Return what is open of some people's first steps: in one workspace, or (none) in all."""
        query: Document = {"user_id": {"$in": list(user_ids)}, "state": "open"}
        query |= {"workspace_id": workspace_id} if workspace_id else {}
        return [_record(document) async for document in self._welcomes.find(query)]

    async def mark_done(self, record: WelcomeRecord, step: FirstStep) -> WelcomeRecord | None:
        """Tick a step off; none when it was ticked off before, or nobody waits for it any more."""
        query = {"_id": record.id, "state": "open", f"done.{step}": {"$exists": False}}
        return await self._change(query, {"$set": {f"done.{step}": now()}})

    async def mark_skipped(self, record: WelcomeRecord, step: FirstStep) -> WelcomeRecord | None:
        """Leave a step out; none when nobody waits for it any more."""
        return await self._change({"_id": record.id, "state": "open"}, {"$addToSet": {"skipped": step}})

    async def change(self, record: WelcomeRecord, **fields: Any) -> WelcomeRecord | None:
        """Overwrite fields of one that is open; none when it is not any more."""
        return await self._change({"_id": record.id, "state": "open"}, {"$set": fields})

    async def overdue(self, before: datetime, *, limit: int) -> list[WelcomeRecord]:
        """Return those that should have been looked after before a time."""
        query = {"due_at": {"$type": "date", "$lt": before}}
        cursor = self._welcomes.find(query).sort("due_at", ASCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def _change(self, query: Document, update: Document) -> WelcomeRecord | None:
        document = await self._welcomes.find_one_and_update(
            query, update, return_document=ReturnDocument.AFTER
        )
        return _record(document) if document else None


def _record(document: Document) -> WelcomeRecord:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, WelcomeRecord)
