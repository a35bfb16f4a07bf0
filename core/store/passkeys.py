"""Passkeys (WebAuthn credentials): public keys, by the id that their authenticator gave them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import UserId
from parlour.core.model.sign_in import Passkey
from parlour.core.store.mongo import Document

INDEXES = {"passkeys": [IndexModel("user_id")]}


class PasskeyRecord(Struct, frozen=True, kw_only=True):
    """A passkey as stored: `id` is the credential's, base64url; `transports` are a hint to browsers."""

    id: str
    user_id: UserId
    public_key: bytes
    sign_count: int
    name: str
    created_at: datetime
    synced: bool
    transports: list[str]
    last_used_at: datetime | None = None

    @property
    def shown(self) -> Passkey:
        """It as its owner sees it."""
        return Passkey(
            id=self.id,
            name=self.name,
            created_at=self.created_at,
            last_used_at=self.last_used_at,
            synced=self.synced,
        )


class Passkeys:
    """The passkeys of everyone."""

    def __init__(self, database: Any) -> None:
        self._passkeys = database.passkeys

    async def add(self, record: PasskeyRecord) -> bool:
        """Store a new passkey; return false when there is one of this id already."""
        fields = {name: getattr(record, name) for name in record.__struct_fields__ if name != "id"}
        try:
            await self._passkeys.insert_one({"_id": record.id, **fields})
        except DuplicateKeyError:
            return False
        return True

    async def get(self, passkey_id: str) -> PasskeyRecord | None:
        """Return a passkey."""
        document = await self._passkeys.find_one({"_id": passkey_id})
        return _record(document) if document else None

    async def of(self, user_id: UserId) -> list[PasskeyRecord]:
        """Return someone's passkeys, oldest first; their number is limited."""
        found = [_record(document) async for document in self._passkeys.find({"user_id": user_id})]
        return sorted(found, key=lambda record: record.created_at)

    async def owners(self, user_ids: Iterable[UserId]) -> set[UserId]:
        """Return those who have a passkey."""
        return set(await self._passkeys.distinct("user_id", {"user_id": {"$in": list(user_ids)}}))

    async def used(self, passkey_id: str, *, old_count: int, new_count: int, at: datetime) -> bool:
        """Note that a passkey was used; return false when another use was noted since its counter was read."""
        result = await self._passkeys.update_one(
            {"_id": passkey_id, "sign_count": old_count},
            {"$set": {"sign_count": new_count, "last_used_at": at}},
        )
        return bool(result.matched_count)

    async def rename(self, user_id: UserId, passkey_id: str, name: str) -> bool:
        """Name one of someone's passkeys; return whether it is theirs."""
        query = {"_id": passkey_id, "user_id": user_id}
        return bool((await self._passkeys.update_one(query, {"$set": {"name": name}})).matched_count)

    async def remove(self, user_id: UserId, passkey_id: str) -> bool:
        """Remove one of someone's passkeys; return whether it was theirs."""
        return bool((await self._passkeys.delete_one({"_id": passkey_id, "user_id": user_id})).deleted_count)


def _record(document: Document) -> PasskeyRecord:
    fields = {name: document[name] for name in PasskeyRecord.__struct_fields__ if name in document}
    return PasskeyRecord(id=document["_id"], **fields)
