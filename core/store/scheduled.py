"""Scheduled messages: what waits for its time, and what became of it. Only its author reaches one."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import ChannelId, EntryId, FileId, ScheduledId, UserId, WorkspaceId
from parlour.core.model.later import Failure, ScheduledState
from parlour.core.store.mongo import Document
from parlour.core.store.promises import Promises

OPEN: tuple[ScheduledState, ...] = ("waiting", "sending", "failed")
"""What its author still has to do with."""
PENDING: tuple[ScheduledState, ...] = ("waiting", "sending")
INDEXES = {
    "scheduled": [
        IndexModel(
            [
                ("user_id", ASCENDING),
                ("workspace_id", ASCENDING),
                ("state", ASCENDING),
                ("due_at", ASCENDING),
                ("_id", ASCENDING),
            ]
        ),
        IndexModel(
            [("user_id", ASCENDING), ("client_id", ASCENDING)],
            unique=True,
            partialFilterExpression={"client_id": {"$exists": True}},
        ),
        IndexModel([("state", ASCENDING), ("due_at", ASCENDING)]),
        IndexModel("changed_at", partialFilterExpression={"untold": True}),
        IndexModel("expires_at", expireAfterSeconds=0),
        IndexModel("file_ids", sparse=True),
    ]
}


class ScheduledRecord(Struct, frozen=True, kw_only=True):
    """A scheduled message as stored; `draft` is what will be sent, as JSON.

    `version` counts the changes that its workflow has to know of.
    """

    id: ScheduledId
    user_id: UserId
    workspace_id: WorkspaceId
    channel_id: ChannelId
    draft: bytes
    due_at: datetime
    timezone: str
    state: ScheduledState = "waiting"
    version: int = 1
    created_at: datetime
    changed_at: datetime
    client_id: str | None = None
    file_ids: list[FileId] = []
    message_id: EntryId | None = None
    failure: Failure | None = None


class ScheduledMessages:
    """Scheduled messages of all people."""

    def __init__(self, database: Any) -> None:
        self._scheduled = database.scheduled
        pending = {"state": {"$in": list(PENDING)}}
        self.promises = Promises(self._scheduled, _record, waiting=pending)

    async def add(self, record: ScheduledRecord) -> ScheduledRecord:
        """Store a new one, or return the one that its author stored with the same `client_id` before."""
        document = {
            "_id": record.id,
            "user_id": record.user_id,
            "workspace_id": record.workspace_id,
            "channel_id": record.channel_id,
            "draft": record.draft,
            "due_at": record.due_at,
            "timezone": record.timezone,
            "state": record.state,
            "version": record.version,
            "created_at": record.created_at,
            "changed_at": record.changed_at,
            "untold": True,
        }
        if record.client_id is not None:
            document["client_id"] = record.client_id
        if record.file_ids:
            document["file_ids"] = record.file_ids
        try:
            await self._scheduled.insert_one(document)
        except DuplicateKeyError:
            found = await self._scheduled.find_one({"user_id": record.user_id, "client_id": record.client_id})
            return _record(found) if found else record
        return record

    async def get(self, scheduled_id: ScheduledId) -> ScheduledRecord | None:
        """Return one, whoever asks: the caller checks whose it is."""
        document = await self._scheduled.find_one({"_id": scheduled_id})
        return _record(document) if document else None

    async def open_of(
        self, user_id: UserId, workspace_id: WorkspaceId, *, after: tuple[datetime, str] | None, limit: int
    ) -> list[ScheduledRecord]:
        """Return a page of what is open of someone's, by its time."""
        query: Document = {"user_id": user_id, "workspace_id": workspace_id, "state": {"$in": list(OPEN)}}
        if after:
            at, last = after
            query["$or"] = [{"due_at": {"$gt": at}}, {"due_at": at, "_id": {"$gt": last}}]
        cursor = self._scheduled.find(query).sort([("due_at", ASCENDING), ("_id", ASCENDING)]).limit(limit)
        return [_record(document) async for document in cursor]

    async def waiting_of(self, user_id: UserId) -> list[ScheduledId]:
        """Return all of someone's that wait, in all their workspaces."""
        query = {"user_id": user_id, "state": {"$in": list(PENDING)}}
        return [document["_id"] async for document in self._scheduled.find(query, {"_id": 1})]

    async def count_open(self, user_id: UserId) -> int:
        """Return how many of someone's are open, in all their workspaces."""
        query = {"user_id": user_id, "state": {"$in": list(OPEN)}}
        return int(await self._scheduled.count_documents(query))

    async def holds(self, file_id: FileId) -> bool:
        """Return whether a message that waits, or that its author may still send, is to hold a file."""
        query = {"file_ids": file_id, "state": {"$in": ["waiting", "sending", "failed"]}}
        return await self._scheduled.find_one(query, {"_id": 1}) is not None

    async def change(
        self, scheduled_id: ScheduledId, *, at: datetime, **fields: datetime | bytes | str
    ) -> ScheduledRecord | None:
        """Change one that waits or failed, and let it wait (again); none when it is being sent or over."""
        return await self._set(
            {"_id": scheduled_id, "state": {"$in": ["waiting", "failed"]}},
            {
                "$set": {"state": "waiting", "changed_at": at, "untold": True, **fields},
                "$unset": {"failure": ""},
                "$inc": {"version": 1},
            },
        )

    async def cancel(
        self, scheduled_id: ScheduledId, *, at: datetime, expires_at: datetime
    ) -> ScheduledRecord | None:
        """Cancel one that waits, or put away one that failed; its text goes. None when it is too late."""
        return await self._set(
            {"_id": scheduled_id, "state": {"$in": ["waiting", "failed"]}},
            {
                "$set": {"state": "cancelled", "changed_at": at, "untold": True, "expires_at": expires_at},
                "$unset": {"draft": "", "client_id": ""},
                "$inc": {"version": 1},
            },
        )

    async def claim(self, scheduled_id: ScheduledId, version: int) -> ScheduledRecord | None:
        """Claim one for sending, if it still is what `version` was: from here on it cannot be changed."""
        return await self._set(
            {"_id": scheduled_id, "version": version, "state": {"$in": list(PENDING)}},
            {"$set": {"state": "sending"}},
        )

    async def sent(
        self, scheduled_id: ScheduledId, message_id: EntryId, *, expires_at: datetime
    ) -> ScheduledRecord | None:
        """Record what one became; its text is the message's now."""
        return await self._set(
            {"_id": scheduled_id},
            {
                "$set": {"state": "sent", "message_id": message_id, "expires_at": expires_at},
                "$unset": {"draft": "", "untold": ""},
            },
        )

    async def failed(self, scheduled_id: ScheduledId, failure: Failure) -> ScheduledRecord | None:
        """Record why one was not sent. It is kept until its author puts it away."""
        told = {"code": failure.code, "detail": failure.detail}
        return await self._set(
            {"_id": scheduled_id, "state": {"$in": list(PENDING)}},
            {"$set": {"state": "failed", "failure": told}, "$unset": {"untold": ""}},
        )

    async def _set(self, query: Document, change: Document) -> ScheduledRecord | None:
        document = await self._scheduled.find_one_and_update(
            query, change, return_document=ReturnDocument.AFTER
        )
        return _record(document) if document else None


def _record(document: Document) -> ScheduledRecord:
    failure = document.get("failure")
    return ScheduledRecord(
        id=document["_id"],
        user_id=document["user_id"],
        workspace_id=document["workspace_id"],
        channel_id=document["channel_id"],
        draft=document.get("draft", b""),
        due_at=document["due_at"],
        timezone=document["timezone"],
        state=document["state"],
        version=document["version"],
        created_at=document["created_at"],
        changed_at=document["changed_at"],
        client_id=document.get("client_id"),
        file_ids=document.get("file_ids", []),
        message_id=document.get("message_id"),
        failure=Failure(**failure) if failure else None,
    )
