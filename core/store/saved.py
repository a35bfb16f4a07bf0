"""What people saved for later: one row a person and message."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import ASCENDING, DESCENDING, IndexModel

from parlour.core.ids import EntryId, UserId, WorkspaceId
from parlour.core.model.later import SavedState
from parlour.core.store.mongo import Document

INDEXES = {
    "saved": [
        IndexModel([("user_id", ASCENDING), ("message_id", ASCENDING)], unique=True),
        IndexModel(
            [
                ("user_id", ASCENDING),
                ("workspace_id", ASCENDING),
                ("state", ASCENDING),
                ("saved_at", DESCENDING),
                ("message_id", DESCENDING),
            ]
        ),
    ]
}


class SavedRecord(Struct, frozen=True, kw_only=True):
    """That someone saved a message, and whether they are done with it."""

    message_id: EntryId
    workspace_id: WorkspaceId
    state: SavedState
    saved_at: datetime


class SavedMessages:
    """Saved messages of all people."""

    def __init__(self, database: Any) -> None:
        self._saved = database.saved

    async def save(
        self,
        user_id: UserId,
        message_id: EntryId,
        workspace_id: WorkspaceId,
        state: SavedState,
        *,
        at: datetime,
    ) -> SavedRecord:
        """Save a message, or give one that is saved another state."""
        document = await self._saved.find_one_and_update(
            {"user_id": user_id, "message_id": message_id},
            {"$set": {"state": state}, "$setOnInsert": {"workspace_id": workspace_id, "saved_at": at}},
            upsert=True,
            return_document=True,
        )
        return _record(document)

    async def remove(self, user_id: UserId, message_id: EntryId) -> SavedRecord | None:
        """Forget a saved message; return what it was."""
        document = await self._saved.find_one_and_delete({"user_id": user_id, "message_id": message_id})
        return _record(document) if document else None

    async def of(
        self,
        user_id: UserId,
        workspace_id: WorkspaceId,
        state: SavedState,
        *,
        before: tuple[datetime, str] | None,
        limit: int,
    ) -> list[SavedRecord]:
        """Return a page of someone's, the last saved first."""
        query: Document = {"user_id": user_id, "workspace_id": workspace_id, "state": state}
        if before:
            at, last = before
            query["$or"] = [{"saved_at": {"$lt": at}}, {"saved_at": at, "message_id": {"$lt": last}}]
        order = [("saved_at", DESCENDING), ("message_id", DESCENDING)]
        return [_record(document) async for document in self._saved.find(query).sort(order).limit(limit)]

    async def message_ids(self, user_id: UserId, workspace_id: WorkspaceId, *, limit: int) -> list[EntryId]:
        """Return the messages of a workspace that someone saved, whatever became of them; at most `limit`."""
        query = {"user_id": user_id, "workspace_id": workspace_id}
        cursor = self._saved.find(query, {"message_id": 1}).limit(limit)
        return [document["message_id"] async for document in cursor]

    async def count(self, user_id: UserId) -> int:
        """Return how many messages someone has saved."""
        return int(await self._saved.count_documents({"user_id": user_id}))

    async def among(self, user_id: UserId, message_ids: Iterable[EntryId]) -> set[EntryId]:
        """Return those of some messages that someone has saved."""
        query = {"user_id": user_id, "message_id": {"$in": list(message_ids)}}
        return {document["message_id"] async for document in self._saved.find(query, {"message_id": 1})}


def _record(document: Document) -> SavedRecord:
    return SavedRecord(
        message_id=document["message_id"],
        workspace_id=document["workspace_id"],
        state=document["state"],
        saved_at=document["saved_at"],
    )
