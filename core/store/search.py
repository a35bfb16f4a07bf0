"""The message index on MongoDB: one small document a message, its tokens in an array, one index over them.

The index orders the messages of each scope and token by time, so that the newest are read first however common a word
is. MongoDB merges at most 200 such sequences (`internalQueryMaxScansToExplode`) and sorts whatever more ranges hold:
wider needs are asked for in parts.

Of several groups of tokens the rarest is read from the index, and the others are looked for in the documents, of
the newest `examined_max` only. `t` are a message's tokens, `s` its scope, `k` its moment, `v` its version,
`w` its words, `c` its channel, `g` its generation.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from pymongo import ASCENDING, DESCENDING, IndexModel, ReplaceOne, UpdateOne
from pymongo.errors import BulkWriteError

from parlour.core.ids import ChannelId, EntryId, WorkspaceId
from parlour.core.search.interface import (
    EVERY,
    Gone,
    Group,
    Indexed,
    Match,
    Matches,
    Need,
    Position,
    Progress,
    Scope,
)
from parlour.core.store.mongo import DUPLICATE_KEY, Document

BY_TOKEN = [("s", ASCENDING), ("t", ASCENDING), ("k", DESCENDING)]
INDEXES = {
    "search_files": [IndexModel(BY_TOKEN)],
    "search_messages": [
        IndexModel(BY_TOKEN),
        IndexModel([("c", ASCENDING), ("g", ASCENDING), ("_id", ASCENDING)]),
    ],
}
MERGED_MAX = 200
SORTED_MAX = 2000
"""Messages that are rather sorted at once than read in many parts."""
TIES = 8
"""Messages of one moment, of which those before a position are read again, and left out."""
LAST = "\U0010ffff"


class SearchIndex:
    """`core.search.interface.MessageIndex` on a database of `mongo.connect_log`.

    Files have one of their own, `of` which its collections are.
    """

    def __init__(self, database: Any, *, of: Literal["messages", "files"] = "messages") -> None:
        apart = "" if of == "messages" else f"{of}_"
        self._messages = database[f"search_{of}"]
        self._words = database[f"search_{apart}words"]
        self._channels = database[f"search_{apart}channels"]
        self._generations = database[f"search_{apart}generations"]

    async def newest(self, need: Need) -> Matches:
        """Return the newest messages that meet a need, at most its limit."""
        if not need.scopes or not all(group.tokens for group in need.groups):
            return Matches([])
        if need.among is not None:
            return await self._newest_among(need, need.among)
        driver, *others = sorted(need.groups, key=lambda group: group.expected)
        rest = _conditions(need, others)
        parts: list[list[Match]] = []
        cuts: list[Position] = []
        for among in _ranges(need, driver):
            # What is older than enough of what was found already is not read from the further parts.
            among["k"]["$gte"] = max(need.since, _oldest_needed(need, parts))
            parts.append(await self._part(need, among, rest))
            if rest and len(parts[-1]) < need.limit and driver.expected > need.examined_max:
                cuts += await self._cut(among, need.examined_max)
        return _merged(need, parts, cuts)

    async def _newest_among(self, need: Need, message_ids: Sequence[EntryId]) -> Matches:
        """Look through some messages, found by their ids: there are not many."""
        conditions = [{"s": {"$in": list(need.scopes)}, "k": _when(need)}, *_conditions(need, need.groups)]
        pipeline: list[Document] = [
            {"$match": {"_id": {"$in": [key_of(i) for i in message_ids]}}},
            {"$match": {"$and": conditions}},
            {"$sort": {"k": -1}},
            *_ending(need),
        ]
        cursor = await self._messages.aggregate(pipeline)
        return _merged(need, [[_match(document, need) async for document in cursor]], [])

    async def _part(self, need: Need, among: Document, rest: Sequence[Document]) -> list[Match]:
        pipeline: list[Document] = [{"$match": among}, {"$sort": {"k": -1}}]
        if rest:
            # The limit keeps MongoDB from choosing another token to read by, and bounds the work.
            pipeline += [{"$limit": need.examined_max}, {"$match": {"$and": rest}}]
        pipeline += _ending(need)
        cursor = await self._messages.aggregate(pipeline, hint=dict(BY_TOKEN))
        return [_match(document, need) async for document in cursor]

    async def _cut(self, among: Document, examined: int) -> list[Position]:
        """Return where reading so many messages ended; none if there are no more. The index alone is read."""
        cursor = self._messages.find(among, {"_id": 0, "k": 1}).hint(BY_TOKEN).sort("k", DESCENDING)
        return [Position(int(document["k"]) + 1) async for document in cursor.skip(examined).limit(1)]

    async def known(self, workspace_id: WorkspaceId, tokens: Iterable[str]) -> Mapping[str, int]:
        """Return about how many messages of a workspace have each token."""
        begin = await self._prefix(workspace_id)
        cursor = self._words.find({"_id": {"$in": [f"{begin}{token}" for token in tokens]}})
        return {document["_id"].removeprefix(begin): int(document["n"]) async for document in cursor}

    async def beginnings(self, workspace_id: WorkspaceId, prefix: str, *, limit: int) -> Mapping[str, int]:
        """Return the most frequent words that begin so."""
        begin = await self._prefix(workspace_id)
        within = {"_id": {"$gte": f"{begin}{prefix}", "$lt": f"{begin}{prefix}{LAST}"}}
        cursor = self._words.find(within).sort("n", DESCENDING).limit(limit)
        return {document["_id"].removeprefix(begin): int(document["n"]) async for document in cursor}

    async def put(
        self, workspace_id: WorkspaceId, messages: Sequence[Indexed], gone: Sequence[Gone] = ()
    ) -> None:
        """Index messages anew and drop those gone, unless a later version is known already."""
        current, building = await self._generation(workspace_id)
        latest = building or current
        writes = [_put(message, latest) for message in messages] + [_bury(one, latest) for one in gone]
        if not writes:
            return
        try:
            result = (await self._messages.bulk_write(writes, ordered=False)).bulk_api_result
        except BulkWriteError as error:
            # A later version is there: the condition on `v` did not hold, and its id was taken.
            if any(fault["code"] != DUPLICATE_KEY for fault in error.details["writeErrors"]):
                raise
            result = error.details
        new = {found["index"] for found in result["upserted"]}
        fresh = [message for i, message in enumerate(messages) if i in new]
        await self._count(workspace_id, current, fresh)
        if building:
            await self._count(workspace_id, building, messages)

    async def _count(self, workspace_id: WorkspaceId, generation: int, messages: Sequence[Indexed]) -> None:
        counts: dict[str, int] = {}
        for message in messages:
            for token in message.tokens:
                if isinstance(token, str) and token != EVERY:
                    counts[token] = counts.get(token, 0) + 1
        begin = words_of(workspace_id, generation)
        writes = [
            UpdateOne({"_id": f"{begin}{token}"}, {"$inc": {"n": count}}, upsert=True)
            for token, count in counts.items()
        ]
        if writes:
            await self._words.bulk_write(writes, ordered=False)

    async def progress(self, channel_ids: Iterable[ChannelId]) -> Mapping[ChannelId, Progress]:
        """Return how far channels are indexed."""
        cursor = self._channels.find({"_id": {"$in": list(channel_ids)}})
        return {d["_id"]: Progress(seq=int(d["seq"]), scope=Scope(d["scope"])) async for d in cursor}

    async def advance(self, channel_id: ChannelId, workspace_id: WorkspaceId, to: Progress) -> None:
        """Record that a channel is indexed up to a seq."""
        await self._channels.update_one(
            {"_id": channel_id},
            [
                {
                    "$set": {
                        "seq": {
                            "$cond": [
                                {"$eq": ["$scope", to.scope]},
                                {"$max": ["$seq", to.seq]},
                                to.seq,
                            ]
                        },
                        "scope": to.scope,
                        "workspace_id": workspace_id,
                    }
                }
            ],
            upsert=True,
        )

    async def begin_generation(self, workspace_id: WorkspaceId) -> int:
        """Begin to count a workspace's words anew; a count begun before is begun again."""
        current, _ = await self._generation(workspace_id)
        found = await self._generations.find_one_and_update(
            {"_id": workspace_id},
            [{"$set": {"building": {"$add": [{"$max": ["$building", current]}, 1]}, "current": current}}],
            upsert=True,
            return_document=True,
        )
        return int(found["building"])

    async def leftovers(
        self, channel_id: ChannelId, *, generation: int, after: str, limit: int
    ) -> list[EntryId]:
        """Return a page of a channel's messages that were last put in an earlier generation."""
        query: Document = {"c": channel_id, "g": {"$lt": generation}}
        if after:
            query["_id"] = {"$gt": key_of(after)}
        cursor = self._messages.find(query, {"_id": 1}).sort("_id", ASCENDING).limit(limit)
        return [_id_of(document) async for document in cursor]

    async def end_generation(self, workspace_id: WorkspaceId, generation: int) -> None:
        """Use the new counts, and forget the old ones."""
        state = {"current": generation, "building": None}
        await self._generations.update_one({"_id": workspace_id}, {"$set": state}, upsert=True)
        begin, kept = f"{workspace_id}:", words_of(workspace_id, generation)
        old = {
            "$or": [
                {"_id": {"$gte": begin, "$lt": kept}},
                {"_id": {"$gte": f"{kept}{LAST}", "$lt": f"{begin}{LAST}"}},
            ]
        }
        await self._words.delete_many(old)

    async def _prefix(self, workspace_id: WorkspaceId) -> str:
        current, _ = await self._generation(workspace_id)
        return words_of(workspace_id, current)

    async def _generation(self, workspace_id: WorkspaceId) -> tuple[int, int | None]:
        found = await self._generations.find_one({"_id": workspace_id})
        return (found["current"], found["building"]) if found else (1, None)


