"""Invitations to workspaces: links, and those by e-mail, and what became of each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError

from parlour.core.ids import InvitationId, UserId, WorkspaceId
from parlour.core.model.onboarding import OPEN, InvitationRecord, InvitationState
from parlour.core.store.mongo import DUPLICATE_KEY, Document

BUILTIN = (datetime,)
INDEXES = {
    "workspace_invitations": [
        IndexModel("token_hash", unique=True),
        # One open invitation an address: two requests at once make one.
        IndexModel(
            [("workspace_id", ASCENDING), ("open_email", ASCENDING)],
            unique=True,
            partialFilterExpression={"open_email": {"$type": "string"}},
        ),
        IndexModel([("workspace_id", ASCENDING), ("invited_by", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("workspace_id", ASCENDING), ("state", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("workspace_id", ASCENDING), ("_id", DESCENDING)]),
        IndexModel(
            [("workspace_id", ASCENDING), ("_id", ASCENDING)],
            name="to_hand_over",
            partialFilterExpression={"handed": False},
        ),
        # The sweep: those that should have been looked after.
        IndexModel("due_at", partialFilterExpression={"due_at": {"$type": "date"}}),
        IndexModel("kept_until", expireAfterSeconds=0),
    ]
}


class InvitationFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which invitations are wanted; what is left out does not matter."""

    state: InvitationState | None = None
    kind: str | None = None
    invited_by: UserId | None = None


