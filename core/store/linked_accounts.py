"""Accounts at other servers that people sign in by: each is of one person, each person has one at a server."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import UserId
from parlour.core.store.mongo import Document

INDEXES = {
    "linked_accounts": [
        IndexModel([("issuer", ASCENDING), ("subject", ASCENDING)], unique=True),
        IndexModel([("user_id", ASCENDING), ("issuer", ASCENDING)], unique=True),
    ]
}


class LinkedRecord(Struct, frozen=True, kw_only=True):
    """An account at another server: `subject` is its id there, `email` what the server called it last."""

    issuer: str
    subject: str
    user_id: UserId
    email: str
    linked_at: datetime
    last_used_at: datetime | None = None


class LinkedAccounts:
    """The linked accounts of everyone."""

    def __init__(self, database: Any) -> None:
        self._linked = database.linked_accounts

    async def add(self, record: LinkedRecord) -> bool:
        """Link an account; return false when it, or another one of that server for this person, is linked already."""
        try:
            await self._linked.insert_one({name: getattr(record, name) for name in record.__struct_fields__})
        except DuplicateKeyError:
            return False
        return True

    async def use(self, issuer: str, subject: str, *, email: str, at: datetime) -> UserId | None:
        """Note that an account signs in, and return whose it is; none when it is nobody's."""
        found = await self._linked.find_one_and_update(
            {"issuer": issuer, "subject": subject}, {"$set": {"last_used_at": at, "email": email}}
        )
        return found["user_id"] if found else None

    async def of(self, user_id: UserId) -> list[LinkedRecord]:
        """Return someone's linked accounts, oldest first."""
        found = [_record(document) async for document in self._linked.find({"user_id": user_id})]
        return sorted(found, key=lambda record: record.linked_at)

    async def remove(self, user_id: UserId, issuer: str) -> bool:
        """Unlink someone's account at a server; return whether there was one."""
        return bool((await self._linked.delete_one({"user_id": user_id, "issuer": issuer})).deleted_count)


def _record(document: Document) -> LinkedRecord:
    fields = {name: document[name] for name in LinkedRecord.__struct_fields__ if name in document}
    return LinkedRecord(**fields)
