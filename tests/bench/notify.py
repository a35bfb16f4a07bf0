"""Notifying: what routing costs where few of many want a message, and how fast a thousand people are pushed to."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deploy.failure import StackError
from parlour.core.chat.send import Draft, send
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, DeviceId, EntryId, WorkspaceId, new_id
from parlour.core.model.chat import MESSAGE, Entry, Mentions
from parlour.core.notify.route import notify_wanting
from parlour.core.store.devices import DeviceRecord
from parlour.core.store.notification_preferences import EVERYONE
from parlour.workflows.teller import TemporalTeller
from tests.bench.commands import make_room, profiled
from tests.bench.effort import Effort
from tests.bench.people import Member, crew, handle_of
from tests.bench.processes import Usage
from tests.bench.pushes import Arrivals, Browser, pushes
from tests.bench.report import Requirement, Section, number, table
from tests.bench.site import WORKER, Site

CASES = ((100, 1), (1_000, 10), (10_000, 10), (10_000, 100))
"""Members of a channel, and how many of them a message mentions."""
MESSAGES = 15
"""Messages of each case; the first of them starts the workflows of those it mentions."""
LATER_S = 86_400
PEOPLE = 1_000
ANSWER_S = 0.05
WITHIN_S = 240
POLL_S = 0.1
DOCUMENTS_MORE = 20
"""Documents that MongoDB may look at more for the same ten in ten times the members: what else goes on meanwhile."""


@dataclass(frozen=True)
class Case:
    """A channel, who is mentioned in it, and who writes."""

    workspace_id: WorkspaceId
    channel_id: ChannelId
    members: int
    wanted: Sequence[Member]
    author: Member

    @property
    def name(self) -> str:
        return f"{len(self.wanted)} of {self.members}"


@dataclass(frozen=True)
class Cost:
    """What one message took: milliseconds of the first and of later ones, MongoDB's work, the worker's CPU."""

    first_ms: float
    ms: float
    commands: int
    documents: int
    there_ms: float
    worker_ms: float

    @property
    def row(self) -> list[str]:
        """The cost as cells."""
        cells = [number(self.first_ms), number(self.ms), str(self.commands), str(self.documents)]
        return [*cells, number(self.there_ms), number(self.worker_ms)]


def measure(site: Site, effort: Effort) -> Section:
    """Route messages to few of many, then notify many at once."""
    section = Section("Notifying")
    asyncio.run(_routing(site, effort, section))
    site.settle()
    with pushes(PEOPLE, after_s=ANSWER_S) as service:
        found = asyncio.run(_crowd(site, service.browsers, service.arrivals))
    _tell_crowd(section, found)
    effort.tell(f"{PEOPLE} people were notified in {found.last_s:.0f} s")
    return section


async def _routing(site: Site, effort: Effort, section: Section) -> None:
    costs: dict[tuple[int, int], Cost] = {}
    async with crew(site.settings) as maker:
        maker.house.teller = TemporalTeller(site.settings)
        await make_room(maker.house)
        workspace_id = await maker.workspace()
        # Nothing leaves the house while this is measured.
        await maker.house.notification_preferences.put(workspace_id, EVERYONE, {"push_after": LATER_S})
        people = await maker.people(workspace_id, max(members for members, _ in CASES))
        for members, wanted in CASES:
            channel_id = await maker.channel(workspace_id, people[:members])
            case = Case(workspace_id, channel_id, members, people[members - wanted : members], people[0])
            await asyncio.to_thread(site.settle)
            costs[members, wanted] = await _cost(site, maker.house, case)
            effort.tell(f"routed to {case.name}")
    head = [
        "wanted",
        "first, ms",
        "later, ms",
        "commands",
        "documents",
        "sent until there, ms",
        "worker CPU, ms",
    ]
    rows = [[f"{wanted} of {members}", *cost.row] for (members, wanted), cost in costs.items()]
    section.say(
        f"One message that mentions a few of a channel's members. Routing alone, medians of {MESSAGES}: the first "
        "message starts their workflows; commands and documents by MongoDB's profiler. Then messages sent one after "
        "the other: until all had it on record (nearly all of it is waiting: a busy channel is routed every "
        f"{site.settings.delivery_spacing_max:g} s), and the worker's CPU for each, delivery included.",
        table(head, rows),
    )
    few, many = costs[1_000, 10], costs[10_000, 10]
    more = "that the same 10 take more in a channel of ten times the members"
    section.requirements += [
        Requirement(f"commands {more}", many.commands - few.commands, 0, at_most=True),
        Requirement(f"documents {more}", many.documents - few.documents, DOCUMENTS_MORE, at_most=True),
    ]


async def _cost(site: Site, house: House, case: Case) -> Cost:
    first, *times = [await _route(house, case) for _ in range(MESSAGES)]
    rounds: list[list[dict[str, Any]]] = []
    for _ in range(MESSAGES):
        async with profiled(house) as commands:
            await _route(house, case)
        rounds.append(commands)
    fewest = min(rounds, key=len)
    usage = Usage(site.pids)
    there = [await _send(house, case) for _ in range(MESSAGES)]
    return Cost(
        first_ms=first,
        ms=statistics.median(times),
        commands=len(fewest),
        documents=sum(command.get("docsExamined", 0) for command in fewest),
        there_ms=statistics.median(there),
        worker_ms=usage.seconds()[WORKER] * 1000 / MESSAGES,
    )


async def _route(house: House, case: Case) -> float:
    """Route a message that is in no log, so that nobody else does; return milliseconds."""
    entry_id, ids = EntryId(new_id()), [member.user_id for member in case.wanted]
    entry = Entry(
        id=entry_id,
        channel_id=case.channel_id,
        seq=1,
        n=next(_numbers),
        kind=MESSAGE,
        author_id=case.author.user_id,
        created_at=now(),
        client_id=entry_id,
        text="You are wanted.",
        mentions=Mentions(user_ids=ids),
    )
    began = time.perf_counter()
    added = await notify_wanting(house, case.workspace_id, case.channel_id, [entry])
    assert added == len(ids), f"{added} of {len(ids)} want it"
    return (time.perf_counter() - began) * 1000


_numbers = itertools.count(1)


async def _send(house: House, case: Case) -> float:
    """Send a message; return milliseconds until everyone it mentions has it on record."""
    text = "Wanted: " + " ".join(f"@{handle_of(member.user_id)}" for member in case.wanted)
    began = time.perf_counter()
    sent = await send(house, case.author.user_id, case.channel_id, Draft(text=text))
    records = house.database.notifications
    while await records.count_documents({"message_id": sent.entry.id}) < len(case.wanted):
        if time.perf_counter() - began > WITHIN_S:
            raise StackError(f"{case.name} was not routed within {WITHIN_S} s")
        await asyncio.sleep(0.005)
    return (time.perf_counter() - began) * 1000


@dataclass(frozen=True)
class Crowd:
    """How it went to notify many at once. Seconds are since the message was sent."""

    due_s: float
    first_s: float
    last_s: float
    arrivals: Arrivals
    rss_before: int
    rss_peak: int
    cpu_s: dict[str, float]


async def _crowd(site: Site, browsers: Sequence[Browser], arrivals: Any) -> Crowd:
    async with crew(site.settings) as maker:
        workspace_id = await maker.workspace()
        due_s = site.settings.notify_after_min
        await maker.house.notification_preferences.put(workspace_id, EVERYONE, {"push_after": due_s})
        author, *people = await maker.people(workspace_id, len(browsers) + 1)
        await maker.together(
            maker.house.devices.put(_device(member, browser))
            for member, browser in zip(people, browsers, strict=True)
        )
        channel_id = await maker.channel(workspace_id, [author, *people])
        await asyncio.to_thread(site.settle)
        usage, before = Usage(site.pids), Usage(site.pids).resident(WORKER)
        sent, peak = time.time(), before
        draft = Draft(text="@channel the bench is open", confirm_everyone=True)
        await send(maker.house, author.user_id, channel_id, draft)
        found: Arrivals = arrivals()
        while len(found.at) < len(browsers) and time.time() - sent < WITHIN_S:
            await asyncio.sleep(POLL_S)
            peak = max(peak, usage.resident(WORKER))
            found = arrivals()
        times = [at - sent for at in found.at] or [float("nan")]
        return Crowd(due_s, min(times), max(times), found, before, peak, usage.seconds())


def _device(member: Member, browser: Browser) -> DeviceRecord:
    return DeviceRecord(
        id=DeviceId(new_id()),
        user_id=member.user_id,
        kind="webpush",
        target=browser.endpoint,
        name="A browser",
        created_at=now(),
        keys=browser.keys,
    )


def _tell_crowd(section: Section, found: Crowd) -> None:
    whole = sum(found.cpu_s.values()) or 1
    shares = ", ".join(
        f"{name} {seconds / whole:.0%}"
        for name, seconds in sorted(found.cpu_s.items(), key=lambda item: -item[1])
    )
    reached = len(found.arrivals.at)
    section.say(
        f"{PEOPLE} people, each with one web push device, in a channel where somebody calls @channel; pushes are due "
        f"after {found.due_s:g} s; the push service takes {ANSWER_S * 1000:g} ms for each answer.",
        table(
            ["", ""],
            [
                ["devices reached", f"{reached}"],
                ["pushes that came", f"{found.arrivals.pushes}"],
                ["first one had it after, s", number(found.first_s)],
                ["last one had it after, s", number(found.last_s)],
                [
                    "attempts a second, from first to last",
                    number(reached / max(found.last_s - found.first_s, 0.001)),
                ],
                [
                    "attempts a second, from when they were due",
                    number(reached / (found.last_s - found.due_s)),
                ],
                ["worker, MiB resident before", number(found.rss_before / 2**20)],
                ["worker, MiB resident at most", number(found.rss_peak / 2**20)],
            ],
        ),
        f"Of {number(whole)} s of CPU from sending to the last: {shares}.",
    )
    section.faults += list(found.arrivals.faults[:5])
    section.requirements.append(Requirement("devices reached", reached, PEOPLE))
