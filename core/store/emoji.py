"""The emoji of workspaces, and their pictures.

Pictures are a few kilobytes each and lie beside their records; with the file store, they belong there.
"""

from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import WorkspaceId
from parlour.core.model.emoji import EmojiRecord
from parlour.core.store.mongo import Document

BY_NAME = [("workspace_id", ASCENDING), ("name", ASCENDING)]
INDEXES = {"emoji": [IndexModel(BY_NAME, unique=True)]}
NO_PICTURE = {"image": 0}


class EmojiStore:
    """Emoji by their workspace and name. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._emoji = database.emoji

    async def add(self, record: EmojiRecord, image: bytes) -> bool:
        """Store an emoji; return false when its name is taken."""
        document = {
            "_id": record.id,
            "workspace_id": record.workspace_id,
            "name": record.name,
            "created_by": record.created_by,
            "created_at": record.created_at,
            "image": image,
        }
        try:
            await self._emoji.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    async def get(self, workspace_id: WorkspaceId, name: str) -> EmojiRecord | None:
        """Return an emoji."""
        query = {"workspace_id": workspace_id, "name": name}
        document = await self._emoji.find_one(query, NO_PICTURE)
        return _record(document) if document else None

    async def has(self, workspace_id: WorkspaceId, name: str) -> bool:
        """Return whether there is such an emoji."""
        query = {"workspace_id": workspace_id, "name": name}
        return await self._emoji.find_one(query, {"_id": 0, "name": 1}) is not None

    async def count(self, workspace_id: WorkspaceId) -> int:
        """Return how many emoji a workspace has."""
        return int(await self._emoji.count_documents({"workspace_id": workspace_id}))

    async def page(self, workspace_id: WorkspaceId, *, after: str | None, limit: int) -> list[EmojiRecord]:
        """Return emoji by name, from the one behind `after`."""
        query: Document = {"workspace_id": workspace_id} | ({"name": {"$gt": after}} if after else {})
        cursor = self._emoji.find(query, NO_PICTURE).sort("name", ASCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def remove(self, emoji_id: str) -> None:
        """Delete an emoji and its picture."""
        await self._emoji.delete_one({"_id": emoji_id})

    async def image(self, emoji_id: str) -> bytes | None:
        """Return a picture."""
        document = await self._emoji.find_one({"_id": emoji_id}, {"image": 1})
        return bytes(document["image"]) if document else None


def _record(document: Document) -> EmojiRecord:
    return EmojiRecord(
        id=document["_id"],
        workspace_id=document["workspace_id"],
        name=document["name"],
        created_by=document["created_by"],
        created_at=document["created_at"],
    )
