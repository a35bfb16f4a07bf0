"""The entries of all channels' logs: the collection, its indexes and its reads. Writing is `channel_log`."""

from collections.abc import Iterable
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from parlour.core.ids import ChannelId, EntryId
from parlour.core.model.chat import MESSAGE, Entry, Tail
from parlour.core.store.mongo import Document

BY_SEQ = [("channel_id", ASCENDING), ("seq", ASCENDING)]
BY_CLIENT_ID = [("channel_id", ASCENDING), ("author_id", ASCENDING), ("client_id", ASCENDING)]
INDEXES = {
    "entries": [
        IndexModel(BY_SEQ, unique=True),
        IndexModel(BY_CLIENT_ID, unique=True, partialFilterExpression={"client_id": {"$exists": True}}),
        IndexModel(
            [("channel_id", ASCENDING), ("n", ASCENDING)],
            unique=True,
            partialFilterExpression={"kind": MESSAGE},
        ),
    ]
}


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
        return {g["_id"]: Tail(g["seq"], g["n"]) async for g in await self.collection.aggregate(pipeline)}

    async def since(self, channel_id: ChannelId, seq: int, *, limit: int) -> list[Entry]:
        """Return the entries behind `seq`, in order."""
        query = {"channel_id": channel_id, "seq": {"$gt": seq}}
        cursor = self.collection.find(query).sort("seq", ASCENDING).limit(limit)
        return [entry_of(document) async for document in cursor]

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
    """Return a stored document as an entry."""
    get = document.get
    return Entry(
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
    )


def document_of(entry: Entry) -> Document:
    """Return an entry as it is stored: what is absent takes no room."""
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
    if entry.user_id is not None:
        document["user_id"] = entry.user_id
    return document
