"""The entries of all channels' logs: the collection, its indexes and its reads. Appending is `channel_log`.

A message's document keeps what was sent, and beside it, under `state`, what later entries made of it. `on` names the
messages that an entry concerns, `calls` whom a message mentions: both exist to be searched by.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from parlour.core.ids import ChannelId, EntryId, UserId
from parlour.core.model.actions import ApprovalMark, Click, MessageAction
from parlour.core.model.cards import Card, ShownAs
from parlour.core.model.chat import MESSAGE, REPLY, Entry, Mentions, Preview, Tail
from parlour.core.store.mongo import ONE_REPLY, Document

BY_SEQ = [("channel_id", ASCENDING), ("seq", ASCENDING)]
BY_CLIENT_ID = [("channel_id", ASCENDING), ("author_id", ASCENDING), ("client_id", ASCENDING)]
BY_CALLS = [("channel_id", ASCENDING), ("calls", ASCENDING), ("n", ASCENDING)]
INDEXES = {
    "entries": [
        IndexModel(BY_SEQ, unique=True),
        IndexModel(BY_CLIENT_ID, unique=True, partialFilterExpression={"client_id": {"$exists": True}}),
        IndexModel(
            [("channel_id", ASCENDING), ("n", ASCENDING)],
            unique=True,
            partialFilterExpression={"kind": MESSAGE},
        ),
        IndexModel(
            [("on", ASCENDING), ("seq", ASCENDING)], partialFilterExpression={"on": {"$exists": True}}
        ),
        IndexModel(
            [("channel_id", ASCENDING), ("state.pinned_by", ASCENDING)],
            partialFilterExpression={"state.pinned_by": {"$type": "string"}},
        ),
        IndexModel(
            BY_CALLS,
            partialFilterExpression={"calls": {"$exists": True}},
        ),
        IndexModel(
            [("calls", ASCENDING), ("_id", DESCENDING)], partialFilterExpression={"calls": {"$exists": True}}
        ),
    ]
}
STATE = (
    "text",
    "mentions",
    "edited_at",
    "deleted_at",
    "pinned_by",
    "reactions",
    "reply_count",
    "last_reply_at",
    "replier_ids",
    "previews",
    "file_ids",
    "actions",
    "clicks",
    "approval",
)
"""What later entries may change of a message."""
RARE = ("user_id", "thread_root_id", "message_id", "emoji", "changes", "action")
SPECIAL = ("style", "via", "late_for", "urgent", "file_ids")
"""What few messages have."""
STRUCTURED = ("previews", "mentions", "actions", "approval")
"""What entries hold that is no plain value."""
CARDED = ("cards", "shown_as")
"""What integrators' messages have, and nobody changes: a deletion takes it."""


