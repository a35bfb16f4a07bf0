"""Answers already given to requests with an `Idempotency-Key`, for a day."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

INDEXES = {"idempotency_keys": [IndexModel("expires_at", expireAfterSeconds=0)]}


class KeptAnswer(Struct, frozen=True):
    """What was answered: `status` 0 while the first request is still under way."""

    fingerprint: str
    status: int
    body: bytes


class IdempotencyKeys:
    """Keys of all callers; `key` already includes who calls what."""

    def __init__(self, database: Any) -> None:
        self._keys = database.idempotency_keys

    async def begin(self, key: str, fingerprint: str, *, expires_at: datetime) -> KeptAnswer | None:
        """Claim a key: none when it is fresh, else what is known of its first request."""
        try:
            await self._keys.insert_one(
                {
                    "_id": key,
                    "fingerprint": fingerprint,
                    "status": 0,
                    "body": b"",
                    "expires_at": expires_at,
                }
            )
        except DuplicateKeyError:
            found = await self._keys.find_one({"_id": key})
            return KeptAnswer(found["fingerprint"], found["status"], bytes(found["body"])) if found else None
        return None

    async def finish(self, key: str, *, status: int, body: bytes, expires_at: datetime) -> None:
        """Keep the answer."""
        await self._keys.update_one(
            {"_id": key}, {"$set": {"status": status, "body": body, "expires_at": expires_at}}
        )

    async def forget(self, key: str) -> None:
        """Give the key free again, after a failure."""
        await self._keys.delete_one({"_id": key})
