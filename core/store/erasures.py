"""The erasures of accounts, and their reports, which are forgotten after a while."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import ErasureId, UserId
from parlour.core.model.erasures import OPEN, ErasureRecord
from parlour.core.store.mongo import Document

INDEXES = {
    "erasures": [
        IndexModel("open_of", unique=True, partialFilterExpression={"open_of": {"$exists": True}}),
        IndexModel([("told", ASCENDING), ("requested_at", ASCENDING)]),
        IndexModel([("state", ASCENDING), ("begins_at", ASCENDING)]),
        IndexModel("expires_at", expireAfterSeconds=0),
    ]
}
_BUILTIN = (datetime, bytes)


class Erasures:
    """The erasures of all accounts; of one account only one is open at a time."""

    def __init__(self, database: Any) -> None:
        self._erasures = database.erasures

    async def add(self, record: ErasureRecord) -> bool:
        """Store a new one; return false when another one of the same account is open."""
        document: Document = msgspec.to_builtins(record, builtin_types=_BUILTIN)
        document["_id"] = document.pop("id")
        try:
            await self._erasures.insert_one(document | {"open_of": record.user_id})
        except DuplicateKeyError:
            return False
        return True

    async def get(self, erasure_id: ErasureId) -> ErasureRecord | None:
        """Return one."""
        document = await self._erasures.find_one({"_id": erasure_id})
        return _record(document) if document else None

    async def open_of(self, user_id: UserId) -> ErasureRecord | None:
        """Return the one of an account that is waiting or at work."""
        document = await self._erasures.find_one({"open_of": user_id})
        return _record(document) if document else None

    async def begin(self, erasure_id: ErasureId) -> ErasureRecord | None:
        """Begin one that waits, or go on; none when it was taken back or is over."""
        return await self._set(erasure_id, OPEN, {"$set": {"state": "erasing"}})

    async def take_back(
        self, erasure_id: ErasureId, *, at: datetime, expires_at: datetime
    ) -> ErasureRecord | None:
        """Take one back that has not begun; none when it is too late."""
        return await self._set(
            erasure_id,
            ("waiting",),
            {
                "$set": {"state": "taken_back", "ended_at": at, "told": False, "expires_at": expires_at},
                "$unset": {"open_of": "", "sealed": ""},
            },
        )

    async def count(self, erasure_id: ErasureId, step: str, found: int) -> None:
        """Put on record how many records a step found when it began; what a later attempt finds does not count."""
        first = {"_id": erasure_id, f"counted.{step}": {"$exists": False}}
        await self._erasures.update_one(first, {"$set": {f"counted.{step}": found}})

    async def advance(self, erasure_id: ErasureId, **fields: Any) -> None:
        """Put on record how far one is."""
        given = msgspec.to_builtins(fields, builtin_types=_BUILTIN)
        await self._erasures.update_one({"_id": erasure_id}, {"$set": given})

    async def step_done(self, erasure_id: ErasureId, step: str) -> None:
        """Put on record that a step is done."""
        await self._erasures.update_one({"_id": erasure_id}, {"$addToSet": {"done": step}})

    async def end(self, erasure_id: ErasureId, *, at: datetime, expires_at: datetime) -> None:
        """Put the end on record, and forget whose it was."""
        await self._erasures.update_one(
            {"_id": erasure_id, "state": "erasing"},
            {
                "$set": {
                    "state": "erased",
                    "ended_at": at,
                    "told": True,
                    "expires_at": expires_at,
                    "user_id": None,
                },
                "$unset": {"open_of": "", "sealed": "", "cursor": ""},
            },
        )

    async def told(self, erasure_id: ErasureId) -> None:
        """Record that its workflow knows of it as it is."""
        await self._erasures.update_one({"_id": erasure_id}, {"$set": {"told": True}})

    async def untold(self, *, before: datetime, limit: int) -> list[ErasureRecord]:
        """Return those whose workflow does not know of them as they are."""
        cursor = self._erasures.find({"told": False, "requested_at": {"$lt": before}}).limit(limit)
        return [_record(document) async for document in cursor]

    async def overdue(self, *, before: datetime, limit: int) -> list[ErasureRecord]:
        """Return those that should have begun by now."""
        cursor = self._erasures.find({"state": "waiting", "begins_at": {"$lt": before}}).limit(limit)
        return [_record(document) async for document in cursor]

    async def _set(
        self, erasure_id: ErasureId, states: Sequence[str], change: Document
    ) -> ErasureRecord | None:
        document = await self._erasures.find_one_and_update(
            {"_id": erasure_id, "state": {"$in": list(states)}}, change, return_document=ReturnDocument.AFTER
        )
        return _record(document) if document else None


def _record(document: Document) -> ErasureRecord:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, ErasureRecord, builtin_types=_BUILTIN)