class Entries:
    """Reads of the channel logs, on a database of `mongo.connect_log`. Callers check access."""

    def __init__(self, database: Any) -> None:
        self.collection = database.entries

    async def get(self, entry_id: EntryId) -> Entry | None:
        """Return one entry."""
        document = await self.collection.find_one({"_id": entry_id})
        return entry_of(document) if document else None

    async def by_client_id(self, channel_id: ChannelId, author_id: str, client_id: str) -> Entry | None:
        """Return the entry that an earlier send with this `client_id` made."""
        document = await self.collection.find_one(
            {"channel_id": channel_id, "author_id": author_id, "client_id": client_id}
        )
        return entry_of(document) if document else None

    async def tail(self, channel_id: ChannelId) -> Tail:
        """Return the end of a channel's log; 0 and 0 for an empty one."""
        return (await self.tails([channel_id])).get(channel_id, Tail(0, 0))

    async def tails(self, channel_ids: Iterable[ChannelId]) -> dict[ChannelId, Tail]:
        """Return the ends of several logs, one seek in the index each."""
        wanted = list(channel_ids)
        pipeline = [
            {"$match": {"channel_id": {"$in": wanted}}},
            {"$sort": {"channel_id": -1, "seq": -1}},
            {"$group": {"_id": "$channel_id", "seq": {"$first": "$seq"}, "n": {"$first": "$n"}}},
        ]
        if len(wanted) == 1:
            found = await self.collection.find_one(
                {"channel_id": wanted[0]}, {"seq": 1, "n": 1}, sort=[("seq", DESCENDING)]
            )
            return {wanted[0]: Tail(found["seq"], found["n"])} if found else {}
        cursor = await self.collection.aggregate(pipeline, batchSize=ONE_REPLY)
        return {g["_id"]: Tail(g["seq"], g["n"]) async for g in cursor}

    async def since(self, channel_id: ChannelId, seq: int, *, limit: int) -> list[Entry]:
        """Return the entries behind `seq`, in order."""
        query = {"channel_id": channel_id, "seq": {"$gt": seq}}
        cursor = self.collection.find(query).sort("seq", ASCENDING).limit(limit)
        return [entry_of(document) async for document in cursor]

    async def since_state(self, messages: Iterable[Entry]) -> list[Entry]:
        """Return the entries that concern messages and are not in their state yet, in the order of each log."""
        fresh = [message.id for message in messages if not message.updated_seq]
        changed = [{"on": m.id, "seq": {"$gt": m.updated_seq}} for m in messages if m.updated_seq]
        either: list[Document] = [*([{"on": {"$in": fresh}}] if fresh else []), *changed]
        if not either:
            return []
        cursor = self.collection.find({"$or": either})
        return sorted([entry_of(document) async for document in cursor], key=lambda entry: entry.seq)

    async def replies(
        self, root_id: EntryId, *, before_seq: int | None, after_seq: int | None, limit: int
    ) -> list[Entry]:
        """Return a thread's replies oldest first: those behind `after_seq`, else the last before `before_seq`."""
        bounds = {"$gt": after_seq or 0} | ({"$lt": before_seq} if before_seq else {})
        query: Document = {"on": root_id, "seq": bounds, "kind": {"$in": [MESSAGE, REPLY]}}
        forward = after_seq is not None
        cursor = self.collection.find(query).sort("seq", ASCENDING if forward else DESCENDING).limit(limit)
        found = [entry_of(document) async for document in cursor]
        return found if forward else found[::-1]

    async def unread_replies(self, read: Mapping[EntryId, int], *, reader: UserId) -> dict[EntryId, int]:
        """Return how many replies of others there are behind what someone has read of each thread."""
        if not read:
            return {}
        behind = [{"on": root_id, "seq": {"$gt": seq}} for root_id, seq in read.items()]
        others = {"kind": {"$in": [MESSAGE, REPLY]}, "author_id": {"$ne": reader}}
        pipeline = [
            {"$match": {"$or": behind, **others}},
            {"$group": {"_id": "$thread_root_id", "count": {"$sum": 1}}},
        ]
        return {g["_id"]: g["count"] async for g in await self.collection.aggregate(pipeline)}

    async def calls_after(
        self, keys: Iterable[str], read: Mapping[ChannelId, int], *, limit: int
    ) -> dict[ChannelId, list[int]]:
        """Return the first numbers, at most `limit`, of each channel's messages behind `read` that call by `keys`."""
        own = list(keys)
        either = [
            {"channel_id": channel_id, "calls": {"$in": [*own, f"c:{channel_id}"]}, "n": {"$gt": n}}
            for channel_id, n in read.items()
        ]
        found: dict[ChannelId, list[int]] = {}
        # Without the hint MongoDB tries several indexes for each of hundreds of channels before it begins.
        cursor = self.collection.find(
            {"$or": either, "kind": MESSAGE}, {"channel_id": 1, "n": 1}, hint=BY_CALLS
        ).batch_size(ONE_REPLY)
        async for document in cursor:
            numbers = found.setdefault(document["channel_id"], [])
            if len(numbers) < limit:
                numbers.append(document["n"])
        return {channel_id: sorted(numbers) for channel_id, numbers in found.items()}

    async def calling(
        self, keys: Iterable[str], channel_ids: Iterable[ChannelId], *, before: str | None, limit: int
    ) -> list[Entry]:
        """Return messages of these channels that call by `keys`, the newest first."""
        query: Document = {"calls": {"$in": list(keys)}, "channel_id": {"$in": list(channel_ids)}}
        if before:
            query["_id"] = {"$lt": before}
        cursor = self.collection.find(query).sort("_id", DESCENDING).limit(limit)
        return [entry_of(document) async for document in cursor]

    async def versions(self, message_id: EntryId) -> tuple[Entry, list[Entry]]:
        """Return a message as it was sent, and its edits in order."""
        sent = await self.collection.find_one({"_id": message_id}, {"state": 0})
        edits = self.collection.find({"on": message_id, "kind": "message.edited"}).sort("seq", ASCENDING)
        return entry_of(sent), [entry_of(document) async for document in edits]

    async def pinned(self, channel_id: ChannelId, *, after_seq: int) -> list[Entry]:
        """Return the messages stored as pinned, and those concerned by a pin behind `after_seq`; newest first."""
        recent = self.collection.find(
            {"channel_id": channel_id, "seq": {"$gt": after_seq}, "kind": "message.pinned"}, {"message_id": 1}
        )
        ids = [document["message_id"] async for document in recent]
        either = [
            {"channel_id": channel_id, "state.pinned_by": {"$type": "string"}},
            {"_id": {"$in": ids}},
        ]
        cursor = self.collection.find({"$or": either}).sort("_id", DESCENDING)
        return [entry_of(document) async for document in cursor]

    async def many(self, entry_ids: Iterable[EntryId]) -> dict[EntryId, Entry]:
        """Return those of several entries that exist."""
        cursor = self.collection.find({"_id": {"$in": list(entry_ids)}})
        return {document["_id"]: entry_of(document) async for document in cursor}

    async def as_sent(self, message_ids: Iterable[EntryId]) -> list[Entry]:
        """Return messages as they were sent, whatever became of them: a deleted one still names its files."""
        cursor = self.collection.find({"_id": {"$in": list(message_ids)}}, {"state": 0})
        return [entry_of(document) async for document in cursor]

    async def keep_states(self, changed: Iterable[tuple[Entry, int]]) -> None:
        """Store what messages became, unless another state was stored since the `seq` beside each."""
        updates = [
            UpdateOne({"_id": message.id, "state.seq": was_seq or None}, _kept(message))
            for message, was_seq in changed
        ]
        if updates:
            await self.collection.bulk_write(updates, ordered=False)

    async def erase_text(self, message_id: EntryId) -> None:
        """Erase every version of a deleted message's text."""
        text = {"$unset": {"text": "", "mentions": "", "calls": "", "cards": "", "shown_as": ""}}
        await self.collection.update_one({"_id": message_id}, text)
        await self.collection.update_many({"on": message_id, "kind": "message.edited"}, text)

    async def messages(
        self, channel_id: ChannelId, *, before_n: int | None, after_n: int | None, limit: int
    ) -> list[Entry]:
        """Return messages oldest first: those behind `after_n`, else the last ones before `before_n`."""
        bounds: Document = {}
        if after_n is not None:
            bounds["$gt"] = after_n
        if before_n is not None:
            bounds["$lt"] = before_n
        query: Document = {"channel_id": channel_id, "kind": MESSAGE, "n": bounds or {"$gt": 0}}
        forward = after_n is not None
        cursor = self.collection.find(query).sort("n", ASCENDING if forward else DESCENDING).limit(limit)
        found = [entry_of(document) async for document in cursor]
        return found if forward else found[::-1]


