"""What guards accounts besides the password: authenticator apps and recovery codes, found by their owner's id."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import UserId
from parlour.core.store.mongo import Document


class SecondFactor(Struct, frozen=True, kw_only=True):
    """A person's second factor as stored. `totp` is the sealed secret, `last_step` the newest step that was used.

    `pending` is a sealed secret that waits to be confirmed.
    """

    totp: bytes | None = None
    totp_since: datetime | None = None
    last_step: int = 0
    pending: bytes | None = None
    pending_until: datetime | None = None
    recovery: Sequence[str] = ()


class SecondFactors:
    """The second factors of everyone. Each change is one atomic step, so that two at once cannot both succeed."""

    def __init__(self, database: Any) -> None:
        self._factors = database.second_factors

    async def get(self, user_id: UserId) -> SecondFactor:
        """Return someone's second factor; one without anything when they have none."""
        document = await self._factors.find_one({"_id": user_id})
        return _factor(document) if document else SecondFactor()

    async def with_app(self, user_ids: Iterable[UserId]) -> set[UserId]:
        """Return those who have an authenticator app."""
        query = {"_id": {"$in": list(user_ids)}, "totp": {"$exists": True}}
        return {document["_id"] async for document in self._factors.find(query, {"_id": 1})}

    async def begin(self, user_id: UserId, sealed: bytes, *, until: datetime) -> None:
        """Keep a secret until it is confirmed; one that waited before is forgotten."""
        pending = {"pending": sealed, "pending_until": until}
        await self._factors.update_one({"_id": user_id}, {"$set": pending}, upsert=True)

    async def confirm(self, user_id: UserId, sealed: bytes, *, step: int, at: datetime) -> bool:
        """Switch on the secret that waits, in place of one before; return false when it waits no more."""
        result = await self._factors.update_one(
            {"_id": user_id, "pending": sealed},
            {
                "$set": {"totp": sealed, "totp_since": at, "last_step": step},
                "$unset": {"pending": "", "pending_until": ""},
            },
        )
        return bool(result.modified_count)

    async def use_step(self, user_id: UserId, step: int) -> bool:
        """Use up a step's code; return false when it, or a later one, was used before."""
        result = await self._factors.update_one(
            {"_id": user_id, "last_step": {"$lt": step}}, {"$set": {"last_step": step}}
        )
        return bool(result.modified_count)

    async def remove_totp(self, user_id: UserId) -> bool:
        """Switch the authenticator app off; return whether it was on."""
        gone = {"totp": "", "totp_since": "", "last_step": "", "pending": "", "pending_until": ""}
        result = await self._factors.update_one({"_id": user_id, "totp": {"$exists": True}}, {"$unset": gone})
        return bool(result.modified_count)

    async def set_recovery(self, user_id: UserId, hashes: Sequence[str], *, only_if_none: bool) -> bool:
        """Replace the recovery codes, or make them `only_if_none` are there; return whether that was done."""
        query: Document = {"_id": user_id} | ({"recovery.0": {"$exists": False}} if only_if_none else {})
        try:
            await self._factors.update_one(query, {"$set": {"recovery": list(hashes)}}, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def use_recovery(self, user_id: UserId, code_hash: str) -> int | None:
        """Use up a recovery code and return how many are left; none when it is none of them, or was used before."""
        document = await self._factors.find_one_and_update(
            {"_id": user_id, "recovery": code_hash}, {"$pull": {"recovery": code_hash}}
        )
        return len(document["recovery"]) - 1 if document else None

    async def forget_recovery(self, user_id: UserId) -> None:
        """Forget all recovery codes."""
        await self._factors.update_one({"_id": user_id}, {"$unset": {"recovery": ""}})

    async def may_try(self, user_id: UserId, *, most: int, since: datetime, at: datetime) -> bool:
        """Count an attempt at a code; return false when there were `most` since then already."""
        allowed = {"$or": [{f"tries.{most - 1}": {"$exists": False}}, {"tries.0": {"$lt": since}}]}
        result = await self._factors.update_one(
            {"_id": user_id} | allowed, {"$push": {"tries": {"$each": [at], "$slice": -most}}}
        )
        return bool(result.modified_count)

    async def forget_tries(self, user_id: UserId) -> None:
        """Begin to count anew: the last attempt was right."""
        await self._factors.update_one({"_id": user_id}, {"$unset": {"tries": ""}})


def _factor(document: Document) -> SecondFactor:
    return SecondFactor(
        totp=document.get("totp"),
        totp_since=document.get("totp_since"),
        last_step=document.get("last_step", 0),
        pending=document.get("pending"),
        pending_until=document.get("pending_until"),
        recovery=document.get("recovery", ()),
    )
