"""Channels and their memberships, which carry each member's watermarks."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, convert
from pymongo import ASCENDING, IndexModel, ReturnDocument, UpdateOne
from pymongo.errors import DuplicateKeyError

from parlour.core.clock import now
from parlour.core.ids import ChannelId, EntryId, SectionId, UserId, WorkspaceId
from parlour.core.model.chat import Access, ChannelKind, Notify, Posting
from parlour.core.store import directory, hearing
from parlour.core.store.mongo import ONE_REPLY, Document

INDEXES = {
    "channels": [
        IndexModel([("workspace_id", ASCENDING), ("_id", ASCENDING)]),
        IndexModel(
            [("workspace_id", ASCENDING), ("name_key", ASCENDING)],
            unique=True,
            partialFilterExpression={"name_key": {"$exists": True}},
        ),
        IndexModel(
            [("workspace_id", ASCENDING), ("direct_key", ASCENDING)],
            unique=True,
            partialFilterExpression={"direct_key": {"$exists": True}},
        ),
        # The name of a channel, and the one it is about to get (`channel_changes`).
        IndexModel(
            [("workspace_id", ASCENDING), ("name_keys", ASCENDING)],
            unique=True,
            partialFilterExpression={"name_keys": {"$exists": True}},
        ),
        *directory.INDEXES,
    ],
    "memberships": [
        IndexModel([("channel_id", ASCENDING), ("user_id", ASCENDING)], unique=True),
        IndexModel([("user_id", ASCENDING), ("workspace_id", ASCENDING)]),
        *hearing.INDEXES,
    ],
}
PREFERENCES_KEPT = 20
"""Changes of what a member wants of a channel that are on record."""


class Intent(Struct, frozen=True):
    """A change under way: the entry it will be in the log, and since when."""

    entry_id: EntryId
    at: datetime


class ChannelRecord(Struct, frozen=True, kw_only=True):
    """A channel as stored. `direct_key` names the people of a direct channel or group: so it is found again.

    `member_count` was counted at the last entry that changed it; none before anyone counted. `changing` are the changes
    that may stand in the log already; `changed` tells which `seq` a field comes from.
    """

    id: ChannelId
    workspace_id: WorkspaceId
    kind: ChannelKind
    name: str
    created_by: UserId
    created_at: datetime
    name_key: str | None = None
    direct_key: str | None = None
    topic: str = ""
    purpose: str = ""
    posting: Posting = "everyone"
    archived_at: datetime | None = None
    member_count: int | None = None
    changing: list[Intent] = []
    changed: dict[str, int] = {}


class Preferred(Struct, frozen=True, kw_only=True):
    """What a member wanted of a channel from a time on."""

    at: datetime
    muted: bool = False
    notify: Notify = "default"


class Membership(Struct, frozen=True, kw_only=True):
    """A person's place in a channel as stored.

    A guest's place ends at `ends_at`. `preferred` are the last changes of `muted` and `notify`, the oldest first, so
    that a reason given later is the one of its time; none while nothing was ever changed. A `bot` reads nothing, and is
    notified of nothing.
    """

    channel_id: ChannelId
    workspace_id: WorkspaceId
    user_id: UserId
    joined_at: datetime
    ends_at: datetime | None = None
    read_n: int = 0
    received_n: int = 0
    muted: bool = False
    starred: bool = False
    notify: Notify = "default"
    section_id: SectionId | None = None
    unread_from: int | None = None
    preferred: list[Preferred] = []
    bot: bool = False

    def preferred_at(self, at: datetime) -> Preferred:
        """Return what they wanted at a time, as far back as that is on record."""
        if not self.preferred:
            return Preferred(at=self.joined_at, muted=self.muted, notify=self.notify)
        return next((said for said in reversed(self.preferred) if said.at <= at), self.preferred[0])


Mark = tuple[ChannelId, UserId]


class Channels:
    """Channels and memberships of all workspaces."""

    def __init__(self, database: Any) -> None:
        self._channels = database.channels
        self._memberships = database.memberships

    async def add(self, channel: ChannelRecord) -> bool:
        """Store a new channel; return false when its name, or its people are taken in the workspace."""
        fields = ("workspace_id", "kind", "name", "created_by", "created_at", "name_key", "direct_key")
        document = {name: getattr(channel, name) for name in fields if getattr(channel, name) is not None}
        document["active_at"] = channel.created_at
        if channel.name_key:
            document["name_keys"] = [channel.name_key]
        try:
            await self._channels.insert_one({"_id": channel.id, **document})
        except DuplicateKeyError:
            return False
        return True

    async def get(self, channel_id: ChannelId) -> ChannelRecord | None:
        """Return a channel, whoever asks: the caller checks access."""
        document = await self._channels.find_one({"_id": channel_id})
        return _channel(document) if document else None

    async def by_direct_key(self, workspace_id: WorkspaceId, direct_key: str) -> ChannelRecord | None:
        """Return the direct channel of a pair."""
        document = await self._channels.find_one({"workspace_id": workspace_id, "direct_key": direct_key})
        return _channel(document) if document else None

    async def by_name_key(self, workspace_id: WorkspaceId, name_key: str) -> ChannelRecord | None:
        """Return a channel by its folded name."""
        document = await self._channels.find_one({"workspace_id": workspace_id, "name_key": name_key})
        return _channel(document) if document else None

    async def claim_direct_key(self, channel_id: ChannelId, direct_key: str) -> bool:
        """Give a direct channel its pair; return false when that pair has another channel."""
        try:
            await self._channels.update_one({"_id": channel_id}, {"$set": {"direct_key": direct_key}})
        except DuplicateKeyError:
            return False
        return True

    async def count(self, workspace_id: WorkspaceId) -> int:
        """Return how many channels a workspace has."""
        return int(await self._channels.count_documents({"workspace_id": workspace_id}))

    async def many(self, channel_ids: Iterable[ChannelId]) -> list[ChannelRecord]:
        """Return the channels that exist."""
        cursor = self._channels.find({"_id": {"$in": list(channel_ids)}}).batch_size(ONE_REPLY)
        return [_channel(document) async for document in cursor]

    async def ids_of_workspace(self, workspace_id: WorkspaceId, *, after: str, limit: int) -> list[ChannelId]:
        """Return a page of the ids of all channels of a workspace."""
        query = {"workspace_id": workspace_id, "_id": {"$gt": after}}
        cursor = self._channels.find(query, {"_id": 1}).sort("_id", ASCENDING).limit(limit)
        return [document["_id"] async for document in cursor]

    async def public_ids(self, workspace_id: WorkspaceId) -> list[ChannelId]:
        """Return the ids of all public channels of a workspace, in order."""
        query = {"workspace_id": workspace_id, "kind": "public"}
        cursor = self._channels.find(query, {"_id": 1}).sort("_id", ASCENDING).batch_size(ONE_REPLY)
        return [document["_id"] async for document in cursor]

    async def page_ids(self, *, after: str, limit: int) -> list[tuple[ChannelId, WorkspaceId]]:
        """Return a page of all channels' ids with their workspaces, for whoever walks through them all."""
        cursor = self._channels.find({"_id": {"$gt": after}}, {"workspace_id": 1}).sort("_id", ASCENDING)
        return [(document["_id"], document["workspace_id"]) async for document in cursor.limit(limit)]

    async def join(self, membership: Membership) -> bool:
        """Make someone a member; return false when they are one already."""
        result = await self._memberships.update_one(
            {"channel_id": membership.channel_id, "user_id": membership.user_id},
            {
                "$setOnInsert": {
                    "workspace_id": membership.workspace_id,
                    "joined_at": membership.joined_at,
                    "read_n": membership.read_n,
                    "received_n": membership.received_n,
                    **({"bot": True} if membership.bot else {}),
                    **({"ends_at": membership.ends_at} if membership.ends_at else {}),
                }
            },
            upsert=True,
        )
        return result.upserted_id is not None

    async def leave(self, channel_id: ChannelId, user_id: UserId) -> WorkspaceId | None:
        """End a membership, also one whose time is over; return its workspace if there was one."""
        who = {"channel_id": channel_id, "user_id": user_id}
        found = await self._memberships.find_one_and_delete(who, {"workspace_id": 1})
        return found["workspace_id"] if found else None

    async def access(self, channel_id: ChannelId, user_id: UserId) -> Access | None:
        """Return what a membership opens, or none without one."""
        found = await self._memberships.find_one(
            {"channel_id": channel_id, "user_id": user_id}, {"workspace_id": 1, "ends_at": 1}
        )
        if not found or _is_over(found):
            return None
        ends_at: datetime | None = found.get("ends_at")
        return Access(channel_id, found["workspace_id"], ends_at.timestamp() if ends_at else None)

    async def ids_of(self, user_id: UserId, workspace_id: WorkspaceId) -> list[ChannelId]:
        """Return the channels of a workspace in which someone has a place, also one that is over."""
        mine = {"user_id": user_id, "workspace_id": workspace_id}
        cursor = self._memberships.find(mine, {"channel_id": 1}).batch_size(ONE_REPLY)
        return [document["channel_id"] async for document in cursor]

    async def end_at(
        self, user_id: UserId, workspace_id: WorkspaceId, ends_at: datetime | None
    ) -> list[ChannelId]:
        """Set when a guest's place in all their channels ends; return these channels."""
        mine = {"user_id": user_id, "workspace_id": workspace_id}
        change = {"$set": {"ends_at": ends_at}} if ends_at else {"$unset": {"ends_at": ""}}
        await self._memberships.update_many(mine, change)
        return await self.ids_of(user_id, workspace_id)

    async def companions(self, user_id: UserId, workspace_id: WorkspaceId) -> set[UserId]:
        """Return everybody with whom someone shares a channel of a workspace, themselves among them."""
        mine = await self.memberships_of(user_id, workspace_id)
        ids = [membership.channel_id for membership in mine]
        found = await self._memberships.distinct("user_id", {"channel_id": {"$in": ids}}) if ids else []
        return {user_id, *found}

    async def share_one(self, user_id: UserId, other: UserId, workspace_id: WorkspaceId) -> bool:
        """Return whether two people share a channel of a workspace."""
        mine = await self.memberships_of(user_id, workspace_id)
        ids = [membership.channel_id for membership in mine]
        query = {"channel_id": {"$in": ids}, "user_id": other}
        return bool(ids) and await self._memberships.find_one(query, {"_id": 1}) is not None

    async def membership(self, channel_id: ChannelId, user_id: UserId) -> Membership | None:
        """Return someone's place in a channel."""
        document = await self._memberships.find_one({"channel_id": channel_id, "user_id": user_id})
        return _membership(document) if document and not _is_over(document) else None

    async def prefer(
        self, channel_id: ChannelId, user_id: UserId, preferences: Document, *, at: datetime
    ) -> Membership | None:
        """Change how a member has a channel, with what they want to be told of it on record; return their place."""
        changes = {name: {"$literal": value} for name, value in preferences.items()}
        stages = [{"$set": changes}]
        if WANTED.keys() & preferences.keys():
            stages = [
                {"$set": {"preferred": FIRST_PREFERRED}},
                *stages,
                {"$set": {"preferred": _then_preferred(at)}},
            ]
        found = await self._memberships.find_one_and_update(
            {"channel_id": channel_id, "user_id": user_id},
            stages,
            return_document=ReturnDocument.AFTER,
        )
        return _membership(found) if found else None

    async def clear_section(self, user_id: UserId, workspace_id: WorkspaceId, section_id: SectionId) -> None:
        """Take all of someone's channels out of a section."""
        mine = {"user_id": user_id, "workspace_id": workspace_id, "section_id": section_id}
        await self._memberships.update_many(mine, {"$unset": {"section_id": ""}})

    async def memberships_of(
        self, user_id: UserId, workspace_id: WorkspaceId | None = None
    ) -> list[Membership]:
        """Return someone's channels, of one workspace or of all."""
        query: Document = {"user_id": user_id}
        if workspace_id:
            query["workspace_id"] = workspace_id
        cursor = self._memberships.find(query).batch_size(ONE_REPLY)
        return [_membership(document) async for document in cursor if not _is_over(document)]

    async def memberships_in(self, user_id: UserId, channel_ids: Iterable[ChannelId]) -> list[Membership]:
        """Return someone's place in each of these channels that they are in."""
        query = {"channel_id": {"$in": list(channel_ids)}, "user_id": user_id}
        cursor = self._memberships.find(query).batch_size(ONE_REPLY)
        return [_membership(document) async for document in cursor if not _is_over(document)]

    async def memberships_of_many(self, user_ids: Iterable[UserId]) -> dict[UserId, set[ChannelId]]:
        """Return the channels of several people."""
        found: dict[UserId, set[ChannelId]] = {user_id: set() for user_id in user_ids}
        cursor = self._memberships.find(
            {"user_id": {"$in": list(found)}}, {"user_id": 1, "channel_id": 1, "ends_at": 1}
        )
        async for document in cursor:
            if _is_over(document):
                continue
            found[document["user_id"]].add(document["channel_id"])
        return found

    async def members(self, channel_id: ChannelId, *, after: str | None, limit: int) -> list[Membership]:
        """Return a page of members by the order of their ids, from the one behind `after`."""
        query: Document = {"channel_id": channel_id}
        if after:
            query["user_id"] = {"$gt": after}
        cursor = self._memberships.find(query).sort("user_id", ASCENDING).limit(limit)
        return [_membership(document) async for document in cursor]

    async def among(self, channel_id: ChannelId, user_ids: Iterable[UserId]) -> list[Membership]:
        """Return those of several people who are members, by the order of their ids."""
        query = {"channel_id": channel_id, "user_id": {"$in": list(user_ids)}}
        cursor = self._memberships.find(query).sort("user_id", ASCENDING)
        return [_membership(document) async for document in cursor]

    async def member_counts(self, channel_ids: Iterable[ChannelId]) -> dict[ChannelId, int]:
        """Return how many members each channel has."""
        pipeline = [
            {"$match": {"channel_id": {"$in": list(channel_ids)}}},
            {"$group": {"_id": "$channel_id", "count": {"$sum": 1}}},
        ]
        return {group["_id"]: group["count"] async for group in self._memberships.aggregate(pipeline)}

    async def recount(self, channel_id: ChannelId, *, seq: int) -> None:
        """Count a channel's members, all of them, after the entry `seq` that made them more or less."""
        count = await self._memberships.count_documents({"channel_id": channel_id})
        older = [{"members.seq": {"$lte": seq}}, {"members": {"$exists": False}}]
        counted = {"$set": {"members": {"count": count, "seq": seq}}}
        await self._channels.update_one({"_id": channel_id, "$or": older}, counted)

    async def is_larger_than(self, channel_id: ChannelId, members: int) -> bool:
        """Return whether a channel has more than `members` members, looking at no more of them."""
        found = await self._memberships.count_documents({"channel_id": channel_id}, limit=members + 1)
        return int(found) > members

    async def received_counts(
        self, channel_id: ChannelId, *, n: int, author_id: UserId
    ) -> tuple[int, int, int]:
        """Return how many people but the author there are, have received message `n`, and have read it."""
        pipeline = [
            {"$match": {"channel_id": channel_id, "user_id": {"$ne": author_id}, "bot": {"$ne": True}}},
            {
                "$group": {
                    "_id": None,
                    "all": {"$sum": 1},
                    "received": {"$sum": {"$cond": [{"$gte": ["$received_n", n]}, 1, 0]}},
                    "seen": {"$sum": {"$cond": [{"$gte": ["$read_n", n]}, 1, 0]}},
                }
            },
        ]
        async for group in self._memberships.aggregate(pipeline):
            return group["all"], group["received"], group["seen"]
        return 0, 0, 0

    async def mark_unread(self, channel_id: ChannelId, user_id: UserId, n: int) -> None:
        """Count message `n` and those behind it as unread until the next read mark."""
        await self._memberships.update_one(
            {"channel_id": channel_id, "user_id": user_id}, {"$set": {"unread_from": n}}
        )

    async def advance(self, marks: Mapping[Mark, tuple[int, int]]) -> None:
        """Raise watermarks, never lower them: (channel, user) -> (received_n, read_n)."""
        await self._memberships.bulk_write(
            [
                UpdateOne(
                    {"channel_id": channel_id, "user_id": user_id},
                    {"$max": {"received_n": received_n, "read_n": read_n}}
                    | ({"$unset": {"unread_from": ""}} if read_n else {}),
                )
                for (channel_id, user_id), (received_n, read_n) in marks.items()
            ],
            ordered=False,
        )


