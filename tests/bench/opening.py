"""What opening costs: a workspace with many channels, and a channel with many messages, beside small ones.

MongoDB's own profiler tells which commands a step takes and what they look at; of several rounds the one with the
fewest counts, for the others hold what the roles do in the background too.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import aiohttp
import msgspec

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId, new_id
from parlour.core.model.chat import MESSAGE, Entry, Mentions
from parlour.core.store.entries import document_of
from tests.bench.commands import make_room, profiled
from tests.bench.effort import Effort
from tests.bench.people import Maker, Member, crew
from tests.bench.report import Requirement, Section, number, table
from tests.bench.site import Site

CHANNELS = (50, 500)
MEMBERS = 20
"""Members of each of these channels."""
MESSAGES = (1_000, 100_000)
AT_ONCE = 5_000
ROUNDS = 7
HEAD = ["", "commands", "documents looked at", "bytes", "ms"]


@dataclass(frozen=True)
class Place:
    """Something to open, and who opens it."""

    name: str
    member: Member
    workspace_id: WorkspaceId
    channel_id: ChannelId


@dataclass(frozen=True)
class Cost:
    """What a step took: MongoDB's commands, the documents they looked at, bytes that came, and milliseconds."""

    commands: int
    documents: int
    scans: Sequence[str]
    size: int
    ms: float

    @property
    def row(self) -> list[str]:
        """The cost as cells."""
        return [str(self.commands), f"{self.documents}", f"{self.size:,}".replace(",", " "), number(self.ms)]


Step = Callable[[aiohttp.ClientSession, Place], Awaitable[int]]


def measure(site: Site, effort: Effort) -> Section:
    """Open each place several times, step by step."""
    section = Section("Opening")
    costs = asyncio.run(_measure(site, effort))
    rows = [[f"{place}: {step}", *cost.row] for (place, step), cost in costs.items()]
    section.say(
        f"{MEMBERS} members in each channel of a workspace, every channel unread with mentions. Medians of "
        f"{ROUNDS} rounds; commands and documents by MongoDB's profiler.",
        table(HEAD, rows),
    )
    scans = {scan for cost in costs.values() for scan in cost.scans}
    section.requirements.append(Requirement("collections scanned while opening", len(scans), 0, at_most=True))
    section.requirements.append(
        Requirement("commands that opening something larger takes more", _growth(costs), 0, at_most=True)
    )
    section.faults += sorted(scans)
    return section


def _growth(costs: Mapping[tuple[str, str], Cost]) -> int:
    steps: dict[str, list[int]] = {}
    for (_, step), cost in costs.items():
        steps.setdefault(step, []).append(cost.commands)
    return max(max(commands) - min(commands) for commands in steps.values())


async def _measure(site: Site, effort: Effort) -> dict[tuple[str, str], Cost]:
    costs: dict[tuple[str, str], Cost] = {}
    async with crew(site.settings) as maker, aiohttp.ClientSession() as http:
        steps = _steps(site)
        await make_room(maker.house)
        for count in CHANNELS:
            place = await _workspace(maker, count)
            effort.tell(f"a workspace of {count} channels is there")
            for step in ("ready", "channel list, a page", "browse by name", "search by name"):
                costs[place.name, step] = await _cost(maker.house, http, place, steps[step])
        for count in MESSAGES:
            place = await _channel(maker, count)
            effort.tell(f"a channel of {count} messages is there")
            for step in ("channel", "first page", "a page from the middle", "what is new"):
                costs[place.name, step] = await _cost(maker.house, http, place, steps[step])
    return costs