def entry_of(document: Document) -> Entry:
    """Return a stored document as an entry, a message as later entries made it."""
    get = document.get
    entry = Entry(
        id=document["_id"],
        channel_id=document["channel_id"],
        seq=document["seq"],
        n=document["n"],
        kind=document["kind"],
        author_id=document["author_id"],
        created_at=document["created_at"],
        client_id=get("client_id"),
        text=get("text"),
        user_id=get("user_id"),
        thread_root_id=get("thread_root_id"),
        message_id=get("message_id"),
        emoji=get("emoji"),
        mentions=_mentions(get("mentions")),
        changes=get("changes"),
        previews=_previews(get("previews")),
        style=get("style"),
        via=get("via"),
        late_for=get("late_for"),
        urgent=get("urgent", False),
        file_ids=get("file_ids"),
        actions=_actions(get("actions")),
        action=get("action"),
        approval=_approval(get("approval")),
        cards=_cards(get("cards")),
        shown_as=_shown_as(get("shown_as")),
    )
    state = get("state")
    return _with_state(entry, state) if state else entry


def _with_state(entry: Entry, state: Document) -> Entry:
    found = {name: state[name] for name in STATE if name in state}
    structs = {
        "mentions": _mentions(state.get("mentions")),
        "previews": _previews(state.get("previews")),
        "actions": _actions(state.get("actions")),
        "approval": _approval(state.get("approval")),
        "clicks": msgspec.convert(state.get("clicks") or [], list[Click]),
        "cards": None if state.get("deleted_at") else entry.cards,
    }
    return replace(entry, updated_seq=state["seq"], **found | structs)


