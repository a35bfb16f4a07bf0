"""Reminders: what someone, or a channel, is to be reminded of. Only who made one reaches it."""

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct
from pymongo import ASCENDING, IndexModel, ReturnDocument

from parlour.core.ids import ChannelId, EntryId, ReminderId, UserId, WorkspaceId
from parlour.core.model.later import Failure, Recurrence, ReminderState
from parlour.core.store.mongo import Document
from parlour.core.store.promises import Promises

OPEN: tuple[ReminderState, ...] = ("waiting", "due", "failed")
INDEXES = {
    "reminders": [
        IndexModel(
            [
                ("user_id", ASCENDING),
                ("workspace_id", ASCENDING),
                ("state", ASCENDING),
                ("shown_at", ASCENDING),
                ("_id", ASCENDING),
            ]
        ),
        IndexModel(
            [("user_id", ASCENDING), ("message_id", ASCENDING)],
            partialFilterExpression={"message_id": {"$exists": True}},
        ),
        IndexModel([("state", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel("changed_at", partialFilterExpression={"untold": True}),
        IndexModel("expires_at", expireAfterSeconds=0),
    ]
}
Value = datetime | str | Document | None


class ReminderRecord(Struct, frozen=True, kw_only=True):
    """A reminder as stored; `starts` is the wall clock that its recurrence begins with, `shown_at` orders lists.

    `version` counts the changes that its workflow has to know of, rings included.
    """

    id: ReminderId
    user_id: UserId
    workspace_id: WorkspaceId
    text: str
    timezone: str
    due_at: datetime | None
    created_at: datetime
    changed_at: datetime
    state: ReminderState = "waiting"
    version: int = 1
    rung_at: datetime | None = None
    shown_at: datetime | None = None
    channel_id: ChannelId | None = None
    message_id: EntryId | None = None
    recurrence: Recurrence | None = None
    starts: datetime | None = None
    failure: Failure | None = None


class Reminders:
    """Reminders of all people."""

    def __init__(self, database: Any) -> None:
        self._reminders = database.reminders
        self.promises = Promises(self._reminders, _record, waiting={"state": "waiting"})

    async def add(self, record: ReminderRecord) -> None:
        """Store a new one."""
        document = {
            name: value
            for name in ReminderRecord.__struct_fields__
            if (value := getattr(record, name)) is not None and name not in ("id", "recurrence", "starts")
        }
        document |= schedule_of(record.due_at, record.timezone, record.recurrence, record.starts)
        await self._reminders.insert_one({"_id": record.id, **document, "untold": True})

    async def get(self, reminder_id: ReminderId) -> ReminderRecord | None:
        """Return one, whoever asks: the caller checks whose it is."""
        document = await self._reminders.find_one({"_id": reminder_id})
        return _record(document) if document else None

    async def of(
        self,
        user_id: UserId,
        workspace_id: WorkspaceId,
        which: Literal["open", "done"],
        *,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> list[ReminderRecord]:
        """Return a page of someone's, by the time they show."""
        states = list(OPEN) if which == "open" else ["done"]
        query: Document = {"user_id": user_id, "workspace_id": workspace_id, "state": {"$in": states}}
        if after:
            at, last = after
            query["$or"] = [{"shown_at": {"$gt": at}}, {"shown_at": at, "_id": {"$gt": last}}]
        order = [("shown_at", ASCENDING), ("_id", ASCENDING)]
        return [_record(d) async for d in self._reminders.find(query).sort(order).limit(limit)]

    async def of_messages(self, user_id: UserId, message_ids: list[EntryId]) -> list[ReminderRecord]:
        """Return someone's open reminders of some messages."""
        query = {"user_id": user_id, "message_id": {"$in": message_ids}, "state": {"$in": list(OPEN)}}
        return [_record(document) async for document in self._reminders.find(query)]

    async def count_open(self, user_id: UserId) -> int:
        """Return how many of someone's are open, in all their workspaces."""
        query = {"user_id": user_id, "state": {"$in": list(OPEN)}}
        return int(await self._reminders.count_documents(query))

    async def change(
        self, reminder_id: ReminderId, version: int, *, at: datetime, **fields: Value
    ) -> ReminderRecord | None:
        """Change one that still is what `version` was; fields that are none go. None when it is another."""
        return await self._set(reminder_id, version, {**fields, "changed_at": at, "untold": True})

    async def rang(self, reminder_id: ReminderId, version: int, **fields: Value) -> ReminderRecord | None:
        """Record that one rang, of which its workflow learns by itself; none when it is another."""
        return await self._set(reminder_id, version, {**fields, "untold": None})

    async def remove(self, reminder_id: ReminderId) -> bool:
        """Delete one; return whether it was there."""
        return bool((await self._reminders.delete_one({"_id": reminder_id})).deleted_count)

    async def _set(
        self, reminder_id: ReminderId, version: int, fields: dict[str, Any]
    ) -> ReminderRecord | None:
        given = {name: value for name, value in fields.items() if value is not None}
        gone = {name: "" for name, value in fields.items() if value is None}
        document = await self._reminders.find_one_and_update(
            {"_id": reminder_id, "version": version},
            {"$set": given, "$inc": {"version": 1}, **({"$unset": gone} if gone else {})},
            return_document=ReturnDocument.AFTER,
        )
        return _record(document) if document else None


def schedule_of(
    due_at: datetime | None, timezone: str, recurrence: Recurrence | None, starts: datetime | None
) -> dict[str, Value]:
    """Return when a reminder rings as it is stored: a wall clock is text, since it is no moment."""
    return {
        "due_at": due_at,
        "shown_at": due_at,
        "timezone": timezone,
        "recurrence": msgspec.to_builtins(recurrence) if recurrence else None,
        "starts": starts.isoformat() if starts else None,
    }


def _record(document: Document) -> ReminderRecord:
    get = document.get
    failure, recurrence, starts = get("failure"), get("recurrence"), get("starts")
    return ReminderRecord(
        id=document["_id"],
        user_id=document["user_id"],
        workspace_id=document["workspace_id"],
        text=document["text"],
        timezone=document["timezone"],
        due_at=get("due_at"),
        created_at=document["created_at"],
        changed_at=document["changed_at"],
        state=document["state"],
        version=document["version"],
        rung_at=get("rung_at"),
        shown_at=get("shown_at"),
        channel_id=get("channel_id"),
        message_id=get("message_id"),
        recurrence=msgspec.convert(recurrence, Recurrence) if recurrence else None,
        starts=datetime.fromisoformat(starts) if starts else None,
        failure=Failure(**failure) if failure else None,
    )