WANTED = {"muted": {"$ifNull": ["$muted", False]}, "notify": {"$ifNull": ["$notify", "default"]}}
# What held until the first change: from then on all are on record.
FIRST_PREFERRED = {"$ifNull": ["$preferred", [{"at": "$joined_at", **WANTED}]]}


def _then_preferred(at: datetime) -> Document:
    last = {"$last": "$preferred"}
    unchanged = [
        {"$eq": [now, {"$getField": {"field": name, "input": last}}]} for name, now in WANTED.items()
    ]
    longer = {"$slice": [{"$concatArrays": ["$preferred", [{"at": at, **WANTED}]]}, -PREFERENCES_KEPT]}
    return {"$cond": [{"$and": unchanged}, "$preferred", longer]}


def _channel(document: Document) -> ChannelRecord:
    return ChannelRecord(
        id=document["_id"],
        workspace_id=document["workspace_id"],
        kind=document["kind"],
        name=document["name"],
        created_by=document["created_by"],
        created_at=document["created_at"],
        name_key=document.get("name_key"),
        direct_key=document.get("direct_key"),
        topic=document.get("topic", ""),
        purpose=document.get("purpose", ""),
        posting=document.get("posting", "everyone"),
        archived_at=document.get("archived_at"),
        member_count=document.get("members", {}).get("count"),
        changing=[Intent(intent["entry_id"], intent["at"]) for intent in document.get("changing", ())],
        changed=document.get("changed", {}),
    )


def _is_over(document: Document) -> bool:
    """Return whether a guest's time is over, whether or not their membership was removed already."""
    ends_at = document.get("ends_at")
    return ends_at is not None and ends_at <= now()


def _membership(document: Document) -> Membership:
    return Membership(
        channel_id=document["channel_id"],
        workspace_id=document["workspace_id"],
        user_id=document["user_id"],
        joined_at=document["joined_at"],
        ends_at=document.get("ends_at"),
        read_n=document["read_n"],
        received_n=document["received_n"],
        muted=document.get("muted", False),
        starred=document.get("starred", False),
        notify=document.get("notify", "default"),
        section_id=document.get("section_id"),
        unread_from=document.get("unread_from"),
        bot=document.get("bot", False),
        preferred=convert(said, list[Preferred]) if (said := document.get("preferred")) else [],
    )