def _mentions(stored: Document | None) -> Mentions | None:
    return Mentions(**stored) if stored else None


def _previews(stored: list[Document] | None) -> list[Preview] | None:
    return [Preview(**preview) for preview in stored] if stored else None


def _actions(stored: list[Document] | None) -> list[MessageAction] | None:
    return None if stored is None else msgspec.convert(stored, list[MessageAction])


def _approval(stored: Document | None) -> ApprovalMark | None:
    return msgspec.convert(stored, ApprovalMark) if stored else None


def _cards(stored: list[Document] | None) -> list[Card] | None:
    return msgspec.convert(stored, list[Card]) if stored else None


def _shown_as(stored: Document | None) -> ShownAs | None:
    return ShownAs(**stored) if stored else None


def document_of(entry: Entry) -> Document:
    """Return a new entry as it is stored: what is absent takes no room."""
    document: Document = {
        "_id": entry.id,
        "channel_id": entry.channel_id,
        "seq": entry.seq,
        "n": entry.n,
        "kind": entry.kind,
        "author_id": entry.author_id,
        "created_at": entry.created_at,
    }
    if entry.client_id is not None:
        document["client_id"] = entry.client_id
    if entry.text is not None:
        document["text"] = entry.text
    if entry.kind != MESSAGE or entry.thread_root_id or entry.mentions or _is_special(entry):
        document.update(_rarer(entry))
    return document


def _is_special(message: Entry) -> bool:
    return any(_is_there(getattr(message, name)) for name in (*SPECIAL, *CARDED, "actions", "approval"))


def _is_there(value: object) -> bool:
    """Whether a field says more than that there is nothing: an empty list says that it was emptied."""
    return value is not None and value is not False


def _rarer(entry: Entry) -> Document:
    """Return the fields that a plain message has not."""
    document: Document = {
        name: value for name in (*RARE, *SPECIAL) if _is_there(value := getattr(entry, name))
    }
    if concerned := [i for i in (entry.message_id, entry.thread_root_id) if i]:
        document["on"] = concerned
    for name in (*STRUCTURED, *CARDED):
        if (held := getattr(entry, name)) is not None:
            document[name] = _plain(held)
    if entry.mentions and entry.kind in (MESSAGE, REPLY):
        document["calls"] = calls_of(entry)
    return document


def _plain(held: object) -> Any:
    """Return structs as MongoDB takes them."""
    return msgspec.to_builtins(held, builtin_types=(datetime,))


def calls_of(message: Entry) -> list[str]:
    """Return the keys under which those find a message whom it mentions."""
    mentions = message.mentions or Mentions()
    everyone = [f"c:{message.channel_id}"] if mentions.channel or mentions.here else []
    people = [f"u:{user_id}" for user_id in mentions.user_ids]
    return [*people, *(f"g:{group_id}" for group_id in mentions.group_ids), *everyone]


def _kept(message: Entry) -> Document:
    state = {"$set": {"state": _state_of(message)}}
    if message.mentions:
        return {"$set": state["$set"] | {"calls": calls_of(message)}}
    return state | {"$unset": {"calls": ""}}


def _state_of(message: Entry) -> Document:
    return {"seq": message.updated_seq, **{name: _plain(getattr(message, name)) for name in STATE}}
