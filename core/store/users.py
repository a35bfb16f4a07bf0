"""Users: who may sign in."""

from collections.abc import Iterable
from typing import Any

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from parlour.core.errors import ConflictError
from parlour.core.ids import UserId
from parlour.core.model.people import Person, User
from parlour.core.store.mongo import Document

INDEXES = {
    "users": [
        IndexModel("email", unique=True),
        IndexModel("handle", unique=True, partialFilterExpression={"handle": {"$exists": True}}),
    ]
}


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
                raise ConflictError("handle_taken", f"The handle {user.handle} is taken.") from None
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
        cursor = self._users.find({"_id": {"$in": list(user_ids)}}, {"name": 1, "handle": 1})
        return {d["_id"]: Person(d["_id"], d["name"], d.get("handle", "")) async for d in cursor}

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

    async def set_timezone(self, user_id: UserId, timezone: str) -> None:
        """Remember someone's time zone."""
        await self._users.update_one({"_id": user_id}, {"$set": {"timezone": timezone}})

    async def names(self, user_ids: Iterable[UserId]) -> dict[UserId, str]:
        """Return the names of those who exist."""
        cursor = self._users.find({"_id": {"$in": list(user_ids)}}, {"name": 1})
        return {document["_id"]: document["name"] async for document in cursor}


def _user(document: Document) -> User:
    return User(
        id=document["_id"],
        name=document["name"],
        handle=document.get("handle", ""),
        email=document["email"],
        created_at=document["created_at"],
        timezone=document.get("timezone"),
    )
