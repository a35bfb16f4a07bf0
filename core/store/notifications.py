"""What people are to hear of: one row a person and message, and for each person when it is looked at next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne
from pymongo.errors import BulkWriteError

from parlour.core.ids import ChannelId, EntryId, NotificationId, UserId, WorkspaceId
from parlour.core.model.notifications import Notification, NotificationKind
from parlour.core.store.mongo import DUPLICATE_KEY, ONE_REPLY, Document

INDEXES = {
    "notifications": [
        IndexModel([("user_id", ASCENDING), ("message_id", ASCENDING)], unique=True),
        IndexModel([("message_id", ASCENDING), ("user_id", ASCENDING)]),
        IndexModel([("user_id", ASCENDING), ("workspace_id", ASCENDING), ("_id", DESCENDING)]),
        IndexModel(
            [("user_id", ASCENDING), ("workspace_id", ASCENDING), ("kind", ASCENDING), ("_id", DESCENDING)]
        ),
        IndexModel(
            [("user_id", ASCENDING), ("workspace_id", ASCENDING), ("_id", DESCENDING)],
            partialFilterExpression={"unread": True},
            name="unread_newest",
        ),
        # What is unread of a person, and what still has a way to go: both are few.
        IndexModel(
            [("user_id", ASCENDING), ("channel_id", ASCENDING), ("seq", ASCENDING)],
            partialFilterExpression={"unread": True},
            name="unread",
        ),
        IndexModel(
            [("user_id", ASCENDING), ("_id", ASCENDING)],
            partialFilterExpression={"open": True},
            name="open",
        ),
        IndexModel("expires_at", expireAfterSeconds=0),
    ],
    "pending_members": [IndexModel("look_at")],
}


class Row(Struct, frozen=True, kw_only=True):
    """A notification as stored. `open` while a way may still be taken, `live` if it was shown at once on a device.

    `n` is the message's number in its channel; none of a reply that is in its thread alone.

    `outcomes` tells in words why a way was not taken, for those that are decided without a dispatch.
    """

    id: NotificationId
    user_id: UserId
    workspace_id: WorkspaceId
    channel_id: ChannelId
    message_id: EntryId
    seq: int
    n: int | None
    author_id: UserId
    kind: NotificationKind
    why: str
    at: datetime
    thread_root_id: EntryId | None = None
    urgent: bool = False
    read_at: datetime | None = None
    open: bool = True
    live: bool = False
    outcomes: dict[str, str] = {}

    @property
    def conversation(self) -> str:
        """What it is grouped by: its thread, or else its channel."""
        return self.thread_root_id or self.channel_id

    @property
    def notification(self) -> Notification:
        """It as its person sees it."""
        return Notification(
            id=self.id,
            user_id=self.user_id,
            workspace_id=self.workspace_id,
            channel_id=self.channel_id,
            message_id=self.message_id,
            seq=self.seq,
            author_id=self.author_id,
            kind=self.kind,
            why=self.why,
            at=self.at,
            thread_root_id=self.thread_root_id,
            urgent=self.urgent,
            read_at=self.read_at,
        )


class Notifications:
    """The notifications of all people. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._rows = database.notifications
        self._pending = database.pending_members

    async def add(self, rows: Sequence[Row], *, expires_at: datetime) -> list[Row]:
        """Store notifications and return those that are new: one a person and message, however often it is told."""
        if not rows:
            return []
        documents = [
            {**_fields(row), "_id": row.id, "unread": True, "expires_at": expires_at} for row in rows
        ]
        try:
            await self._rows.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            faults = error.details["writeErrors"]
            if any(fault["code"] != DUPLICATE_KEY for fault in faults):
                raise
            known = {fault["index"] for fault in faults}
            return [row for index, row in enumerate(rows) if index not in known]
        return list(rows)

    async def get(self, notification_id: NotificationId) -> Row | None:
        """Return one, whoever asks: the caller checks whose it is."""
        document = await self._rows.find_one({"_id": notification_id})
        return _row(document) if document else None

    async def mine(
        self, user_id: UserId, workspace_id: WorkspaceId, ids: Iterable[NotificationId]
    ) -> list[Row]:
        """Return those of some notifications that are someone's, in a workspace."""
        query = {"_id": {"$in": list(ids)}, "user_id": user_id, "workspace_id": workspace_id}
        return [_row(document) async for document in self._rows.find(query)]

    async def of_message(self, message_id: EntryId, user_ids: Iterable[UserId]) -> dict[UserId, Row]:
        """Return which of several people were to hear of a message."""
        query = {"message_id": message_id, "user_id": {"$in": list(user_ids)}}
        return {document["user_id"]: _row(document) async for document in self._rows.find(query)}

    async def told_of(self, message_id: EntryId, *, after: str | None, limit: int) -> list[UserId]:
        """Return a page of those who were to hear of a message, by the order of their ids."""
        query: Document = {"message_id": message_id}
        query |= {"user_id": {"$gt": after}} if after else {}
        cursor = self._rows.find(query, {"user_id": 1}).sort("user_id", ASCENDING).limit(limit)
        return [document["user_id"] async for document in cursor]

    async def page(
        self,
        user_id: UserId,
        workspace_id: WorkspaceId,
        *,
        unread: bool = False,
        kinds: Sequence[NotificationKind] = (),
        before: str | None = None,
        limit: int,
    ) -> list[Row]:
        """Return a page of someone's notifications, the newest first."""
        query: Document = {"user_id": user_id, "workspace_id": workspace_id}
        query |= {"_id": {"$lt": before}} if before else {}
        query |= {"unread": True} if unread else {}
        query |= {"kind": {"$in": list(kinds)}} if kinds else {}
        cursor = self._rows.find(query).sort("_id", DESCENDING).limit(limit)
        return [_row(document) async for document in cursor]

    async def count_unread(self, user_id: UserId, *, most: int) -> dict[WorkspaceId, int]:
        """Return how many unread notifications someone has in each workspace, counting no more than `most`."""
        cursor = self._rows.find({"user_id": user_id, "unread": True}, {"workspace_id": 1}).limit(most)
        found: dict[WorkspaceId, int] = {}
        async for document in cursor.batch_size(ONE_REPLY):
            found[document["workspace_id"]] = found.get(document["workspace_id"], 0) + 1
        return found

    async def open_rows(self, user_id: UserId, *, limit: int) -> list[Row]:
        """Return someone's notifications that may still take a way, the oldest first."""
        cursor = self._rows.find({"user_id": user_id, "open": True}).sort("_id", ASCENDING).limit(limit)
        return [_row(document) async for document in cursor.batch_size(ONE_REPLY)]

    async def covered(self, user_id: UserId, channel_id: ChannelId, first: int, last: int) -> list[Row]:
        """Return someone's notifications of a span of a channel's log, in its order."""
        query = {
            "user_id": user_id,
            "channel_id": channel_id,
            "seq": {"$gte": first, "$lte": last},
            "unread": True,
        }
        return [_row(document) async for document in self._rows.find(query).sort("seq", ASCENDING)]

    async def unread_among(
        self, user_ids: Iterable[UserId], channel_ids: Iterable[ChannelId], *, limit: int
    ) -> list[Row]:
        """Return unread notifications of these people in these channels."""
        query = {
            "user_id": {"$in": list(user_ids)},
            "channel_id": {"$in": list(channel_ids)},
            "unread": True,
        }
        return [_row(document) async for document in self._rows.find(query).limit(limit)]

    async def read(self, ids: Iterable[NotificationId], *, at: datetime) -> None:
        """Record that notifications were read."""
        await self._rows.update_many(
            {"_id": {"$in": list(ids)}, "unread": True}, {"$set": {"read_at": at}, "$unset": {"unread": ""}}
        )

    async def unread(self, ids: Iterable[NotificationId]) -> None:
        """Record that notifications count as unread again. No way is taken again for that."""
        await self._rows.update_many(
            {"_id": {"$in": list(ids)}}, {"$set": {"unread": True}, "$unset": {"read_at": ""}}
        )

    async def read_all(self, user_id: UserId, workspace_id: WorkspaceId, *, at: datetime) -> int:
        """Record that all notifications of a person in a workspace were read; return how many were not."""
        result = await self._rows.update_many(
            {"user_id": user_id, "workspace_id": workspace_id, "unread": True},
            {"$set": {"read_at": at}, "$unset": {"unread": ""}},
        )
        return int(result.modified_count)

    async def close(self, outcomes: Mapping[NotificationId, Mapping[str, str]]) -> None:
        """Record that notifications take no further way, and why not one that they did not take."""
        updates = [
            UpdateOne(
                {"_id": notification_id},
                {"$set": {f"outcomes.{way}": words for way, words in said.items()}, "$unset": {"open": ""}}
                if said
                else {"$unset": {"open": ""}},
            )
            for notification_id, said in outcomes.items()
        ]
        for start in range(0, len(updates), 1000):
            await self._rows.bulk_write(updates[start : start + 1000], ordered=False)

    async def asleep(self, times: Mapping[UserId, datetime], *, stale: datetime) -> dict[UserId, datetime]:
        """Return whose workflow has to be told by when there is something to look at.

        Whoever looks earlier anyway need not be; who should have looked before `stale` and did not is told again.
        """
        cursor = self._pending.find({"_id": {"$in": list(times)}, "look_at": {"$gte": stale}})
        looking = {document["_id"]: document["look_at"] async for document in cursor.batch_size(ONE_REPLY)}
        return {i: at for i, at in times.items() if i not in looking or looking[i] > at}

    async def told(self, times: Mapping[UserId, datetime]) -> None:
        """Record that people's workflows were told to look by then."""
        # An older time is of a look that never came: what was told now counts.
        updates = [UpdateOne({"_id": i}, {"$set": {"look_at": at}}, upsert=True) for i, at in times.items()]
        if updates:
            await self._pending.bulk_write(updates, ordered=False)

    async def looks(self, user_id: UserId, at: datetime | None) -> None:
        """Record when someone's workflow looks next; none: it does not, and has to be woken."""
        update: Document = {"$set": {"look_at": at}} if at else {"$unset": {"look_at": ""}}
        await self._pending.update_one({"_id": user_id}, update, upsert=True)

    async def waiting(self, user_ids: Iterable[UserId]) -> list[UserId]:
        """Return those of some people whose workflow is to look again."""
        query = {"_id": {"$in": list(user_ids)}, "look_at": {"$exists": True}}
        return [document["_id"] async for document in self._pending.find(query, {"_id": 1})]

    async def overdue(self, before: datetime, *, limit: int) -> list[UserId]:
        """Return people whose workflow should have looked before a time and did not."""
        cursor = self._pending.find({"look_at": {"$lt": before}}, {"_id": 1}).sort("look_at", ASCENDING)
        return [document["_id"] async for document in cursor.limit(limit)]


def _fields(row: Row) -> Document:
    document: Document = msgspec.to_builtins(row, builtin_types=(datetime,))
    del document["id"]
    if not document["open"]:
        del document["open"]
    return {name: value for name, value in document.items() if value not in (None, {}, False)}


def _row(document: Document) -> Row:
    return msgspec.convert(
        {"n": None, **document, "id": document["_id"], "open": document.get("open", False)}, Row
    )