def _steps(site: Site) -> dict[str, Step]:
    api = f"http://127.0.0.1:{site.settings.api_port}/api/v1"
    w, c = "/workspaces/{w}/channels", "/channels/{c}"
    return {
        "ready": _ready(site.gateway_url),
        "channel list, a page": _get(f"{api}{w}?limit=200"),
        "browse by name": _get(f"{api}{w}?sort=name&limit=50"),
        "search by name": _get(f"{api}{w}?q=9&sort=name&limit=50"),
        "channel": _get(f"{api}{c}"),
        "first page": _get(f"{api}{c}/messages?limit=50"),
        "a page from the middle": _get(f"{api}{c}/messages?before_n=500&limit=50"),
        "what is new": _get(f"{api}{c}/changes?since_seq=0&limit=50"),
    }


def _get(address: str) -> Step:
    async def get(http: aiohttp.ClientSession, place: Place) -> int:
        headers = {"Authorization": f"Bearer {place.member.token}"}
        at = address.format(w=place.workspace_id, c=place.channel_id)
        async with http.get(at, headers=headers) as answer:
            body = await answer.read()
            assert answer.status == 200, body
            return len(body)

    return get


def _ready(gateway: str) -> Step:
    """Connect as Socket.IO's protocol has it (versions 4 and 5), up to `ready`."""

    async def connect(http: aiohttp.ClientSession, place: Place) -> int:
        address = f"{gateway}/socket.io/?EIO=4&transport=websocket"
        async with http.ws_connect(address, max_msg_size=0) as socket:
            await socket.receive_str()
            await socket.send_str("40" + msgspec.json.encode({"token": place.member.token}).decode())
            while not (packet := await socket.receive_str()).startswith('42["ready"'):
                pass
            return len(packet.encode())

    return connect


async def _cost(house: House, http: aiohttp.ClientSession, place: Place, step: Step) -> Cost:
    await step(http, place)
    rounds = []
    for _ in range(ROUNDS):
        async with profiled(house) as commands:
            began = time.perf_counter()
            size = await step(http, place)
            ms = (time.perf_counter() - began) * 1000
        rounds.append((commands, size, ms))
    fewest = min((commands for commands, _, _ in rounds), key=len)
    return Cost(
        commands=len(fewest),
        documents=sum(command.get("docsExamined", 0) for command in fewest),
        scans=[c["ns"] for c in fewest if "COLLSCAN" in c.get("planSummary", "")],
        size=rounds[-1][1],
        ms=statistics.median(ms for _, _, ms in rounds),
    )


async def _workspace(maker: Maker, count: int) -> Place:
    """Make a workspace with `count` channels of the same people."""
    workspace_id = await maker.workspace()
    people = await maker.people(workspace_id, MEMBERS)
    ids = await maker.together(maker.channel(workspace_id, people) for _ in range(count))
    for channel_id in ids:
        await _say(maker.house, channel_id, people[1].user_id, 3, to=people[0].user_id)
    return Place(f"{count} channels", people[0], workspace_id, ids[0])


async def _channel(maker: Maker, count: int) -> Place:
    """Make a channel with `count` messages."""
    workspace_id = await maker.workspace()
    people = await maker.people(workspace_id, MEMBERS)
    channel_id = await maker.channel(workspace_id, people)
    await _say(maker.house, channel_id, people[1].user_id, count)
    return Place(f"{count} messages", people[0], workspace_id, channel_id)


async def _say(
    house: House, channel_id: ChannelId, author: UserId, count: int, *, to: UserId | None = None
) -> None:
    """Put messages into a log that nobody writes to."""
    first = (await house.entries.tail(channel_id)).seq + 1
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        entries = [_message(channel_id, author, first + i, i + 1, to) for i in numbers]
        await house.entries.collection.insert_many([document_of(entry) for entry in entries])


def _message(channel_id: ChannelId, author: UserId, seq: int, n: int, to: UserId | None) -> Entry:
    entry_id = EntryId(new_id())
    return Entry(
        id=entry_id,
        channel_id=channel_id,
        seq=seq,
        n=n,
        kind=MESSAGE,
        author_id=author,
        created_at=now(),
        client_id=entry_id,
        text=f"Message {n} says about as much as a message in a chat usually does.",
        mentions=Mentions(user_ids=[to]) if to else None,
    )
