"""Processes that do nothing but append to channel logs, and tell what became of it."""

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import uvloop

from parlour.core.clock import now
from parlour.core.house import House, open_house
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId, new_id
from parlour.core.model.chat import MESSAGE, Entry
from parlour.core.settings import Settings
from parlour.core.store.channel_log import ChannelLog, Committed, Origin

START_S = 3
"""Until all processes are there and have their connections."""
WARM_UP_S = 1
TEXT = "The quick brown fox jumps over the lazy dog, sixty letters.".ljust(60, ".")


@dataclass(frozen=True)
class Writing:
    """What one process does: so many senders, each with one append at a time, by turns into the channels."""

    channel_ids: Sequence[ChannelId]
    senders: int
    seconds: float
    begins_at: float = field(default_factory=lambda: time.time() + START_S)


@dataclass
class Written:
    """What one process got: latencies within the measured time; which entry got which `seq`, at any time."""

    latencies_ms: list[float] = field(default_factory=list)
    seqs: dict[tuple[ChannelId, EntryId], int] = field(default_factory=dict)


def write_together(writing: Writing, processes: int) -> list[Written]:
    """Do `writing` in each of several processes at the same time."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=fresh) as pool:
        return list(pool.map(write, [writing] * processes))


def write(writing: Writing) -> Written:
    """Do it in this process, on the event loop a gateway has."""
    return uvloop.run(_write(writing))


async def _write(writing: Writing) -> Written:
    written = Written()
    async with open_house(Settings()) as house:
        log = _alone(house)
        house.tasks.start(log.run(), "bench-log")
        await asyncio.sleep(writing.begins_at - time.time())
        begins = time.perf_counter() + WARM_UP_S
        senders = (_send(log, writing, number, begins, written) for number in range(writing.senders))
        await asyncio.gather(*senders)
    return written


def _alone(house: House) -> ChannelLog:
    """Return a log that nobody is told of: no socket, no bus, no delivery."""

    def tell_nobody(_batch: Sequence[Committed]) -> None:
        pass

    limits = house.settings
    return ChannelLog(
        house.entries, committed=tell_nobody, commit_max=limits.commit_max, backlog_max=limits.commit_backlog
    )


async def _send(log: ChannelLog, writing: Writing, number: int, begins: float, written: Written) -> None:
    """Append one entry after the other; count those that were begun and finished within the measured time."""
    author, channel_id = UserId(new_id()), writing.channel_ids[number % len(writing.channel_ids)]
    origin = Origin(WorkspaceId("bench"), "bench")
    ends = begins + writing.seconds
    while (sent := time.perf_counter()) < ends:
        appended = await log.append(_draft(channel_id, author), origin)
        done = time.perf_counter()
        written.seqs[channel_id, appended.entry.id] = appended.entry.seq
        if sent >= begins and done <= ends:
            written.latencies_ms.append((done - sent) * 1000)


def _draft(channel_id: ChannelId, author: UserId) -> Entry:
    entry_id = EntryId(new_id())
    return Entry(
        id=entry_id,
        channel_id=channel_id,
        seq=0,
        n=0,
        kind=MESSAGE,
        author_id=author,
        created_at=now(),
        client_id=entry_id,
        text=TEXT,
    )
