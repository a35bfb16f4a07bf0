"""The bots of workspaces: whose each is, and what lets it in. Their accounts are among the users."""

from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel

from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.integrations import BotRecord
from parlour.core.store.mongo import Document

INDEXES = {"bots": [IndexModel([("workspace_id", ASCENDING), ("_id", ASCENDING)])]}


class Bots:
    """The bots of all workspaces. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._bots = database.bots

    async def add(self, bot: BotRecord) -> None:
        """Store a new bot."""
        document: Document = msgspec.to_builtins(bot, builtin_types=(datetime,))
        await self._bots.insert_one({"_id": document.pop("id"), **document})

    async def get(self, workspace_id: WorkspaceId, bot_id: UserId) -> BotRecord | None:
        """Return a bot of a workspace."""
        document = await self._bots.find_one({"_id": bot_id, "workspace_id": workspace_id})
        return _bot(document) if document else None

    async def page(self, workspace_id: WorkspaceId, *, after: str | None, limit: int) -> list[BotRecord]:
        """Return a page of a workspace's bots, the oldest first."""
        query: Document = {"workspace_id": workspace_id} | ({"_id": {"$gt": after}} if after else {})
        cursor = self._bots.find(query).sort("_id", ASCENDING).limit(limit)
        return [_bot(document) async for document in cursor]

    async def count_active(self, workspace_id: WorkspaceId) -> int:
        """Return how many bots a workspace has that are not deactivated."""
        query = {"workspace_id": workspace_id, "deactivated_at": None}
        return int(await self._bots.count_documents(query))

    async def change(self, bot_id: UserId, **fields: Any) -> None:
        """Overwrite fields of a bot."""
        await self._bots.update_one({"_id": bot_id}, {"$set": fields})


def _bot(document: Document) -> BotRecord:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, BotRecord)
