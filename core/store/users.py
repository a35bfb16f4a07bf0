"""Users: who may sign in."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
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
SHOWN = {
    "name": 1,
    "handle": 1,
    "title": 1,
    "status": 1,
    "dnd_until": 1,
    "kind": 1,
    "pronouns": 1,
    "avatar": 1,
}
"""What others see of a person."""


class Account(Struct, frozen=True, kw_only=True):
    """A person, and what their admins know of their account."""

    person: Person
    email: str
    last_active_at: datetime | None
    deactivated: bool


class Users:
    """Accounts, one a person; `email` is stored casefolded."""

    def __init__(self, database: Any) -> None:
        self._users = database.users

    async def add(self, user: User, *, password_hash: str | None) -> None:
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
            "kind": user.kind,
            "email_verified_at": user.email_verified_at,
        }
        try:
            await self._users.insert_one(document)
        except DuplicateKeyError as error:
            if "handle" in (error.details or {}).get("keyPattern", {}):
                raise handle_taken(user.handle) from None
            raise email_taken() from None

    async def add_bot(self, bot: User, *, owner_id: UserId) -> None:
        """Store a bot: it has no address and no password, so nobody signs in as it. Again changes nothing.

        Raises:
            ConflictError: `handle_taken`.
        """
        document = {
            # Addresses are unique; this is none that could ever be given.
            "email": f"bot:{bot.id}",
            "name": bot.name,
            "handle": bot.handle,
            "created_at": bot.created_at,
            "kind": "bot",
            "owner_id": owner_id,
        }
        try:
            await self._users.update_one({"_id": bot.id}, {"$setOnInsert": document}, upsert=True)
        except DuplicateKeyError:
            raise handle_taken(bot.handle) from None

    async def remove_bot(self, bot_id: UserId) -> None:
        """Forget a bot."""
        await self._users.delete_one({"_id": bot_id, "kind": "bot"})

    async def by_email(self, email: str) -> tuple[User, str | None] | None:
        """Return the account of an e-mail address and its password's hash, if it has one; none if it is deactivated."""
        document = await self._users.find_one({"email": email, "deactivated_at": {"$exists": False}})
        return (_user(document), document.get("password_hash")) if document else None

    async def password_hash(self, user_id: UserId) -> str | None:
        """Return the hash of an account's password, if it has one."""
        document = await self._users.find_one({"_id": user_id}, {"password_hash": 1})
        return document.get("password_hash") if document else None

    async def with_password(self, user_ids: Iterable[UserId]) -> set[UserId]:
        """Return those who can sign in with a password."""
        query = {"_id": {"$in": list(user_ids)}, "password_hash": {"$type": "string"}}
        return {document["_id"] async for document in self._users.find(query, {"_id": 1})}

    async def ids_of_emails(self, emails: Iterable[str]) -> dict[str, UserId]:
        """Return the accounts of those addresses that have one."""
        cursor = self._users.find({"email": {"$in": list(emails)}}, {"email": 1})
        return {document["email"]: document["_id"] async for document in cursor}

    async def renew_password_hash(self, user_id: UserId, old: str, new: str) -> None:
        """Replace the hash of the same password, unless it was changed meanwhile."""
        await self._users.update_one({"_id": user_id, "password_hash": old}, {"$set": {"password_hash": new}})

    async def set_password(self, user_id: UserId, password_hash: str | None) -> None:
        """Give somebody a password, or (none) take theirs away."""
        await self._users.update_one({"_id": user_id}, {"$set": {"password_hash": password_hash}})

    async def verified(self, user_id: UserId, email: str, at: datetime) -> bool:
        """Note that somebody reads the mails of an address; return whether it still is theirs."""
        result = await self._users.update_one(
            {"_id": user_id, "email": email}, {"$set": {"email_verified_at": at}}
        )
        return bool(result.matched_count)

    async def set_email(self, user_id: UserId, email: str, at: datetime) -> bool:
        """Give somebody another address, whose mails they read; return whether they exist.

        Raises:
            ConflictError: `email_taken`.
        """
        change = {"$set": {"email": email, "email_verified_at": at}}
        try:
            result = await self._users.update_one({"_id": user_id}, change)
        except DuplicateKeyError:
            raise email_taken() from None
        return bool(result.matched_count)

    async def by_id(self, user_id: UserId) -> User | None:
        """Return one account."""
        document = await self._users.find_one({"_id": user_id})
        return _user(document) if document else None

    async def deactivate(self, user_id: UserId, at: datetime) -> bool:
        """Deactivate an account; return false when it was before."""
        query = {"_id": user_id, "deactivated_at": {"$exists": False}}
        result = await self._users.update_one(query, {"$set": {"deactivated_at": at}})
        return bool(result.modified_count)

    async def reactivate(self, user_id: UserId, since: datetime) -> bool:
        """Reactivate an account that was deactivated at `since`; return whether it was."""
        query = {"_id": user_id, "deactivated_at": since, "erased_at": {"$exists": False}}
        result = await self._users.update_one(query, {"$unset": {"deactivated_at": ""}})
        return bool(result.modified_count)

    async def deactivated_since(self, user_id: UserId) -> datetime | None:
        """Return since when an account is deactivated, if it is."""
        document = await self._users.find_one({"_id": user_id}, {"deactivated_at": 1})
        return document.get("deactivated_at") if document else None

    async def deactivated_by_email(self, email: str) -> User | None:
        """Return the account of an e-mail address if it is deactivated, and not erased."""
        query = {"email": email, "deactivated_at": {"$exists": True}, "erased_at": {"$exists": False}}
        document = await self._users.find_one(query)
        return _user(document) if document else None

    async def people(self, user_ids: Iterable[UserId]) -> dict[UserId, Person]:
        """Return those who exist as others see them."""
        cursor = self._users.find({"_id": {"$in": list(user_ids)}}, SHOWN)
        return {document["_id"]: _person(document) async for document in cursor}

    async def accounts(self, user_ids: Iterable[UserId]) -> dict[UserId, Account]:
        """Return those who exist as those see them who look after members."""
        facts = SHOWN | {"email": 1, "last_active_at": 1, "deactivated_at": 1}
        cursor = self._users.find({"_id": {"$in": list(user_ids)}}, facts)
        return {document["_id"]: _account(document) async for document in cursor}

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


