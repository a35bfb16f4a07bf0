"""Drafts: one a person, channel and thread. The last written one stays, also when an older one comes late."""

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.model.later import KeptDraft
from parlour.core.store.mongo import Document

INDEXES = {
    "drafts": [
        IndexModel([("user_id", ASCENDING), ("workspace_id", ASCENDING), ("written_at", DESCENDING)]),
        IndexModel("expires_at", expireAfterSeconds=0),
    ]
}


class Drafts:
    """Drafts of all people. An emptied one is kept for a while, so that an older one does not come back."""

    def __init__(self, database: Any) -> None:
        self._drafts = database.drafts

    async def put(self, user_id: UserId, draft: KeptDraft, *, expires_at: datetime) -> bool:
        """Keep a draft unless a later one is there; return whether it was kept."""
        fields = {
            "user_id": user_id,
            "workspace_id": draft.workspace_id,
            "channel_id": draft.channel_id,
            "thread_root_id": draft.thread_root_id,
            "text": draft.text,
            "written_at": draft.written_at,
            "expires_at": expires_at,
        }
        key = _key(user_id, draft.channel_id, draft.thread_root_id)
        try:
            await self._drafts.update_one(
                {"_id": key, "written_at": {"$lte": draft.written_at}}, {"$set": fields}, upsert=True
            )
        except DuplicateKeyError:
            return False
        return True

    async def get(
        self, user_id: UserId, channel_id: ChannelId, thread_root_id: EntryId | None
    ) -> KeptDraft | None:
        """Return a draft, also one that was emptied."""
        document = await self._drafts.find_one({"_id": _key(user_id, channel_id, thread_root_id)})
        return _draft(document) if document else None

    async def of(self, user_id: UserId, workspace_id: WorkspaceId, *, limit: int) -> list[KeptDraft]:
        """Return someone's drafts, the last written first, emptied ones included."""
        query = {"user_id": user_id, "workspace_id": workspace_id}
        cursor = self._drafts.find(query).sort("written_at", DESCENDING).limit(limit)
        return [_draft(document) async for document in cursor]

    async def count(self, user_id: UserId) -> int:
        """Return how many drafts someone has, emptied ones included."""
        return int(await self._drafts.count_documents({"user_id": user_id}))


def _key(user_id: UserId, channel_id: ChannelId, thread_root_id: EntryId | None) -> str:
    return f"{user_id}:{channel_id}:{thread_root_id or ''}"


def _draft(document: Document) -> KeptDraft:
    return KeptDraft(
        channel_id=document["channel_id"],
        workspace_id=document["workspace_id"],
        text=document["text"],
        written_at=document["written_at"],
        thread_root_id=document["thread_root_id"],
    )
