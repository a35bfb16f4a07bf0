"""Threads as their followers see them: who follows, how far each has read, and when the last reply came.

Behind the log: `ChannelDelivery` stores what replies lead to. What a reply says is in the log alone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.store.mongo import Document

INDEXES = {
    "threads": [
        IndexModel(
            [
                ("workspace_id", ASCENDING),
                ("follower_ids", ASCENDING),
                ("last_reply_at", DESCENDING),
                ("_id", DESCENDING),
            ]
        )
    ]
}


class ThreadRecord(Struct, frozen=True, kw_only=True):
    """A thread, and how far one of its followers has read it (0: nothing)."""

    root_id: EntryId
    channel_id: ChannelId
    last_seq: int
    last_reply_at: datetime | None
    following: bool
    read_seq: int


class Reply(Struct, frozen=True, kw_only=True):
    """What a reply means for its thread. `called_ids` are the people it mentions."""

    root_id: EntryId
    root_author_id: UserId
    channel_id: ChannelId
    workspace_id: WorkspaceId
    author_id: UserId
    seq: int
    at: datetime
    called_ids: Sequence[UserId]


class Threads:
    """The threads of all channels. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._threads = database.threads

    async def replied(self, replies: Iterable[Reply]) -> None:
        """Record replies, in order; the same again change nothing.

        The root's author follows from the first reply on, whoever replies or is mentioned from then.
        """
        updates = [update for reply in replies for update in _updates(reply)]
        if updates:
            await self._threads.bulk_write(updates, ordered=True)

    async def get(self, root_id: EntryId, user_id: UserId) -> ThreadRecord | None:
        """Return a thread as one person sees it."""
        document = await self._threads.find_one({"_id": root_id})
        return _record(document, user_id) if document else None

    async def followed(
        self,
        workspace_id: WorkspaceId,
        user_id: UserId,
        channel_ids: Iterable[ChannelId],
        *,
        before: tuple[datetime, str] | None = None,
        limit: int,
    ) -> list[ThreadRecord]:
        """Return the threads someone follows in these channels, the last replied to first."""
        query: Document = {
            "workspace_id": workspace_id,
            "follower_ids": user_id,
            "channel_id": {"$in": list(channel_ids)},
        }
        if before:
            at, root_id = before
            query["$or"] = [{"last_reply_at": {"$lt": at}}, {"last_reply_at": at, "_id": {"$lt": root_id}}]
        cursor = self._threads.find(query).sort([("last_reply_at", DESCENDING), ("_id", DESCENDING)])
        return [_record(document, user_id) async for document in cursor.limit(limit)]

    async def follow(
        self, root_id: EntryId, channel_id: ChannelId, workspace_id: WorkspaceId, user_id: UserId
    ) -> None:
        """Let someone follow a thread, also one that nobody replied to yet."""
        await self._threads.update_one(
            {"_id": root_id},
            {
                "$addToSet": {"follower_ids": user_id},
                "$setOnInsert": {"channel_id": channel_id, "workspace_id": workspace_id, "last_seq": 0},
            },
            upsert=True,
        )

    async def unfollow(self, root_id: EntryId, user_id: UserId) -> None:
        """Let someone follow a thread no more, until they reply to it or are mentioned in it."""
        await self._threads.update_one({"_id": root_id}, {"$pull": {"follower_ids": user_id}})

    async def mark_read(self, root_id: EntryId, user_id: UserId, seq: int) -> None:
        """Raise how far someone has read a thread."""
        await self._threads.update_one({"_id": root_id}, {"$max": {f"read_seqs.{user_id}": seq}})

    async def followers(self, root_ids: Iterable[EntryId]) -> dict[EntryId, list[UserId]]:
        """Return who follows each of several threads."""
        cursor = self._threads.find({"_id": {"$in": list(root_ids)}}, {"follower_ids": 1})
        return {document["_id"]: document.get("follower_ids", []) async for document in cursor}

    async def read_seqs(self, user_id: UserId, root_ids: Iterable[EntryId]) -> dict[EntryId, int]:
        """Return how far someone has read each of several threads."""
        mine = f"read_seqs.{user_id}"
        cursor = self._threads.find({"_id": {"$in": list(root_ids)}}, {mine: 1})
        return {document["_id"]: document.get("read_seqs", {}).get(user_id, 0) async for document in cursor}

    async def readers(self, root_id: EntryId) -> tuple[list[UserId], dict[UserId, int]]:
        """Return who follows a thread, and how far each person has read it."""
        document = await self._threads.find_one({"_id": root_id}, {"follower_ids": 1, "read_seqs": 1})
        found = document or {}
        return found.get("follower_ids", []), found.get("read_seqs", {})


def _updates(reply: Reply) -> list[UpdateOne]:
    fresh = {
        "channel_id": reply.channel_id,
        "workspace_id": reply.workspace_id,
        "last_seq": 0,
        "follower_ids": [reply.root_author_id],
    }
    joins = list(dict.fromkeys([reply.author_id, *reply.called_ids]))
    return [
        UpdateOne({"_id": reply.root_id}, {"$setOnInsert": fresh}, upsert=True),
        UpdateOne(
            {"_id": reply.root_id},
            {
                "$max": {
                    "last_seq": reply.seq,
                    "last_reply_at": reply.at,
                    f"read_seqs.{reply.author_id}": reply.seq,
                },
                "$addToSet": {"follower_ids": {"$each": joins}},
            },
        ),
    ]


def _record(document: Document, user_id: UserId) -> ThreadRecord:
    return ThreadRecord(
        root_id=document["_id"],
        channel_id=document["channel_id"],
        last_seq=document["last_seq"],
        last_reply_at=document.get("last_reply_at"),
        following=user_id in document.get("follower_ids", []),
        read_seq=document.get("read_seqs", {}).get(user_id, 0),
    )
