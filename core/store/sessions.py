"""What lets in: sessions of browsers, kept alive by a rotating refresh token, and tokens of people and of bots.

Of their secrets only hashes are stored. All are in one collection: whoever asks whether something still lets somebody
in, or ends it, need not know what it is.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import DESCENDING, IndexModel

from parlour.core.clock import now
from parlour.core.ids import SessionId, UserId
from parlour.core.model.people import Entrance, SessionKind
from parlour.core.model.rights import SCOPES, Scope
from parlour.core.store.mongo import Document

INDEXES = {
    "sessions": [
        IndexModel([("user_id", 1), ("kind", 1), ("_id", DESCENDING)]),
        IndexModel("expires_at", expireAfterSeconds=0),
    ]
}
BROWSERS: SessionKind = "session"


class Admitted(Struct, frozen=True, kw_only=True):
    """What somebody came in with: whose it is, what it opens (none: everything), and when it was last used."""

    user_id: UserId
    kind: SessionKind
    token_hash: str | None
    scopes: frozenset[Scope] | None
    last_used_at: datetime | None


class Sessions:
    """The sessions and tokens of everyone. One that ended or expired is gone."""

    def __init__(self, database: Any) -> None:
        self._sessions = database.sessions

    async def add(
        self,
        session_id: SessionId,
        user_id: UserId,
        *,
        refresh_hash: str,
        expires_at: datetime,
        created_at: datetime | None = None,
        address: str = "",
        agent: str = "",
    ) -> None:
        """Store a new session, and from which network address and with which browser it was opened."""
        await self._sessions.insert_one(
            {
                "_id": session_id,
                "user_id": user_id,
                "kind": BROWSERS,
                "refresh_hash": refresh_hash,
                "expires_at": expires_at,
                "created_at": created_at,
                "last_used_at": created_at,
                "address": address,
                "agent": agent,
            }
        )

    async def add_token(self, entrance: Entrance, *, token_hash: str) -> None:
        """Store a new token; without `expires_at` it lasts until it is ended."""
        await self._sessions.insert_one(
            {
                "_id": entrance.id,
                "user_id": entrance.user_id,
                "kind": entrance.kind,
                "name": entrance.name,
                "token_hash": token_hash,
                "scopes": sorted(entrance.scopes or ()),
                "expires_at": entrance.expires_at,
                "created_at": entrance.created_at,
            }
        )

    async def change_token(self, token_id: SessionId, **fields: Any) -> bool:
        """Overwrite fields of a token; return whether it is there."""
        result = await self._sessions.update_one(
            {"_id": token_id, "kind": {"$ne": BROWSERS}}, {"$set": fields}
        )
        return bool(result.matched_count)

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

    async def admitted(self, session_id: SessionId, *, at: datetime) -> Admitted | None:
        """Return what lets somebody in, while it lasts."""
        found = await self._sessions.find_one({"_id": session_id})
        if not found or (found["expires_at"] and found["expires_at"] <= at):
            return None
        return Admitted(
            user_id=found["user_id"],
            kind=found.get("kind", BROWSERS),
            token_hash=found.get("token_hash"),
            scopes=_scopes(found),
            last_used_at=found.get("last_used_at"),
        )

    async def used(self, session_id: SessionId, *, at: datetime, address: str, agent: str) -> None:
        """Note that something let somebody in, and from where."""
        await self._sessions.update_one(
            {"_id": session_id},
            {"$max": {"last_used_at": at}, "$set": {"address": address, "agent": agent}},
        )

    async def of(self, user_id: UserId, *, kinds: Iterable[SessionKind]) -> list[Entrance]:
        """Return the sessions or tokens of somebody, the newest first."""
        query = {"user_id": user_id, "kind": {"$in": list(kinds)}}
        cursor = self._sessions.find(query).sort("_id", DESCENDING)
        return [_entrance(document) async for document in cursor]

    async def get(self, session_id: SessionId) -> Entrance | None:
        """Return a session or token."""
        document = await self._sessions.find_one({"_id": session_id})
        return _entrance(document) if document else None

    async def alive(self, session_ids: Iterable[SessionId]) -> set[SessionId]:
        """Return those of `session_ids` that last."""
        lasting = [{"expires_at": None}, {"expires_at": {"$gt": now()}}]
        cursor = self._sessions.find({"_id": {"$in": list(session_ids)}, "$or": lasting}, {"_id": 1})
        return {document["_id"] async for document in cursor}

    async def end(self, session_id: SessionId) -> bool:
        """End a session or token; return whether it was still there."""
        result = await self._sessions.delete_one({"_id": session_id})
        return bool(result.deleted_count)


def _scopes(document: Document) -> frozenset[Scope] | None:
    if document.get("kind", BROWSERS) == BROWSERS:
        return None
    return frozenset(SCOPES[name] for name in document["scopes"] if name in SCOPES)


def _entrance(document: Document) -> Entrance:
    return Entrance(
        id=document["_id"],
        user_id=document["user_id"],
        kind=document.get("kind", BROWSERS),
        name=document.get("name", ""),
        scopes=_scopes(document),
        created_at=document.get("created_at"),
        expires_at=document["expires_at"],
        last_used_at=document.get("last_used_at"),
        address=document.get("address", ""),
        agent=document.get("agent", ""),
    )
