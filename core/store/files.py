"""Files and the messages that hold them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument

from parlour.core.clock import now
from parlour.core.ids import ChannelId, ContentId, EntryId, FileId, UserId
from parlour.core.model.files import FileKind, FileRecord, FileState, Use
from parlour.core.store.mongo import Document

INDEXES = {
    "files": [
        IndexModel([("workspace_id", ASCENDING), ("_id", DESCENDING)]),
        IndexModel(
            [("uses.channel_id", ASCENDING), ("_id", DESCENDING)],
            partialFilterExpression={"uses.channel_id": {"$exists": True}},
        ),
        IndexModel(
            [("uses.message_id", ASCENDING)],
            partialFilterExpression={"uses.message_id": {"$exists": True}},
        ),
        IndexModel([("uploader_id", ASCENDING), ("_id", ASCENDING)]),
        IndexModel([("content_id", ASCENDING)], partialFilterExpression={"content_id": {"$gt": ""}}),
        IndexModel([("state", ASCENDING), ("_id", ASCENDING), ("updated_at", ASCENDING)]),
        IndexModel([("workspace_id", ASCENDING), ("state", ASCENDING), ("_id", DESCENDING)]),
    ]
}


class Files:
    """Files of all workspaces. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._files = database.files

    async def add(self, record: FileRecord) -> None:
        """Store a new file."""
        document: Document = msgspec.to_builtins(record, builtin_types=(datetime,))
        document["_id"] = document.pop("id")
        await self._files.insert_one(document)

    async def get(self, file_id: FileId) -> FileRecord | None:
        """Return a file."""
        document = await self._files.find_one({"_id": file_id})
        return _record(document) if document else None

    async def many(self, file_ids: Sequence[FileId]) -> dict[FileId, FileRecord]:
        """Return those of several files that exist."""
        cursor = self._files.find({"_id": {"$in": list(file_ids)}})
        return {record.id: record async for record in _records(cursor)}

    async def count_of(self, uploader_id: UserId, *, most: int) -> int:
        """Return how many files somebody has uploaded that are still there, looking at `most`."""
        return int(await self._files.count_documents({"uploader_id": uploader_id}, limit=most))

    async def of_content(self, content_id: ContentId) -> list[FileRecord]:
        """Return every file that is of a content."""
        return [record async for record in _records(self._files.find({"content_id": content_id}))]

    async def in_channels(
        self,
        channel_ids: Collection[ChannelId],
        *,
        before: FileId | None,
        limit: int,
        kind: FileKind | None = None,
        uploader_id: UserId | None = None,
    ) -> list[FileRecord]:
        """Return files that messages of these channels hold, the newest first, from the one behind `before`."""
        query: Document = {"uses.channel_id": {"$in": list(channel_ids)}, "state": {"$ne": "deleted"}}
        query |= {"_id": {"$lt": before}} if before else {}
        query |= {"kind": kind} if kind else {}
        query |= {"uploader_id": uploader_id} if uploader_id else {}
        cursor = self._files.find(query).sort("_id", DESCENDING).limit(limit)
        return [record async for record in _records(cursor)]

    async def change(
        self, file_id: FileId, *, states: Sequence[FileState] | None = None, **fields: object
    ) -> FileRecord | None:
        """Change fields of a file that is in one of `states` (any); return it as it is then, none if it was not."""
        query: Document = {"_id": file_id} | ({"state": {"$in": list(states)}} if states else {})
        update = {"$set": fields | {"updated_at": now()}, "$inc": {"version": 1}}
        document = await self._files.find_one_and_update(query, update, return_document=ReturnDocument.AFTER)
        return _record(document) if document else None

    async def hold(self, file_ids: Sequence[FileId], use: Use) -> None:
        """Note that a message is about to hold files."""
        await self._files.update_many(
            {"_id": {"$in": list(file_ids)}},
            {"$addToSet": {"uses": msgspec.to_builtins(use)}, "$inc": {"version": 1}},
        )

    async def let_go(self, message_ids: Sequence[EntryId]) -> None:
        """Forget that messages hold files: they were deleted, or never came to be."""
        ids = list(message_ids)
        await self._files.update_many(
            {"uses.message_id": {"$in": ids}},
            {
                "$pull": {"uses": {"message_id": {"$in": ids}}},
                "$set": {"updated_at": now()},
                "$inc": {"version": 1},
            },
        )

    async def remove(self, file_id: FileId) -> None:
        """Forget a file."""
        await self._files.delete_one({"_id": file_id})


async def _records(cursor: Any) -> Any:
    async for document in cursor:
        yield _record(document)


def _record(document: Document) -> FileRecord:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, FileRecord)
