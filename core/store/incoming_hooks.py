"""Incoming webhooks. Of the secret in an address only a hash is stored."""

from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel, ReturnDocument

from parlour.core.ids import IncomingHookId, WorkspaceId
from parlour.core.model.webhooks import IncomingHook, Refused
from parlour.core.store.mongo import Document

INDEXES = {"incoming_hooks": [IndexModel([("workspace_id", ASCENDING), ("_id", ASCENDING)])]}


class IncomingHooks:
    """The incoming webhooks of all workspaces. Callers check rights."""

    def __init__(self, database: Any) -> None:
        self._hooks = database.incoming_hooks

    async def add(self, hook: IncomingHook, *, secret_hash: str) -> None:
        """Store a new one."""
        document: Document = msgspec.to_builtins(hook, builtin_types=(datetime,))
        document["_id"] = document.pop("id")
        await self._hooks.insert_one(document | {"secret_hash": secret_hash})

    async def open(self, hook_id: str) -> tuple[IncomingHook, str] | None:
        """Return one, whoever asks, and the hash of its secret."""
        document = await self._hooks.find_one({"_id": hook_id})
        return (_hook(document), document["secret_hash"]) if document else None

    async def get(self, workspace_id: WorkspaceId, hook_id: str) -> IncomingHook | None:
        """Return one of a workspace."""
        document = await self._hooks.find_one({"_id": hook_id, "workspace_id": workspace_id})
        return _hook(document) if document else None

    async def page(self, workspace_id: WorkspaceId, *, after: str | None, limit: int) -> list[IncomingHook]:
        """Return those of a workspace, the oldest first."""
        query: Document = {"workspace_id": workspace_id, "_id": {"$gt": after or ""}}
        cursor = self._hooks.find(query).sort("_id", ASCENDING).limit(limit)
        return [_hook(document) async for document in cursor]

    async def count(self, workspace_id: WorkspaceId) -> int:
        """Return how many a workspace has."""
        return int(await self._hooks.count_documents({"workspace_id": workspace_id}))

    async def change(
        self, workspace_id: WorkspaceId, hook_id: IncomingHookId, fields: Document
    ) -> IncomingHook | None:
        """Overwrite fields, and return it; none if it is not of this workspace."""
        document = await self._hooks.find_one_and_update(
            {"_id": hook_id, "workspace_id": workspace_id},
            {"$set": fields},
            return_document=ReturnDocument.AFTER,
        )
        return _hook(document) if document else None

    async def remove(self, workspace_id: WorkspaceId, hook_id: IncomingHookId) -> bool:
        """Delete one; return whether there was one."""
        result = await self._hooks.delete_one({"_id": hook_id, "workspace_id": workspace_id})
        return bool(result.deleted_count)

    async def used(self, hook_id: IncomingHookId, *, at: datetime) -> None:
        """Record when one was last used."""
        await self._hooks.update_one({"_id": hook_id}, {"$max": {"last_used_at": at}})

    async def refused(self, hook_id: IncomingHookId, refused: Refused) -> None:
        """Record what was not taken last."""
        plain = msgspec.to_builtins(refused, builtin_types=(datetime,))
        await self._hooks.update_one({"_id": hook_id}, {"$set": {"last_refused": plain}})


def _hook(document: Document) -> IncomingHook:
    return msgspec.convert({**document, "id": document["_id"]}, IncomingHook)
