"""Users: who may sign in."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pymongo import IndexModel, ReturnDocument, UpdateOne
from pymongo.errors import DuplicateKeyError

from parlour.core.clock import now
from parlour.core.errors import ConflictError
from parlour.core.ids import UserId
from parlour.core.model.people import Person, Status, User
from parlour.core.store.mongo import Document

INDEXES = {
    "users": [
        IndexModel("email", unique=True),
        IndexModel("handle", unique=True, partialFilterExpression={"handle": {"$exists": True}}),
    ]
}
SHOWN = {"name": 1, "handle": 1, "title": 1, "status": 1, "dnd_until": 1}
"""What others see of a person."""


class Users:
    """Accounts, one a person; `email` is stored casefolded."""

    def __init__(self, database: Any) -> None:
        self._users = database.users

    async def add(self, user: User, *, password_hash: str) -> None:
        """Store a new account.

        Raises:
            ConflictError: `email_taken` or `handle_taken`.
        """
        document = {
            "_id": user.id,
            "email": user.email,
            "name": user.name,
            "handle": user.handle,
            "password_hash": password_hash,
            "created_at": user.created_at,
        }
        try:
            await self._users.insert_one(document)
        except DuplicateKeyError as error:
            if "handle" in (error.details or {}).get("keyPattern", {}):
                raise handle_taken(user.handle) from None
            raise ConflictError(
                "email_taken",
                "There is already an account with this e-mail address.",
                errors=[
                    {"field": "email", "detail": "There is already an account with this e-mail address."}
                ],
            ) from None

    async def by_email(self, email: str) -> tuple[User, str] | None:
        """Return the account of an e-mail address with its password's hash."""
        document = await self._users.find_one({"email": email})
        return (_user(document), document["password_hash"]) if document else None

    async def by_id(self, user_id: UserId) -> User | None:
        """Return one account."""
        document = await self._users.find_one({"_id": user_id})
        return _user(document) if document else None

    async def people(self, user_ids: Iterable[UserId]) -> dict[UserId, Person]:
        """Return those who exist as others see them."""
        cursor = self._users.find({"_id": {"$in": list(user_ids)}}, SHOWN)
        return {document["_id"]: _person(document) async for document in cursor}

    async def last_active(self, user_id: UserId) -> datetime | None:
        """Return when someone was last seen to be active, as far as it is stored."""
        document = await self._users.find_one({"_id": user_id}, {"last_active_at": 1})
        return document.get("last_active_at") if document else None

    async def were_active(self, seen: Mapping[UserId, datetime]) -> None:
        """Store when people were last active; never turn it back."""
        updates = [UpdateOne({"_id": i}, {"$max": {"last_active_at": at}}) for i, at in seen.items()]
        await self._users.bulk_write(updates, ordered=False)

    async def change(self, user_id: UserId, **fields: Any) -> User | None:
        """Overwrite fields of an account (None removes one) and return it.

        Raises:
            ConflictError: `handle_taken`.
        """
        given = {name: value for name, value in fields.items() if value is not None}
        gone = dict.fromkeys(fields.keys() - given.keys(), "")
        update = {"$set": given} if given else {}
        try:
            document = await self._users.find_one_and_update(
                {"_id": user_id},
                update | ({"$unset": gone} if gone else {}),
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            raise handle_taken(str(fields.get("handle"))) from None
        return _user(document) if document else None

    async def ids_of_handles(self, handles: Iterable[str]) -> list[UserId]:
        """Return the people who have these handles."""
        cursor = self._users.find({"handle": {"$in": list(handles)}}, {"_id": 1})
        return [document["_id"] async for document in cursor]

    async def set_handle(self, user_id: UserId, handle: str) -> bool:
        """Give someone a handle; return false when it is taken."""
        try:
            await self._users.update_one({"_id": user_id}, {"$set": {"handle": handle}})
        except DuplicateKeyError:
            return False
        return True

    async def names(self, user_ids: Iterable[UserId]) -> dict[UserId, str]:
        """Return the names of those who exist."""
        cursor = self._users.find({"_id": {"$in": list(user_ids)}}, {"name": 1})
        return {document["_id"]: document["name"] async for document in cursor}


def handle_taken(handle: str) -> ConflictError:
    """Return the error of a handle that someone else has."""
    detail = f"The handle {handle} is taken."
    return ConflictError("handle_taken", detail, errors=[{"field": "handle", "detail": detail}])


def _user(document: Document) -> User:
    return User(
        id=document["_id"],
        name=document["name"],
        handle=document.get("handle", ""),
        email=document["email"],
        created_at=document["created_at"],
        timezone=document.get("timezone"),
        title=document.get("title", ""),
        status=_status(document),
        dnd_until=_dnd_until(document),
        set_away=document.get("set_away", False),
    )


def _person(document: Document) -> Person:
    return Person(
        document["_id"],
        document["name"],
        document.get("handle", ""),
        document.get("title", ""),
        _status(document),
        _dnd_until(document),
    )


def _status(document: Document) -> Status | None:
    """Return a status that still holds: it ends by the clock, nothing has to run for it."""
    stored = document.get("status")
    if not stored or (stored["expires_at"] and stored["expires_at"] <= now()):
        return None
    return Status(**stored)


def _dnd_until(document: Document) -> datetime | None:
    until: datetime | None = document.get("dnd_until")
    return until if until and until > now() else None
