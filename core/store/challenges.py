"""Challenges: what was asked of a stranger or a person a moment ago, and may be answered once.

They are kept in MongoDB rather than in Redis, so that nobody's sign-in depends on a server that may forget.
"""

from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec
from pymongo import IndexModel

from parlour.core.clock import now
from parlour.core.store.mongo import Document

INDEXES = {"challenges": [IndexModel("expires_at", expireAfterSeconds=0)]}

Purpose = Literal["second step", "passkey sign-in", "passkey second step", "passkey registration", "oidc"]
Facts = TypeVar("Facts", bound=msgspec.Struct)


class Challenges:
    """Challenges by the hash of their secret. One that is over is as one that never was."""

    def __init__(self, database: Any) -> None:
        self._challenges = database.challenges

    async def add(
        self, secret_hash: str, purpose: Purpose, facts: msgspec.Struct, *, expires_at: datetime
    ) -> None:
        """Keep what is to be known when the answer comes."""
        await self._challenges.insert_one(
            {
                "_id": secret_hash,
                "purpose": purpose,
                "facts": msgspec.to_builtins(facts, builtin_types=(datetime, bytes)),
                "tries": 0,
                "expires_at": expires_at,
            }
        )

    async def attempt(
        self, secret_hash: str, purpose: Purpose, kind: type[Facts], *, tries: int
    ) -> Facts | None:
        """Count an attempt to answer, and return what was kept; none when it is over or `tries` are used up."""
        query = _open(secret_hash, purpose) | {"tries": {"$lt": tries}}
        document = await self._challenges.find_one_and_update(query, {"$inc": {"tries": 1}})
        return msgspec.convert(document["facts"], kind) if document else None

    async def look(self, secret_hash: str, purpose: Purpose, kind: type[Facts]) -> Facts | None:
        """Return what was kept, and keep it; none when it is over."""
        document = await self._challenges.find_one(_open(secret_hash, purpose))
        return msgspec.convert(document["facts"], kind) if document else None

    async def take(self, secret_hash: str, purpose: Purpose, kind: type[Facts]) -> Facts | None:
        """Return what was kept, for the only time; none when it is over or was taken before."""
        document = await self._challenges.find_one_and_delete(_open(secret_hash, purpose))
        return msgspec.convert(document["facts"], kind) if document else None


def _open(secret_hash: str, purpose: Purpose) -> Document:
    return {"_id": secret_hash, "purpose": purpose, "expires_at": {"$gt": now()}}