def email_taken() -> ConflictError:
    """Return the error of an address that another account has."""
    detail = "There is already an account with this e-mail address."
    return ConflictError("email_taken", detail, errors=[{"field": "email", "detail": detail}])


def handle_taken(handle: str) -> ConflictError:
    """Return the error of a handle that someone else has."""
    detail = f"The handle {handle} is taken."
    return ConflictError("handle_taken", detail, errors=[{"field": "handle", "detail": detail}])


def _user(document: Document) -> User:
    return User(
        id=document["_id"],
        name=document["name"],
        handle=document.get("handle", ""),
        email="" if document.get("kind") == "bot" else document["email"],
        created_at=document["created_at"],
        timezone=document.get("timezone"),
        title=document.get("title", ""),
        status=_status(document),
        dnd_until=_dnd_until(document),
        set_away=document.get("set_away", False),
        kind=document.get("kind", "person"),
        email_verified_at=document.get("email_verified_at"),
        pronouns=document.get("pronouns", ""),
        language=document.get("language"),
        avatar=_avatar(document),
    )


def _person(document: Document) -> Person:
    return Person(
        document["_id"],
        document["name"],
        document.get("handle", ""),
        document.get("title", ""),
        _status(document),
        _dnd_until(document),
        document.get("kind", "person"),
        document.get("pronouns", ""),
        _avatar(document),
    )


def _account(document: Document) -> Account:
    return Account(
        person=_person(document),
        email=document.get("email", ""),
        last_active_at=document.get("last_active_at"),
        deactivated=document.get("deactivated_at") is not None,
    )


def _avatar(document: Document) -> str | None:
    """Return the address of a picture, to which its side is added; none without one."""
    version = document.get("avatar")
    return f"/api/v1/avatars/{version}" if version else None


def _status(document: Document) -> Status | None:
    """Return a status that still holds: it ends by the clock, nothing has to run for it."""
    stored = document.get("status")
    if not stored or (stored["expires_at"] and stored["expires_at"] <= now()):
        return None
    return Status(**stored)


def _dnd_until(document: Document) -> datetime | None:
    until: datetime | None = document.get("dnd_until")
    return until if until and until > now() else None
