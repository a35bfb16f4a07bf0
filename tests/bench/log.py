"""The channel log alone: how many appends a second, and that two writers of one channel leave no gap."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from parlour.core.house import open_house
from parlour.core.ids import ChannelId, EntryId, new_id
from parlour.core.model.chat import Entry
from parlour.core.settings import Settings
from parlour.core.store.entries import Entries
from tests.bench.effort import Effort
from tests.bench.processes import Watch
from tests.bench.report import Section, middle, number, spread, table
from tests.bench.site import Site
from tests.bench.writers import Writing, Written, write_together

ROUNDS_MAX = 3
PAGE = 5000


@dataclass(frozen=True)
class Case:
    """Who appends to how many channels."""

    processes: int
    senders: int
    channels: int

    @property
    def name(self) -> str:
        """The case in words."""
        return f"{self.processes} × {self.senders} senders, channels: {self.channels}"


@dataclass
class Found:
    """The turns of one case."""

    rates: list[float] = field(default_factory=list)
    p50_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    others_cores: list[float] = field(default_factory=list)
    appended: int = 0
    faults: list[str] = field(default_factory=list)

    def row(self, name: str) -> list[str]:
        """The case as cells."""
        columns = [self.rates, self.p50_ms, self.p99_ms, self.others_cores]
        return [name, *map(spread, columns), f"{self.appended}", f"{len(self.faults)}"]


CASES = [Case(1, 200, 20), Case(2, 100, 1)]
HEAD = [
    "processes × senders",
    "appends/s",
    "p50 ms",
    "p99 ms",
    "others, cores",
    "read again",
    "gaps or losses",
]


def measure(site: Site, effort: Effort) -> Section:
    """Measure each case in turns."""
    section = Section("The channel log alone")
    found = {case: Found() for case in CASES}
    for _ in range(min(effort.rounds, ROUNDS_MAX)):
        for case, so_far in found.items():
            _turn(site, effort, case, so_far)
            effort.tell(f"log, {case.name}: {number(so_far.rates[-1])} appends/s")
    section.say(
        "Nobody is told of these entries: no socket, no bus, no delivery. Afterwards every log was read from its "
        "beginning: numbered 1, 2, 3 … by `seq` and by `n`, and holding each acknowledged entry under the number "
        "its sender was told, and nothing else.",
        table(HEAD, [so_far.row(case.name) for case, so_far in found.items()]),
    )
    section.faults += [f"{case.name}: {fault}" for case, f in found.items() for fault in f.faults[:10]]
    return section


def _turn(site: Site, effort: Effort, case: Case, found: Found) -> None:
    site.settle()
    channel_ids = [ChannelId(new_id()) for _ in range(case.channels)]
    watch = Watch(site.all_pids)
    parts = write_together(Writing(channel_ids, case.senders, effort.seconds), case.processes)
    found.others_cores.append(watch.others_cores())
    latencies = sorted(latency for part in parts for latency in part.latencies_ms)
    found.rates.append(len(latencies) / effort.seconds)
    found.p50_ms.append(middle(latencies))
    found.p99_ms.append(latencies[int(len(latencies) * 0.99)])
    found.appended += sum(len(part.seqs) for part in parts)
    found.faults += asyncio.run(_faults(site.settings, channel_ids, parts))


async def _faults(
    settings: Settings, channel_ids: Sequence[ChannelId], parts: Sequence[Written]
) -> list[str]:
    """Compare what is stored with what was acknowledged."""
    faults = []
    async with open_house(settings) as house:
        for channel_id in channel_ids:
            told = _told(parts, channel_id)
            stored = await _stored(house.entries, channel_id)
            if [(e.seq, e.n) for e in stored] != [(i, i) for i in range(1, len(stored) + 1)]:
                faults.append(f"{channel_id}: {len(stored)} entries are not numbered 1 to {len(stored)}")
            if {entry.id: entry.seq for entry in stored} != told:
                faults.append(f"{channel_id}: {len(stored)} stored, {len(told)} acknowledged, not the same")
    return faults


def _told(parts: Sequence[Written], channel_id: ChannelId) -> dict[EntryId, int]:
    """Return what all senders of a channel were told."""
    return {
        entry: seq for part in parts for (channel, entry), seq in part.seqs.items() if channel == channel_id
    }


async def _stored(entries: Entries, channel_id: ChannelId) -> list[Entry]:
    stored: list[Entry] = []
    while page := await entries.since(channel_id, stored[-1].seq if stored else 0, limit=PAGE):
        stored += page
    return stored
