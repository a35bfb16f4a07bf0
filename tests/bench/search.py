"""Search in a large workspace: how long each kind of query takes, and how that grows with the messages."""

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

import aiohttp

from parlour.core.clock import now
from parlour.core.house import open_house
from parlour.core.ids import ChannelId
from parlour.core.search.index import index_channel
from parlour.core.search.interface import Progress, Scope
from parlour.core.settings import Settings
from parlour.core.store.channels import Membership
from tests.bench.corpus import Place, Written, fill, open_database
from tests.bench.effort import Effort
from tests.bench.people import Member, Room, make_rooms
from tests.bench.processes import load_average
from tests.bench.report import Requirement, Section, number, table
from tests.bench.site import WORKER, Site

CHANNELS = 200
MINE = 50
QUERIES = 150
WARM = 15
LIMIT = 20
MEDIAN_MS = 50
P99_MS = 300
INDEXED_AGAIN = 10_000
Ask = dict[str, object]


@dataclass
class Words:
    """The corpus's words by how common they are, and some of its messages."""

    by_rank: list[str]
    counts: dict[str, int]
    samples: list[list[str]]
    chance: random.Random = field(default_factory=lambda: random.Random(11))  # noqa: S311

    @classmethod
    def of(cls, written: Written) -> "Words":
        """Return what was written."""
        plain = [(word, count) for word, count in written.words.most_common() if word.isalpha()]
        return cls(
            [word for word, _ in plain],
            dict(plain),
            [[w for w in s.split() if w.isalpha()] for s in written.samples],
        )

    def rank(self, first: int, last: int) -> str:
        """Return some word of these ranks."""
        return self.chance.choice(self.by_rank[first:last])

    def rare(self) -> str:
        """Return a word that a few messages have."""
        return self.chance.choice(self._rare)

    @cached_property
    def _rare(self) -> list[str]:
        return [word for word in self.by_rank[2000:] if 3 <= self.counts[word] <= 40]

    def neighbours(self, count: int) -> str:
        """Return words that stand side by side in some message."""
        while True:
            message = self.chance.choice(self.samples)
            if len(message) > count:
                at = self.chance.randrange(len(message) - count)
                return " ".join(message[at : at + count])

    def scattered(self) -> str:
        """Return two words of one message, not the most common ones."""
        while True:
            message = [
                w for w in self.chance.choice(self.samples) if self.counts[w] < self.counts[self.by_rank[100]]
            ]
            if len(message) > 1:
                return " ".join(self.chance.sample(message, 2))


def kinds(words: Words, place: Place) -> dict[str, Callable[[], Ask]]:
    """Return what is asked, by kind; every question is another."""
    some, common = (lambda: words.rank(100, 2000)), (lambda: words.rank(0, 30))
    mine = place.channel_ids[:MINE]
    return {
        "one word": lambda: {"q": f"{some()} "},
        "one word, by time": lambda: {"q": f"{some()} ", "sort": "time"},
        "two words": lambda: {"q": f"{words.scattered()} "},
        "a rare word": lambda: {"q": f"{words.rare()} "},
        "a very common word": lambda: {"q": f"{common()} "},
        "a very common word, by time": lambda: {"q": f"{common()} ", "sort": "time"},
        "two very common words": lambda: {"q": f"{common()} {common()} "},
        "a common and a rare word": lambda: {"q": f"{common()} {words.rare()} "},
        "beginning of 2 letters": lambda: {"q": some()[:2]},
        "beginning of 4 letters": lambda: {"q": some()[:4]},
        "word and beginning": lambda: {"q": f"{some()} {some()[:3]}"},
        "phrase of 2": lambda: {"q": f'"{words.neighbours(2)}"'},
        "phrase of 4": lambda: {"q": f'"{words.neighbours(4)}"'},
        "phrase of common words": lambda: {"q": f'"{common()} {common()}"'},
        "without a common word": lambda: {"q": f"{some()} -{common()} "},
        "from:": lambda: {"q": f"{common()} ", "from": words.chance.choice(place.author_ids)},
        "in:": lambda: {"q": f"{some()} ", "in": words.chance.choice(mine)},
        "has:link, before:": lambda: {"q": f"{some()} has:link before:{_day(words.chance)} "},
        "from: alone": lambda: {"from": words.chance.choice(place.author_ids), "sort": "time"},
    }


def _day(chance: random.Random) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() - chance.randrange(20, 300) * 86_400))