class Invitations:
    """The invitations of all workspaces. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._invitations = database.workspace_invitations
        self._before = database.invitations

    async def add(self, records: Sequence[InvitationRecord], *, kept_until: datetime) -> set[InvitationId]:
        """Store new ones; return those that are stored, without addresses that have an open one."""
        if not records:
            return set()
        documents = [_document(record) | {"kept_until": kept_until} for record in records]
        refused: set[int] = set()
        try:
            await self._invitations.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            faults = (error.details or {}).get("writeErrors", [])
            if any(fault["code"] != DUPLICATE_KEY for fault in faults):
                raise
            refused = {fault["index"] for fault in faults}
        return {record.id for at, record in enumerate(records) if at not in refused}

    async def get(self, invitation_id: InvitationId) -> InvitationRecord | None:
        """Return one."""
        return _found(await self._invitations.find_one({"_id": invitation_id}))

    async def by_token(self, token_hash: str) -> InvitationRecord | None:
        """Return the one that a token is for; links that are older than records of their use included."""
        found = await self._invitations.find_one({"token_hash": token_hash})
        return _found(found) or _of_before(await self._before.find_one({"_id": token_hash}))

    async def open_emails(self, workspace_id: WorkspaceId, emails: Iterable[str]) -> set[str]:
        """Return those of the addresses that have an open invitation."""
        query = {"workspace_id": workspace_id, "open_email": {"$in": list(emails)}}
        return {found["open_email"] async for found in self._invitations.find(query, {"open_email": 1})}

    async def count_open(self, workspace_id: WorkspaceId) -> int:
        """Return how many by e-mail are open."""
        query = {"workspace_id": workspace_id, "open_email": {"$type": "string"}}
        return int(await self._invitations.count_documents(query))

    async def counts(self, workspace_id: WorkspaceId) -> Mapping[InvitationState, int]:
        """Return how many by e-mail there are of each state."""
        stages = [
            {"$match": {"workspace_id": workspace_id, "kind": "email"}},
            {"$group": {"_id": "$state", "count": {"$sum": 1}}},
        ]
        return {found["_id"]: found["count"] async for found in self._invitations.aggregate(stages)}

    async def page(
        self, workspace_id: WorkspaceId, wanted: InvitationFilter, *, before: str | None, limit: int
    ) -> list[InvitationRecord]:
        """Return a page, the newest first."""
        query: Document = {"workspace_id": workspace_id}
        query |= {name: value for name, value in msgspec.to_builtins(wanted).items() if value is not None}
        if before:
            query["_id"] = {"$lt": before}
        cursor = self._invitations.find(query).sort("_id", DESCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def open_of(self, workspace_id: WorkspaceId, *, limit: int) -> list[InvitationRecord]:
        """Return open ones."""
        query = {"workspace_id": workspace_id, "state": {"$in": list(OPEN)}}
        return [_record(document) async for document in self._invitations.find(query).limit(limit)]

    async def mark_handed(self, ids: Sequence[InvitationId]) -> None:
        """Record that these have a workflow."""
        await self._invitations.bulk_write(
            [UpdateOne({"_id": each}, {"$set": {"handed": True}}) for each in ids], ordered=False
        )

    async def to_hand_over(self, workspace_id: WorkspaceId, *, limit: int) -> list[InvitationId]:
        """Return those that have no workflow yet, the oldest first."""
        query = {"workspace_id": workspace_id, "handed": False}
        cursor = self._invitations.find(query, {"_id": 1}).sort("_id", ASCENDING).limit(limit)
        return [found["_id"] async for found in cursor]

    async def overdue(self, before: datetime, *, limit: int) -> list[InvitationRecord]:
        """Return those that should have been looked after before a time, those that wait longest first."""
        query = {"due_at": {"$type": "date", "$lt": before}}
        cursor = self._invitations.find(query).sort("due_at", ASCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def change(
        self, record: InvitationRecord, expected: Document | None = None, **fields: Any
    ) -> InvitationRecord | None:
        """Overwrite fields of one that is in the state it was read in (or as `expected`); none when it is not."""
        gone: Document = {}
        state = fields.get("state", record.state)
        if state not in OPEN:
            fields |= {"due_at": None, "handed": True, "wants_mail": None}
            gone = {"$unset": {"open_email": ""}}
        document = await self._invitations.find_one_and_update(
            {"_id": record.id, **(expected if expected is not None else {"state": record.state})},
            {"$set": fields, **gone},
            return_document=ReturnDocument.AFTER,
        )
        return _found(document)

    async def reopen(self, record: InvitationRecord, **fields: Any) -> InvitationRecord | None:
        """Overwrite fields of one by e-mail that is open from now on; none when it changed, or another one is open."""
        query = {"_id": record.id, "state": record.state, "mail_id": None, "wants_mail": None}
        try:
            document = await self._invitations.find_one_and_update(
                query,
                {"$set": fields | {"open_email": record.email}},
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            return None
        return _found(document)

    async def use(self, record: InvitationRecord, user_id: UserId) -> InvitationRecord | None:
        """Let one more person in by a link, once each; none when it takes nobody any more."""
        query: Document = {"_id": record.id, "state": "active", "used_by": {"$ne": user_id}}
        if record.max_uses is not None:
            query["uses"] = {"$lt": record.max_uses}
        # Who joined by it is kept while the number of its uses is bounded; else any number would grow the document.
        known: Document = {"$push": {"used_by": user_id}} if record.max_uses is not None else {}
        document = await self._invitations.find_one_and_update(
            query, {"$inc": {"uses": 1}, **known}, return_document=ReturnDocument.AFTER
        )
        if document and document.get("max_uses") is not None and document["uses"] >= document["max_uses"]:
            return await self.change(_record(document), state="used_up")
        return _found(document)

    async def give_back(self, record: InvitationRecord, user_id: UserId) -> None:
        """Let an invitation be as it was before somebody used it who did not get in."""
        if record.kind == "link":
            await self._invitations.update_one(
                {"_id": record.id},
                {"$inc": {"uses": -1}, "$pull": {"used_by": user_id}, "$set": {"state": "active"}},
            )
            return
        back = {"state": record.state, "accepted_at": None, "accepted_by": None, "due_at": record.due_at}
        await self._invitations.update_one(
            {"_id": record.id, "accepted_by": user_id}, {"$set": back | {"open_email": record.email}}
        )


def _document(record: InvitationRecord) -> Document:
    document: Document = msgspec.to_builtins(record, builtin_types=BUILTIN)
    document["_id"] = document.pop("id")
    if record.email is not None and record.state in OPEN:
        document["open_email"] = record.email
    return document


def _record(document: Document) -> InvitationRecord:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, InvitationRecord)


def _found(document: Document | None) -> InvitationRecord | None:
    return _record(document) if document else None


def _of_before(document: Document | None) -> InvitationRecord | None:
    """Return a link as it was stored before links had states; it ends by its time alone."""
    if document is None:
        return None
    return InvitationRecord(
        id=InvitationId(document["_id"]),
        workspace_id=document["workspace_id"],
        kind="link",
        token_hash=document["_id"],
        invited_by=document["invited_by"],
        created_at=document["expires_at"],
        expires_at=document["expires_at"],
        state="active",
    )