def _ranges(need: Need, driver: Group) -> list[Document]:
    """Return the conditions of each part of a need: few enough for MongoDB to merge, or for it to sort them."""
    tokens, scopes = list(driver.tokens), list(need.scopes)
    if driver.expected <= SORTED_MAX or len(tokens) * len(scopes) <= MERGED_MAX:
        return [{"s": _either(scopes), "t": _either(tokens), "k": _when(need)}]
    across = min(len(scopes), MERGED_MAX)
    deep = max(1, MERGED_MAX // across)
    return [
        {"s": _either(scopes[i : i + across]), "t": _either(tokens[j : j + deep]), "k": _when(need)}
        for i in range(0, len(scopes), across)
        for j in range(0, len(tokens), deep)
    ]


def _oldest_needed(need: Need, parts: Sequence[list[Match]]) -> int:
    """Return the moment of the oldest match that is needed, when enough were found; 0 before that."""
    enough = need.limit + TIES
    newest = sorted({match.position for part in parts for match in part}, reverse=True)[:enough]
    return newest[-1].moment if len(newest) == enough else 0


def _either(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else {"$in": values}


def _when(need: Need) -> Document:
    when: Document = {"$gte": need.since}
    if need.until is not None:
        when["$lt"] = need.until
    if need.before is not None:
        when["$lte"] = need.before.moment
    return when


def _conditions(need: Need, groups: Sequence[Group]) -> list[Document]:
    """Return what a document has to have beside what was found by the index."""
    wanted: list[Document] = [{"t": _either(list(group.tokens))} for group in groups]
    return [*wanted, {"t": {"$nin": list(need.none_of)}}] if need.none_of else wanted


def _ending(need: Need) -> list[Document]:
    told = [{"$in": [{"$literal": token}, "$t"]} for token in need.telling]
    return [{"$limit": need.limit + TIES}, {"$project": {"k": 1, "c": 1, "w": 1, "told": told}}]


def _merged(need: Need, parts: Sequence[list[Match]], cuts: Sequence[Position]) -> Matches:
    """Return what all parts agree on: nothing older than where one of them stopped."""
    cut = max(cuts, default=None)
    before = need.before or Position(1 << 62)
    found = {match.id: match for part in parts for match in part if match.position < before}
    newest = sorted(found.values(), key=lambda match: match.position, reverse=True)
    items = [match for match in newest if cut is None or match.position >= cut][: need.limit]
    return Matches(items, cut if len(items) < need.limit else None)


def _put(message: Indexed, generation: int) -> ReplaceOne[Document]:
    document = document_of(message, generation)
    return ReplaceOne({"_id": key_of(message.id), "v": {"$lte": message.version}}, document, upsert=True)


def _bury(gone: Gone, generation: int) -> ReplaceOne[Document]:
    """Keep a stone where a message was, so that whoever still holds an earlier version cannot bring it back."""
    document = {"v": gone.version, "c": gone.channel_id, "g": generation}
    return ReplaceOne({"_id": key_of(gone.id), "v": {"$lte": gone.version}}, document, upsert=True)


def _match(document: Document, need: Need) -> Match:
    return Match(
        id=_id_of(document),
        channel_id=document["c"],
        moment=int(document["k"]),
        length=int(document["w"]),
        told=[token for token, is_there in zip(need.telling, document["told"], strict=True) if is_there],
    )


def document_of(message: Indexed, generation: int) -> Document:
    """Return what is stored of a message, but its id."""
    return {
        "s": message.scope,
        "t": list(message.tokens),
        "k": message.moment,
        "v": message.version,
        "w": message.length,
        "c": message.channel_id,
        "g": generation,
    }


def key_of(message_id: str) -> UUID:
    """Return an id as 16 bytes instead of 36 characters."""
    return UUID(message_id)


def _id_of(document: Document) -> EntryId:
    return EntryId(str(document["_id"]))


def words_of(workspace_id: WorkspaceId, generation: int) -> str:
    """Return how the keys of a workspace's words begin."""
    return f"{workspace_id}:{generation:08d}:"