def measure(site: Site, effort: Effort) -> Section:
    """Fill to each size and measure."""
    section = Section(f"Search in {CHANNELS} channels, as a member of {MINE}")
    site.stack.stop_program(WORKER)
    rooms = make_rooms(site.settings, CHANNELS, members=2, kind="private")
    searcher = rooms[0].members[0]
    asyncio.run(_join(site.settings, rooms[1:MINE], searcher))
    place = Place(
        rooms[0].workspace_id,
        [room.channel_id for room in rooms],
        [member.user_id for room in rooms for member in room.members],
    )
    written, have = Written(), 0
    found: dict[str, list[str]] = {}
    for size in effort.sizes:
        fill(site.settings, place, already=written, upto=size, have=have)
        effort.tell(f"search: {size} messages written after {written.seconds:.0f} s")
        have = size
        section.say(_sizes(site.settings, size), f"Load average before measuring: {load_average():.2f}.")
        results = asyncio.run(_measure(site, effort, place, searcher, Words.of(written)))
        for name, latencies in results.items():
            found.setdefault(name, []).extend([number(statistics.median(latencies)), number(_p99(latencies))])
        if size == effort.sizes[-1]:
            section.requirements += _requirements(results, size)
    head = ["query"] + [f"{what}, {size}" for size in effort.sizes for what in ("median ms", "p99 ms")]
    section.say(
        f"{QUERIES} different queries of each kind over HTTP, one after the other, pages of {LIMIT}.",
        table(head, [[name, *cells] for name, cells in found.items()]),
        asyncio.run(_indexing(site.settings, place)),
    )
    site.stack.start_program(WORKER)
    return section


def _requirements(results: dict[str, list[float]], size: int) -> list[Requirement]:
    slowest = max(results, key=lambda name: statistics.median(results[name]))
    latest = max(results, key=lambda name: _p99(results[name]))
    return [
        Requirement(
            f"search of {size}: slowest median, ms ({slowest})",
            statistics.median(results[slowest]),
            MEDIAN_MS,
            at_most=True,
        ),
        Requirement(
            f"search of {size}: highest p99, ms ({latest})", _p99(results[latest]), P99_MS, at_most=True
        ),
    ]


def _p99(latencies: Sequence[float]) -> float:
    return sorted(latencies)[int(len(latencies) * 0.99)]


async def _join(settings: Settings, rooms: Sequence[Room], searcher: Member) -> None:
    async with open_house(settings) as house:
        for room in rooms:
            await house.channels.join(
                Membership(
                    channel_id=room.channel_id,
                    workspace_id=room.workspace_id,
                    user_id=searcher.user_id,
                    joined_at=now(),
                )
            )


async def _measure(
    site: Site, effort: Effort, place: Place, searcher: Member, words: Words
) -> dict[str, list[float]]:
    address = f"http://127.0.0.1:{site.settings.api_port}/api/v1/workspaces/{place.workspace_id}/search"
    headers = {"Authorization": f"Bearer {searcher.token}"}
    results: dict[str, list[float]] = {}
    async with aiohttp.ClientSession(headers=headers) as client:
        for name, ask in kinds(words, place).items():
            asked = [ask() for _ in range(WARM + QUERIES)]
            timed = [await _time(client, address, parameters) for parameters in asked]
            results[name] = [ms for ms, _ in timed[WARM:]]
            hits = statistics.mean(count for _, count in timed[WARM:])
            middle, late = statistics.median(results[name]), _p99(results[name])
            effort.tell(f"search, {name}: median {middle:.1f} ms, p99 {late:.1f} ms, {hits:.1f} hits a page")
    return results


async def _time(client: aiohttp.ClientSession, address: str, ask: Ask) -> tuple[float, int]:
    """Return the milliseconds a page took, and how many hits it has."""
    query = urlencode({"type": "messages", "limit": LIMIT} | ask)
    began = time.perf_counter()
    async with client.get(f"{address}?{query}") as response:
        page = await response.json()
        took = (time.perf_counter() - began) * 1000
        if response.status != 200:
            raise AssertionError(page)
    return took, len(page["items"])


async def _indexing(settings: Settings, place: Place) -> str:
    """Index the first channel again from its log's beginning, as the worker does; tell how fast."""
    async with open_house(settings) as house:
        channel_id = ChannelId(place.channel_ids[-1])
        await house.search.advance(channel_id, place.workspace_id, Progress(seq=0, scope=Scope("none")))
        began = time.perf_counter()
        count = await index_channel(house, channel_id, place.workspace_id)
        rate = count / (time.perf_counter() - began)
    return f"Indexing by the worker's own rule, one channel of {count} messages again: {number(rate)} messages/s."


def _sizes(settings: Settings, size: int) -> str:
    database = open_database(settings)
    rows = []
    for name in ("entries", "search_messages", "search_words"):
        stats = database.command("collStats", name)
        cells = [stats["size"], stats["storageSize"], stats["totalIndexSize"]]
        rows.append([name, f"{stats['count']}", *(number(value / 1e6) for value in cells)])
    tokens = database.command("collStats", "search_messages")["indexSizes"]
    listed = ", ".join(f"{key} {number(value / 1e6)} MB" for key, value in tokens.items())
    head = ["", "documents", "MB of data", "MB stored", "MB of indexes"]
    return f"**{size} messages**\n\n{table(head, rows)}\n\nIndexes of `search_messages`: {listed}."
