"""A corpus of synthetic messages for search: written in bulk, by several processes, as if it had been sent and indexed.

Words are made of syllables; how often each comes follows Zipf's law, and so do the channels and authors. A message has
2 to 120 words, 14 in the mean, one in twelve a link. It is spread over a year, channels interleaved.
"""

import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, product
from multiprocessing import get_context
from typing import Any

from pymongo import MongoClient, WriteConcern

from parlour.core.clock import now
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.model.chat import MESSAGE, Entry
from parlour.core.search.index import indexed
from parlour.core.search.interface import scope_of
from parlour.core.settings import Settings
from parlour.core.store import search as search_store
from parlour.core.store.entries import document_of

WORDS = 60_000
PROCESSES = 2
SPAN = timedelta(days=365)
AT_ONCE = 5000
SYLLABLES = [a + b for a, b in product("bcdfghjklmnprstvwz", "aeiou")]


@dataclass(frozen=True)
class Place:
    """Where the messages are: one workspace, its channels (private), and who writes."""

    workspace_id: WorkspaceId
    channel_ids: Sequence[ChannelId]
    author_ids: Sequence[UserId]


@dataclass(frozen=True)
class Part:
    """The messages `first` to `last` of so many in all, for one process to write."""

    settings: Settings
    place: Place
    first: int
    last: int
    total: int
    begins: datetime
    seqs: dict[ChannelId, int]


@dataclass
class Written:
    """What was written: how often each word came, and how long each channel is."""

    seconds: float = 0
    words: Counter[str] = field(default_factory=Counter)
    seqs: Counter[ChannelId] = field(default_factory=Counter)
    samples: list[str] = field(default_factory=list)


@cache
def vocabulary() -> list[str]:
    """Return all words, the most frequent first; shorter words are not rarer than longer ones."""
    chance = random.Random(7)  # noqa: S311 - the same corpus every time
    found: dict[str, None] = {}
    while len(found) < WORDS:
        syllables = (
            1 + min(4, len(found) // 60 + chance.randrange(3))
            if len(found) < 300
            else chance.choice((2, 3, 3, 4))
        )
        found["".join(chance.choices(SYLLABLES, k=syllables))] = None
    return list(found)


@cache
def _weights() -> list[float]:
    return list(accumulate(1 / (rank + 2.7) ** 1.05 for rank in range(WORDS)))


def fill(settings: Settings, place: Place, *, already: Written, upto: int, have: int) -> Written:
    """Write messages `have` to `upto`, with their index made anew afterwards, as MongoDB does fastest."""
    began = time.perf_counter()
    database = open_database(settings)
    database.search_messages.drop_indexes()
    _write_all(settings, place, already, upto, have)
    database.search_messages.create_indexes(list(search_store.INDEXES["search_messages"]))
    _record(database, place, already)
    already.seconds += time.perf_counter() - began
    return already


def open_database(settings: Settings) -> Any:
    """Return the database under test."""
    client: Any = MongoClient(settings.mongo_url, uuidRepresentation="standard")
    return client[settings.mongo_database]


def _write_all(settings: Settings, place: Place, so_far: Written, upto: int, have: int) -> None:
    begins = now() - SPAN
    plan = _channels_of(place, have, upto)
    parts = []
    for i in range(have, upto, AT_ONCE):
        part = plan[i - have : i - have + AT_ONCE]
        parts.append(
            (Part(settings, place, i, min(upto, i + AT_ONCE), upto, begins, dict(so_far.seqs)), part)
        )
        so_far.seqs.update(part)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for words, samples in pool.map(_write, *zip(*parts, strict=True), chunksize=1):
            so_far.words.update(words)
            so_far.samples = (so_far.samples + samples)[-4000:]


def _channels_of(place: Place, first: int, last: int) -> list[ChannelId]:
    chance = random.Random(first)  # noqa: S311
    weights = [1 / (rank + 5) ** 0.8 for rank in range(len(place.channel_ids))]
    return chance.choices(place.channel_ids, weights, k=last - first)


def _write(part: Part, channels: Sequence[ChannelId]) -> tuple[Counter[str], list[str]]:
    chance = random.Random(part.first)  # noqa: S311
    seqs = Counter(part.seqs)
    entries, words = [], Counter[str]()
    documents = []
    longest = part.settings.search_words_max
    for number, channel_id in enumerate(channels, start=part.first):
        seqs[channel_id] += 1
        entry = _entry(chance, part, number, channel_id, seqs[channel_id])
        scope = scope_of("private", channel_id, part.place.workspace_id)
        message = indexed(entry, scope, words_max=longest)
        words.update(token for token in message.tokens if isinstance(token, str) and token != "*")
        entries.append(document_of(entry))
        documents.append(search_store.document_of(message, 1) | {"_id": search_store.key_of(message.id)})
    relaxed = WriteConcern(w=1, j=False)
    database = open_database(part.settings)
    database.entries.with_options(write_concern=relaxed).insert_many(entries, ordered=False)
    database.search_messages.with_options(write_concern=relaxed).insert_many(documents, ordered=False)
    return words, [entry["text"] for entry in entries[:20]]


def _entry(chance: random.Random, part: Part, number: int, channel_id: ChannelId, seq: int) -> Entry:
    at = part.begins + SPAN * (number / part.total)
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    length = min(120, max(2, int(chance.lognormvariate(2.3, 0.8))))
    text = " ".join(chance.choices(vocabulary(), cum_weights=_weights(), k=length))
    if number % 12 == 0:
        text += f" https://example.org/{number}"
    return Entry(
        id=_id_at(chance, at),
        channel_id=channel_id,
        seq=seq,
        n=seq,
        kind=MESSAGE,
        author_id=part.place.author_ids[int(chance.random() ** 2 * len(part.place.author_ids))],
        created_at=at,
        client_id=str(number),
        text=text,
    )


def _id_at(chance: random.Random, at: datetime) -> EntryId:
    ms = int(at.astimezone(UTC).timestamp() * 1000)
    bits = ms << 80 | 7 << 76 | chance.getrandbits(12) << 64 | 2 << 62 | chance.getrandbits(62)
    text = f"{bits:032x}"
    return EntryId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")


def _record(database: Any, place: Place, written: Written) -> None:
    """Record what indexing and delivering would have: how often words came, and how far the channels are."""
    database.search_words.delete_many({})
    prefix = search_store.words_of(place.workspace_id, 1)
    rows = [{"_id": f"{prefix}{word}", "n": count} for word, count in written.words.items()]
    for chunk in _chunks(rows, 20_000):
        database.search_words.insert_many(chunk, ordered=False)
    for channel_id, seq in written.seqs.items():
        done = {"seq": seq, "scope": channel_id, "workspace_id": place.workspace_id}
        database.search_channels.replace_one({"_id": channel_id}, done, upsert=True)
        settled = {"settled_seq": seq, "workspace_id": place.workspace_id, "run_id": ""}
        database.deliveries.replace_one({"_id": channel_id}, settled, upsert=True)


def _chunks(rows: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (rows[i : i + size] for i in range(0, len(rows), size))
