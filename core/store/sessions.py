"""Sessions: one a sign-in, kept alive by a rotating refresh token of which only a hash is stored."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pymongo import IndexModel

from parlour.core.ids import SessionId, UserId

INDEXES = {"sessions": [IndexModel("user_id"), IndexModel("expires_at", expireAfterSeconds=0)]}


class Sessions:
    """The sessions of everyone. A session that ended or expired is gone."""

    def __init__(self, database: Any) -> None:
        self._sessions = database.sessions

    async def add(
        self, session_id: SessionId, user_id: UserId, *, refresh_hash: str, expires_at: datetime
    ) -> None:
        """Store a new session."""
        await self._sessions.insert_one(
            {"_id": session_id, "user_id": user_id, "refresh_hash": refresh_hash, "expires_at": expires_at}
        )

    async def rotate(
        self, session_id: SessionId, *, old_hash: str, new_hash: str, expires_at: datetime
    ) -> UserId | None:
        """Exchange the refresh token if `old_hash` is the current one, and return whose session it is."""
        document = await self._sessions.find_one_and_update(
            {"_id": session_id, "refresh_hash": old_hash},
            {"$set": {"refresh_hash": new_hash, "expires_at": expires_at}},
        )
        return document["user_id"] if document else None

    async def owner(self, session_id: SessionId) -> UserId | None:
        """Return whose session this is, while it lasts."""
        document = await self._sessions.find_one({"_id": session_id}, {"user_id": 1})
        return document["user_id"] if document else None

    async def alive(self, session_ids: Iterable[SessionId]) -> set[SessionId]:
        """Return those of `session_ids` that last."""
        cursor = self._sessions.find({"_id": {"$in": list(session_ids)}}, {"_id": 1})
        return {document["_id"] async for document in cursor}

    async def end(self, session_id: SessionId) -> bool:
        """End a session; return whether it was still there."""
        result = await self._sessions.delete_one({"_id": session_id})
        return bool(result.deleted_count)
