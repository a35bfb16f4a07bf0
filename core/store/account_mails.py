"""Account mails: what is to be sent, and what became of it. Once that is known, a record holds no words any more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel, ReturnDocument

from parlour.core.ids import MailId
from parlour.core.model.mails import OPEN, MailRecord
from parlour.core.model.notifications import Attempt
from parlour.core.store.mongo import Document

INDEXES = {
    "account_mails": [
        # The sweep: those that should have been tried.
        IndexModel("due_at", sparse=True),
        IndexModel("expires_at", expireAfterSeconds=0),
        IndexModel("user_id", sparse=True),
        IndexModel([("to", ASCENDING), ("kind", ASCENDING), ("created_at", ASCENDING)]),
    ]
}
_BUILTIN = (datetime, bytes)


class AccountMails:
    """The mails of everyone."""

    def __init__(self, database: Any) -> None:
        self._mails = database.account_mails

    async def add(self, record: MailRecord, *, expires_at: datetime) -> None:
        """Store a new mail, which is forgotten at `expires_at`."""
        document: Document = msgspec.to_builtins(record, builtin_types=_BUILTIN)
        document["_id"] = document.pop("id")
        await self._mails.insert_one(document | {"expires_at": expires_at})

    async def get(self, mail_id: MailId) -> MailRecord | None:
        """Return one."""
        document = await self._mails.find_one({"_id": mail_id})
        return _record(document) if document else None

    async def many(self, mail_ids: Sequence[MailId]) -> dict[MailId, MailRecord]:
        """Return those that are on record."""
        cursor = self._mails.find({"_id": {"$in": list(mail_ids)}})
        return {MailId(document["_id"]): _record(document) async for document in cursor}

    async def begin(self, record: MailRecord, attempt: Attempt) -> MailRecord | None:
        """Put the beginning of an attempt on record, unless another one was begun meanwhile, or it ended."""
        known = {"_id": record.id, "state": {"$in": list(OPEN)}, "attempts": {"$size": len(record.attempts)}}
        begun = msgspec.to_builtins(attempt, builtin_types=_BUILTIN)
        document = await self._mails.find_one_and_update(
            known, {"$push": {"attempts": begun}}, return_document=ReturnDocument.AFTER
        )
        return _record(document) if document else None

    async def update(self, record: MailRecord) -> None:
        """Put on record what came of an attempt; a mail that ended loses its words."""
        document: Document = msgspec.to_builtins(record, builtin_types=_BUILTIN)
        change: Document = {"$set": {name: document[name] for name in ("state", "outcome", "attempts")}}
        if record.state in OPEN:
            change["$set"]["due_at"] = record.due_at
        else:
            change["$unset"] = {"sealed": "", "due_at": ""}
        await self._mails.update_one({"_id": record.id, "state": {"$in": list(OPEN)}}, change)

    async def overdue(self, before: datetime, *, limit: int) -> list[MailRecord]:
        """Return mails that should have been tried before a time, those that wait longest first."""
        cursor = self._mails.find({"due_at": {"$lt": before}}).sort("due_at", ASCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def last_since(self, to: str, kind: str, since: datetime) -> MailRecord | None:
        """Return the last mail of a kind that was queued for an address since a time."""
        query = {"to": to, "kind": kind, "created_at": {"$gte": since}}
        document = await self._mails.find_one(query, sort=[("created_at", -1)])
        return _record(document) if document else None

    async def count_between(self, to: str, kind: str, since: datetime, until: datetime) -> int:
        """Return how many mails of a kind were queued for an address between two times, those included."""
        query = {"to": to, "kind": kind, "created_at": {"$gte": since, "$lte": until}}
        return int(await self._mails.count_documents(query))


def _record(document: Document) -> MailRecord:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, MailRecord, builtin_types=_BUILTIN)
