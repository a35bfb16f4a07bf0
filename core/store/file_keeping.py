"""What is asked of files and contents to keep them in order: by their owners, and by the sweep."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, DESCENDING, ReturnDocument

from parlour.core.clock import now
from parlour.core.ids import ContentId, FileId, WorkspaceId, new_id
from parlour.core.model.files import Content, FileRecord, FileState
from parlour.core.store.mongo import Document

COUNTED_MAX = 1000


class FileKeeping:
    """Files and contents of all workspaces, in batches. Their indexes are beside their stores."""

    def __init__(self, database: Any) -> None:
        self._files = database.files
        self._contents = database.contents
        self._uploads = database.uploads
        self._cursors = database.sweep_cursors

    async def in_workspace(
        self,
        workspace_id: WorkspaceId,
        states: Sequence[FileState],
        *,
        before: FileId | None = None,
        limit: int,
    ) -> list[FileRecord]:
        """Return files of a workspace in one of these states, the newest first, from the one behind `before`."""
        query: Document = {"workspace_id": workspace_id, "state": {"$in": list(states)}}
        query |= {"_id": {"$lt": before}} if before else {}
        cursor = self._files.find(query).sort("_id", DESCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def longest(
        self, workspace_id: WorkspaceId, states: Sequence[FileState], *, limit: int
    ) -> list[FileRecord]:
        """Return the oldest files of a workspace in one of these states."""
        query = {"workspace_id": workspace_id, "state": {"$in": list(states)}}
        cursor = self._files.find(query).sort("_id", ASCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def count(self, workspace_id: WorkspaceId, states: Sequence[FileState]) -> int:
        """Return how many files of a workspace are in one of these states, at most 1000."""
        query = {"workspace_id": workspace_id, "state": {"$in": list(states)}}
        return int(await self._files.count_documents(query, limit=COUNTED_MAX))

    async def files_after(self, after: str, *, limit: int) -> list[FileRecord]:
        """Return files of all workspaces by their ids, from the one behind `after`."""
        cursor = self._files.find({"_id": {"$gt": after}}).sort("_id", ASCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def on_their_way(self, *, after: str, until: datetime, limit: int) -> list[FileRecord]:
        """Return files in `scanning` or `processing` since before a time, by their ids, from the one behind `after`."""
        query = {
            "state": {"$in": ["scanning", "processing"]},
            "_id": {"$gt": after},
            "updated_at": {"$lt": until},
        }
        cursor = self._files.find(query).sort("_id", ASCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def remove_unused(self, record: FileRecord) -> FileRecord | None:
        """Make a file deleted that no message holds, if it is as it was; return it as it is then."""
        query = {"_id": record.id, "version": record.version, "uses.0": {"$exists": False}}
        update = {"$set": {"state": "deleted", "updated_at": now()}, "$inc": {"version": 1}}
        found = await self._files.find_one_and_update(query, update, return_document=ReturnDocument.AFTER)
        return _record(found) if found else None

    async def contents_after(self, after: str, *, limit: int) -> list[Content]:
        """Return contents of all workspaces by their ids, from the one behind `after`."""
        cursor = self._contents.find({"_id": {"$gt": after}}).sort("_id", ASCENDING).limit(limit)
        return [_content(document) async for document in cursor]

    async def count_contents(self, workspace_id: WorkspaceId) -> int:
        """Return how many contents a workspace has."""
        return int(
            await self._contents.count_documents(
                {"workspace_id": workspace_id}, hint="workspace_id_1_sha256_1"
            )
        )

    async def named(self, content_ids: Collection[ContentId]) -> set[ContentId]:
        """Return those of some contents that a file names which is not deleted."""
        query = {"content_id": {"$in": list(content_ids)}, "state": {"$ne": "deleted"}}
        found = await self._files.distinct("content_id", query)
        return {ContentId(content_id) for content_id in found}

    async def known_keys(self, keys: Collection[str]) -> set[str]:
        """Return those of some objects' keys that a content has, as its own or a preview's."""
        wanted = set(keys)
        query = {"$or": [{"key": {"$in": list(wanted)}}, {"renditions.key": {"$in": list(wanted)}}]}
        cursor = self._contents.find(query, {"key": 1, "renditions.key": 1})
        known = set()
        async for found in cursor:
            known |= {found["key"], *(rendition["key"] for rendition in found.get("renditions", []))}
        return known & wanted

    async def uploads_among(self, file_ids: Collection[FileId]) -> set[FileId]:
        """Return those of some files whose upload is under way, or not put together yet."""
        cursor = self._uploads.find({"_id": {"$in": list(file_ids)}}, {"_id": 1})
        return {document["_id"] async for document in cursor}

    async def owner(self) -> str:
        """Return what this database calls itself in the file store."""
        found = await self._cursors.find_one_and_update(
            {"_id": "owner"},
            {"$setOnInsert": {"name": new_id()}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return str(found["name"])

    async def cursor(self, walk: str) -> str:
        """Return where a walk of the sweep goes on; empty at the beginning."""
        found = await self._cursors.find_one({"_id": walk})
        return found["after"] if found else ""

    async def walked(self, walk: str, after: str, *, at: datetime) -> None:
        """Note how far a walk of the sweep came; empty: it begins again."""
        await self._cursors.update_one({"_id": walk}, {"$set": {"after": after, "at": at}}, upsert=True)


def _record(document: Document) -> FileRecord:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, FileRecord)


def _content(document: Document) -> Content:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, Content)
