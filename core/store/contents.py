"""Contents of files: what is stored, once for each workspace, and what scans and previews found."""

from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from parlour.core.clock import now
from parlour.core.ids import ContentId, WorkspaceId
from parlour.core.model.files import Content
from parlour.core.store.mongo import Document

INDEXES = {
    "contents": [
        IndexModel([("workspace_id", ASCENDING), ("sha256", ASCENDING)], unique=True),
        # What a workspace has stored is added up from this index alone.
        IndexModel([("workspace_id", ASCENDING), ("size", ASCENDING)]),
        IndexModel([("key", ASCENDING)], unique=True),
        IndexModel(
            [("renditions.key", ASCENDING)], partialFilterExpression={"renditions.key": {"$exists": True}}
        ),
    ]
}


class Contents:
    """Contents of all workspaces. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._contents = database.contents

    async def add(self, content: Content) -> Content:
        """Store a content, or return the one with the same bytes that the workspace has already.

        Either way it counts as wanted now, so that nobody takes it for one without a file (`remove_unwanted`).
        """
        document: Document = msgspec.to_builtins(content, builtin_types=(datetime,))
        document["_id"] = document.pop("id")
        try:
            await self._contents.insert_one(document | {"wanted_at": now()})
        except DuplicateKeyError:
            found = await self._contents.find_one_and_update(
                {"workspace_id": content.workspace_id, "sha256": content.sha256},
                {"$set": {"wanted_at": now()}},
                return_document=ReturnDocument.AFTER,
            )
            if found is None:
                raise
            return _content(found)
        return content

    async def get(self, content_id: ContentId) -> Content | None:
        """Return a content."""
        document = await self._contents.find_one({"_id": content_id})
        return _content(document) if document else None

    async def many(self, content_ids: list[ContentId]) -> dict[ContentId, Content]:
        """Return those of several contents that exist."""
        cursor = self._contents.find({"_id": {"$in": content_ids}})
        found = [_content(document) async for document in cursor]
        return {content.id: content for content in found}

    async def by_hash(self, workspace_id: WorkspaceId, sha256: str) -> Content | None:
        """Return a workspace's content by its hash."""
        document = await self._contents.find_one({"workspace_id": workspace_id, "sha256": sha256})
        return _content(document) if document else None

    async def page(self, workspace_id: WorkspaceId, *, after: str, limit: int) -> list[Content]:
        """Return contents of a workspace by their hash, from the one behind `after`."""
        query = {"workspace_id": workspace_id, "sha256": {"$gt": after}}
        cursor = self._contents.find(query).sort("sha256", ASCENDING).limit(limit)
        return [_content(document) async for document in cursor]

    async def change(self, content_id: ContentId, **fields: object) -> Content | None:
        """Change fields of a content; return it as it is then. Structs are stored as their fields."""
        stored = {
            name: msgspec.to_builtins(value, builtin_types=(datetime,)) for name, value in fields.items()
        }
        document = await self._contents.find_one_and_update(
            {"_id": content_id}, {"$set": stored}, return_document=ReturnDocument.AFTER
        )
        return _content(document) if document else None

    async def stored_bytes(self, workspace_id: WorkspaceId) -> int:
        """Return how many bytes a workspace's contents have, previews apart."""
        steps = [
            {"$match": {"workspace_id": workspace_id}},
            {"$group": {"_id": None, "bytes": {"$sum": "$size"}}},
        ]
        async for found in self._contents.aggregate(steps, hint="workspace_id_1_size_1"):
            return int(found["bytes"])
        return 0

    async def remove_unwanted(self, content_id: ContentId, *, before: datetime) -> bool:
        """Forget a content that no file was begun to be given since before a time; return whether that is so.

        For contents without files. The file of an upload gets its content a moment after the content was added, or
        found: whoever removes one leaves it that moment.
        """
        removed = await self._contents.delete_one({"_id": content_id, "wanted_at": {"$lt": before}})
        return bool(removed.deleted_count)

    async def remove(self, content_id: ContentId) -> None:
        """Forget a content."""
        await self._contents.delete_one({"_id": content_id})


def _content(document: Document) -> Content:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, Content)
