"""The audit of each workspace: entries are added, and never changed."""

from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from parlour.core.clock import now
from parlour.core.ids import UserId, WorkspaceId, new_id
from parlour.core.model.audit import AuditAction, AuditEntry
from parlour.core.store.mongo import Document

INDEXES = {
    "audit": [
        IndexModel([("workspace_id", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("once", ASCENDING)], unique=True, partialFilterExpression={"once": {"$type": "string"}}),
    ]
}


class Audit:
    """Entries of all workspaces. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._audit = database.audit

    async def note(
        self,
        workspace_id: WorkspaceId,
        actor: UserId | None,
        action: AuditAction,
        subject: str,
        detail: str,
        *,
        once: str | None = None,
    ) -> None:
        """Note that somebody (none: Parlour itself) did something; of several notes for the same `once`, the first.

        Activities, which may run twice, give `once`.
        """
        entry = AuditEntry(
            id=new_id(),
            workspace_id=workspace_id,
            at=now(),
            actor_id=actor,
            action=action,
            subject=subject,
            detail=detail,
        )
        document: Document = msgspec.to_builtins(entry, builtin_types=(datetime,))
        document["_id"] = document.pop("id")
        document |= {"once": once} if once else {}
        try:
            await self._audit.insert_one(document)
        except DuplicateKeyError:
            if once is None:
                raise

    async def page(self, workspace_id: WorkspaceId, *, before: str | None, limit: int) -> list[AuditEntry]:
        """Return entries of a workspace, the newest first, from the one behind `before`."""
        query: Document = {"workspace_id": workspace_id} | ({"_id": {"$lt": before}} if before else {})
        cursor = self._audit.find(query).sort("_id", DESCENDING).limit(limit)
        return [_entry(document) async for document in cursor]


def _entry(document: Document) -> AuditEntry:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, AuditEntry)
