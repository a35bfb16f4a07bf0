"""Uploads under way: what has come in, who goes on with them, and until when they wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel, ReturnDocument

from parlour.core.ids import FileId, UserId, WorkspaceId
from parlour.core.model.uploads import Segment, Upload
from parlour.core.store.mongo import Document

INDEXES = {
    "uploads": [
        # What uploads of a workspace take of its storage is added up from this index alone.
        IndexModel([("workspace_id", ASCENDING), ("size", ASCENDING)]),
        IndexModel([("uploader_id", ASCENDING), ("done", ASCENDING)]),
        IndexModel([("done", ASCENDING), ("expires_at", ASCENDING)]),
        IndexModel([("done", ASCENDING), ("heard_at", ASCENDING)]),
    ]
}


class Uploads:
    """Uploads of all workspaces. Callers check access.

    One request at a time goes on with an upload, its *writer*: only it may let bytes count, and only behind those that
    count already.
    """

    def __init__(self, database: Any) -> None:
        self._uploads = database.uploads

    async def add(self, upload: Upload) -> None:
        """Store a new one."""
        document: Document = msgspec.to_builtins(upload, builtin_types=(datetime,))
        document["_id"] = document.pop("id")
        await self._uploads.insert_one(document)

    async def get(self, file_id: FileId) -> Upload | None:
        """Return an upload that is under way, or whose segments are not put together yet."""
        document = await self._uploads.find_one({"_id": file_id})
        return _upload(document) if document else None

    async def claim(
        self, file_id: FileId, writer: str, *, offset: int, at: datetime, silent_since: datetime
    ) -> Upload | None:
        """Let a request go on at `offset`; none if it cannot: another one does, and was heard from later than that."""
        query = {
            "_id": file_id,
            "offset": offset,
            "$or": [{"writer": ""}, {"heard_at": {"$lt": silent_since}}],
        }
        return await self._change(query, {"$set": {"writer": writer, "heard_at": at}})

    async def keep(self, file_id: FileId, writer: str, *, at: datetime) -> bool:
        """Note that the writer is still heard from; return false when it is the writer no more."""
        noted = await self._uploads.update_one({"_id": file_id, "writer": writer}, {"$set": {"heard_at": at}})
        return bool(noted.matched_count)

    async def count(
        self,
        upload: Upload,
        writer: str,
        segments: Sequence[Segment],
        *,
        at: datetime,
        expires_at: datetime,
    ) -> Upload | None:
        """Let segments count behind what an upload has; return it as it is then, none if `writer` is that no more."""
        offset = upload.offset + sum(segment.size for segment in segments)
        known: Document = {"offset": offset, "done": offset == upload.size}
        return await self._change(
            {"_id": upload.id, "writer": writer, "offset": upload.offset},
            {
                "$set": known | {"heard_at": at, "expires_at": expires_at},
                "$push": {"segments": {"$each": msgspec.to_builtins(list(segments))}},
            },
        )

    async def end_at(self, file_id: FileId, *, size: int) -> Upload | None:
        """Say that the file is as large as what has come in; none if that is not `size`."""
        return await self._change({"_id": file_id, "offset": size}, {"$set": {"size": size, "done": True}})

    async def release(self, file_id: FileId, writer: str) -> None:
        """Let another request go on."""
        await self._uploads.update_one({"_id": file_id, "writer": writer}, {"$set": {"writer": ""}})

    async def remove(self, file_id: FileId) -> bool:
        """Forget an upload; return whether there was one."""
        removed = await self._uploads.delete_one({"_id": file_id})
        return bool(removed.deleted_count)

    async def bytes_of(self, workspace_id: WorkspaceId) -> int:
        """Return how many bytes the files will have that are on their way into a workspace."""
        steps = [
            {"$match": {"workspace_id": workspace_id}},
            {"$group": {"_id": None, "bytes": {"$sum": "$size"}}},
        ]
        async for found in self._uploads.aggregate(steps, hint="workspace_id_1_size_1"):
            return int(found["bytes"])
        return 0

    async def under_way(self, uploader_id: UserId) -> int:
        """Return how many uploads of one person are not done."""
        return int(await self._uploads.count_documents({"uploader_id": uploader_id, "done": False}))

    async def expired(self, at: datetime, *, limit: int) -> list[Upload]:
        """Return uploads that are not done and did not go on in time, the longest overdue first."""
        cursor = self._uploads.find({"done": False, "expires_at": {"$lt": at}})
        return [_upload(found) async for found in cursor.sort("expires_at", ASCENDING).limit(limit)]

    async def left_behind(self, until: datetime, *, limit: int) -> list[Upload]:
        """Return uploads that have been done since before a time, and whose segments are still there."""
        cursor = self._uploads.find({"done": True, "heard_at": {"$lt": until}})
        return [_upload(found) async for found in cursor.sort("heard_at", ASCENDING).limit(limit)]

    async def _change(self, query: Document, update: Document) -> Upload | None:
        document = await self._uploads.find_one_and_update(
            query, update, return_document=ReturnDocument.AFTER
        )
        return _upload(document) if document else None


def _upload(document: Document) -> Upload:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, Upload)
