"""The stays of guests that end: when, when to look next, and whether their workflow knows. Kept at their membership."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import IndexModel, ReturnDocument

from parlour.core.clock import now
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.store.mongo import Document
from parlour.core.store.promises import Promises

# Of the memberships of workspaces.
INDEXES = [
    IndexModel("stay.due_at", sparse=True),
    IndexModel("stay.changed_at", partialFilterExpression={"stay.untold": True}),
]


class Stay(Struct, frozen=True, kw_only=True):
    """A guest's stay: over at `ends_at`; at `due_at` there is something to do, to tell them or to end it.

    `version` counts the changes that its workflow has to know of.
    """

    workspace_id: WorkspaceId
    user_id: UserId
    ends_at: datetime
    due_at: datetime
    version: int
    invited_by: UserId | None = None

    @property
    def id(self) -> str:
        """What it is called among promises."""
        return f"{self.workspace_id}/{self.user_id}"


class Stays:
    """The stays of all guests. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._members = database.workspace_members
        self.promises = Promises(self._members, _stay, at="stay.", where=_named)

    async def add(
        self,
        workspace_id: WorkspaceId,
        user_id: UserId,
        *,
        ends_at: datetime | None,
        due_at: datetime | None,
        invited_by: UserId | None,
    ) -> bool:
        """Make someone a guest, until then or without an end; return false when they belong to the workspace."""
        at = now()
        fields: Document = {"role": "guest", "joined_at": at, "invited_by": invited_by}
        if ends_at:
            stay = {"due_at": due_at, "version": 1, "changed_at": at, "untold": True}
            fields |= {"ends_at": ends_at, "stay": stay}
        result = await self._members.update_one(
            {"workspace_id": workspace_id, "user_id": user_id}, {"$setOnInsert": fields}, upsert=True
        )
        return result.upserted_id is not None

    async def get(self, workspace_id: WorkspaceId, user_id: UserId) -> Stay | None:
        """Return the stay of a guest that ends."""
        document = await self._members.find_one({"workspace_id": workspace_id, "user_id": user_id})
        return _stay(document) if document and document.get("ends_at") else None

    async def change(
        self, workspace_id: WorkspaceId, user_id: UserId, *, ends_at: datetime, due_at: datetime
    ) -> Stay | None:
        """Let a guest's stay end at another time; none when they are no guest."""
        fields = {"ends_at": ends_at, "stay.due_at": due_at, "stay.changed_at": now(), "stay.untold": True}
        document = await self._members.find_one_and_update(
            {"workspace_id": workspace_id, "user_id": user_id, "role": "guest"},
            {"$set": fields, "$inc": {"stay.version": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return _stay(document) if document else None

    async def warned(self, stay: Stay) -> Stay | None:
        """Record that a guest was told: what is due now is the end; none when it changed meanwhile."""
        document = await self._members.find_one_and_update(
            _as_of(stay),
            {"$set": {"stay.due_at": stay.ends_at}, "$inc": {"stay.version": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return _stay(document) if document else None

    async def lift(self, workspace_id: WorkspaceId, user_id: UserId) -> None:
        """Let a stay have no end any more."""
        gone = {"ends_at": "", "stay": ""}
        await self._members.update_one({"workspace_id": workspace_id, "user_id": user_id}, {"$unset": gone})


def _named(stay_id: str) -> Document:
    workspace_id, _, user_id = stay_id.partition("/")
    return {"workspace_id": workspace_id, "user_id": user_id}


def _as_of(stay: Stay) -> Document:
    return {"workspace_id": stay.workspace_id, "user_id": stay.user_id, "stay.version": stay.version}


def _stay(document: Document) -> Stay:
    stay = document["stay"]
    return Stay(
        workspace_id=document["workspace_id"],
        user_id=document["user_id"],
        ends_at=document["ends_at"],
        due_at=stay["due_at"],
        version=stay["version"],
        invited_by=document.get("invited_by"),
    )
