"""The text of files: one document a content, by which it is found."""

from collections.abc import Sequence
from typing import Any

from parlour.core.ids import ContentId, WorkspaceId
from parlour.core.store.mongo import Document


class FileTexts:
    """Texts of all workspaces' contents. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._texts = database.file_texts

    async def put(self, content_id: ContentId, workspace_id: WorkspaceId, text: str) -> None:
        """Store a content's text instead of what it had."""
        document: Document = {"workspace_id": workspace_id, "text": text}
        await self._texts.replace_one({"_id": content_id}, document, upsert=True)

    async def of(self, content_ids: Sequence[ContentId]) -> dict[ContentId, str]:
        """Return the texts of those of several contents that have one."""
        cursor = self._texts.find({"_id": {"$in": list(content_ids)}})
        return {document["_id"]: document["text"] async for document in cursor}

    async def remove(self, content_id: ContentId) -> None:
        """Forget a content's text."""
        await self._texts.delete_one({"_id": content_id})
