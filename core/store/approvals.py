"""Approvals: what was asked, who answered what, and what came of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import ApprovalId, EntryId, GroupId, UserId, WorkspaceId
from parlour.core.model.approvals import ApprovalRecord
from parlour.core.store.mongo import Document
from parlour.core.store.promises import Promises

INDEXES = {
    "approvals": [
        IndexModel([("workspace_id", ASCENDING), ("asker_id", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("workspace_id", ASCENDING), ("asked", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("asker_id", ASCENDING), ("state", ASCENDING)]),
        IndexModel(
            [("asker_id", ASCENDING), ("client_id", ASCENDING)],
            unique=True,
            partialFilterExpression={"client_id": {"$type": "string"}},
        ),
        IndexModel("due_at", partialFilterExpression={"state": "open"}),
        IndexModel("changed_at", partialFilterExpression={"untold": True}),
    ]
}


class Approvals:
    """The approvals of all workspaces. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._approvals = database.approvals
        self.promises = Promises(self._approvals, _record, waiting={"state": "open"})

    async def add(self, record: ApprovalRecord) -> ApprovalRecord:
        """Store a new one, or return the one that its asker stored with the same `client_id` before."""
        try:
            await self._approvals.insert_one({**_document(record), "_id": record.id, "untold": True})
        except DuplicateKeyError:
            query = {"asker_id": record.asker_id, "client_id": record.client_id}
            found = await self._approvals.find_one(query)
            if found is None:
                raise
            return _record(found)
        return record

    async def get(self, approval_id: ApprovalId) -> ApprovalRecord | None:
        """Return one, whoever asks."""
        document = await self._approvals.find_one({"_id": approval_id})
        return _record(document) if document else None

    async def replace(self, old: ApprovalRecord, new: ApprovalRecord) -> bool:
        """Store what one became, unless it is another than `old` by now; return whether it was stored."""
        result = await self._approvals.update_one(
            {"_id": old.id, "version": old.version}, {"$set": {**_document(new), "untold": True}}
        )
        return bool(result.matched_count)

    async def posted(self, approval_id: ApprovalId, message_id: EntryId) -> None:
        """Record which message asks."""
        await self._approvals.update_one({"_id": approval_id}, {"$set": {"message_id": message_id}})

    async def shown(self, approval_id: ApprovalId, version: int) -> None:
        """Record that the message shows a version."""
        await self._approvals.update_one({"_id": approval_id}, {"$max": {"shown_version": version}})

    async def count_open(self, asker_id: UserId) -> int:
        """Return how many open ones somebody asked for."""
        return int(await self._approvals.count_documents({"asker_id": asker_id, "state": "open"}))

    async def asked_by(
        self, workspace_id: WorkspaceId, asker_id: UserId, *, before: str | None, limit: int
    ) -> list[ApprovalRecord]:
        """Return those that somebody asked for, the newest first."""
        return await self._page({"workspace_id": workspace_id, "asker_id": asker_id}, before, limit)

    async def asked_of(
        self,
        workspace_id: WorkspaceId,
        user_id: UserId,
        group_ids: Iterable[GroupId],
        *,
        before: str | None,
        limit: int,
    ) -> list[ApprovalRecord]:
        """Return those that somebody, or a group they are in, was asked for, the newest first."""
        asked = [f"u:{user_id}", *(f"g:{group_id}" for group_id in group_ids)]
        return await self._page({"workspace_id": workspace_id, "asked": {"$in": asked}}, before, limit)

    async def _page(self, query: Document, before: str | None, limit: int) -> list[ApprovalRecord]:
        behind = {"_id": {"$lt": before}} if before else {}
        cursor = self._approvals.find(query | behind).sort("_id", DESCENDING).limit(limit)
        return [_record(document) async for document in cursor]


def next_moment(record: ApprovalRecord) -> datetime:
    """Return when there is next something to do about an open one: remind, escalate or end it."""
    escalate_at = None if record.escalated_at else record.escalate_at
    return min(at for at in (record.remind_at, escalate_at, record.deadline_at) if at)


def _document(record: ApprovalRecord) -> Document:
    """Return a record as stored, but for what other writers keep: its id, its message, what is shown and told."""
    document: Document = msgspec.to_builtins(record, builtin_types=(datetime,))
    for name in ("id", "message_id", "shown_version"):
        del document[name]
    document["asked"] = [*(f"u:{i}" for i in record.user_ids), *(f"g:{i}" for i in record.group_ids)]
    document["due_at"] = next_moment(record) if record.state == "open" else None
    return document


def _record(document: Document) -> ApprovalRecord:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, ApprovalRecord)
