"""What those who run a workspace count. Callers check access."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING, DESCENDING

from parlour.core.ids import ChannelId, WorkspaceId
from parlour.core.model.console import CollectionSize, KindUse, LargeFile, UploaderUse
from parlour.core.store.mongo import Document

CHANNELS = ("public", "private")
LIVING = ("scanning", "processing", "ready", "quarantined", "failed")


class Console:
    """Counts over the records of a workspace, and over the whole database, on one of `mongo.connect_log`."""

    def __init__(self, database: Any) -> None:
        self._database = database

    async def channel_ids(self, workspace_id: WorkspaceId, *, after: str, limit: int) -> list[ChannelId]:
        """Return a page of the ids of a workspace's channels, conversations of people left out."""
        query = {"workspace_id": workspace_id, "_id": {"$gt": after}, "kind": {"$in": list(CHANNELS)}}
        cursor = self._database.channels.find(query, {"_id": 1}).sort("_id", ASCENDING).limit(limit)
        return [document["_id"] async for document in cursor]

    async def ends(self, channel_ids: Sequence[ChannelId]) -> dict[ChannelId, Document]:
        """Return the last entry of each channel: when it was, and how many messages there were by then."""

        async def last(channel_id: ChannelId) -> Document | None:
            found: Document | None = await self._database.entries.find_one(
                {"channel_id": channel_id}, {"created_at": 1, "n": 1}, sort=[("seq", DESCENDING)]
            )
            return found

        found = await asyncio.gather(*(last(channel_id) for channel_id in channel_ids))
        return {i: document for i, document in zip(channel_ids, found, strict=True) if document}

    async def kinds(self, workspace_id: WorkspaceId) -> list[KindUse]:
        """Return what the files of each kind take, the most first."""
        groups = await self._grouped(workspace_id, "$kind", limit=20)
        return [KindUse(group["_id"], group["files"], group["bytes"]) for group in groups]

    async def uploaders(self, workspace_id: WorkspaceId, *, limit: int) -> list[UploaderUse]:
        """Return whose files take most."""
        groups = await self._grouped(workspace_id, "$uploader_id", limit=limit)
        return [UploaderUse(group["_id"], group["files"], group["bytes"]) for group in groups]

    async def largest(self, workspace_id: WorkspaceId, *, limit: int) -> list[LargeFile]:
        """Return the largest files."""
        query = {"workspace_id": workspace_id, "state": {"$in": list(LIVING)}}
        cursor = self._database.files.find(query).sort("size", DESCENDING).limit(limit)
        return [
            LargeFile(
                id=file["_id"],
                kind=file.get("kind", "other"),
                size=file["size"],
                uploader_id=file["uploader_id"],
                created_at=file["created_at"],
                messages=len(file.get("uses", ())),
            )
            async for file in cursor
        ]

    async def collections(self, *, limit: int) -> list[CollectionSize]:
        """Return the largest collections."""
        names = [n for n in await self._database.list_collection_names() if not n.startswith("system.")]
        sizes = await asyncio.gather(*(self._size(name) for name in names))
        return sorted(sizes, key=lambda size: -(size.bytes + size.index_bytes))[:limit]

    async def _size(self, name: str) -> CollectionSize:
        found = await self._database.command("collStats", name)
        return CollectionSize(
            name, int(found["count"]), int(found["storageSize"]), int(found["totalIndexSize"])
        )

    async def _grouped(self, workspace_id: WorkspaceId, by: str, *, limit: int) -> list[Document]:
        steps = [
            {"$match": {"workspace_id": workspace_id, "state": {"$in": list(LIVING)}}},
            {"$group": {"_id": by, "files": {"$sum": 1}, "bytes": {"$sum": "$size"}}},
            {"$sort": {"bytes": -1}},
            {"$limit": limit},
        ]
        return [group async for group in await self._database.files.aggregate(steps)]
