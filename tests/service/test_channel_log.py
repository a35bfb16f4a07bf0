"""The channel log on a real replica set: no gap, nothing twice, order kept, whoever writes."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from parlour.core.clock import now
from parlour.core.errors import InvalidError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId, new_id
from parlour.core.model.chat import MESSAGE, Entry, EntryKind
from parlour.core.store.channel_log import ChannelLog, Committed, Origin

ORIGIN = Origin(WorkspaceId("w"), "c")


class Writer:
    """A channel log as one process has it, and what it announced."""

    def __init__(self, house: House, *, backlog_max: int = 1000, entries: Any = None) -> None:
        self.announced: list[Entry] = []
        self.log = ChannelLog(
            entries or house.entries, committed=self._announce, commit_max=50, backlog_max=backlog_max
        )

    def _announce(self, batch: Sequence[Committed]) -> None:
        self.announced += [entry for entry, _ in batch]

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Writer"]:
        task = asyncio.create_task(self.log.run())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def draft(channel_id: ChannelId, client_id: str, kind: EntryKind = MESSAGE) -> Entry:
    return Entry(
        id=EntryId(new_id()),
        channel_id=channel_id,
        seq=0,
        n=0,
        kind=kind,
        author_id=UserId("ada"),
        created_at=now(),
        client_id=client_id,
        text="x" if kind == MESSAGE else None,
    )


@pytest.fixture
def channel_id() -> ChannelId:
    return ChannelId(f"log-{uuid.uuid4().hex}")


async def stored(house: House, channel_id: ChannelId) -> list[Entry]:
    return await house.entries.since(channel_id, 0, limit=10_000)


async def test_entries_are_numbered_without_a_gap_and_announced_in_order(
    house: House, channel_id: ChannelId
) -> None:
    async with Writer(house).running() as writer:
        appended = await asyncio.gather(
            *(writer.log.append(draft(channel_id, f"{i}"), ORIGIN) for i in range(120))
        )
        assert [a.entry.seq for a in appended] == list(range(1, 121))
        assert [e.client_id for e in writer.announced] == [f"{i}" for i in range(120)]
        assert await stored(house, channel_id) == writer.announced


async def test_messages_are_counted_and_other_entries_are_not(house: House, channel_id: ChannelId) -> None:
    kinds: list[EntryKind] = ["channel.created", MESSAGE, "member.joined", MESSAGE]
    async with Writer(house).running() as writer:
        for i, kind in enumerate(kinds):
            await writer.log.append(draft(channel_id, f"{i}", kind), ORIGIN)
    assert [(e.seq, e.n) for e in await stored(house, channel_id)] == [(1, 0), (2, 1), (3, 1), (4, 2)]


async def test_a_repeated_send_in_the_middle_of_a_batch_leaves_no_gap(
    house: House, channel_id: ChannelId
) -> None:
    async with Writer(house).running() as writer:
        first = await writer.log.append(draft(channel_id, "same"), ORIGIN)
        batch = ["a", "same", "b", "same", "c"]
        appended = await asyncio.gather(*(writer.log.append(draft(channel_id, c), ORIGIN) for c in batch))
    assert [a.repeated for a in appended] == [False, True, False, True, False]
    assert appended[1].entry == appended[3].entry == first.entry
    assert [(e.seq, e.client_id) for e in await stored(house, channel_id)] == [
        (1, "same"),
        (2, "a"),
        (3, "b"),
        (4, "c"),
    ]


async def test_writers_that_contend_leave_no_gap_and_keep_each_ones_order(
    house: House, channel_id: ChannelId
) -> None:
    writers = [Writer(house) for _ in range(3)]
    other = ChannelId(f"{channel_id}-calm")

    async def write(writer: Writer, name: str) -> None:
        async with writer.running():
            waits = [writer.log.append(draft(channel_id, f"{name}-{i:03}"), ORIGIN) for i in range(100)]
            waits += [writer.log.append(draft(other, f"{name}-{i:03}"), ORIGIN) for i in range(20)]
            await asyncio.gather(*waits)

    await asyncio.gather(*(write(writer, name) for writer, name in zip(writers, "abc", strict=True)))
    for log_id, each in ((channel_id, 100), (other, 20)):
        entries = await stored(house, log_id)
        assert [e.seq for e in entries] == list(range(1, 3 * each + 1))
        assert [e.n for e in entries] == list(range(1, 3 * each + 1))
        for name in "abc":
            own = [e.client_id for e in entries if (e.client_id or "").startswith(name)]
            assert own == [f"{name}-{i:03}" for i in range(each)]


async def test_a_client_id_used_for_something_else_is_refused(house: House, channel_id: ChannelId) -> None:
    async with Writer(house).running() as writer:
        await writer.log.append(draft(channel_id, "taken", "member.joined"), ORIGIN)
        with pytest.raises(InvalidError):
            await writer.log.append(draft(channel_id, "taken"), ORIGIN)


async def test_a_backlog_beyond_its_limit_is_refused_at_once(house: House, channel_id: ChannelId) -> None:
    writer = Writer(house, backlog_max=3)
    waits = [asyncio.create_task(writer.log.append(draft(channel_id, f"{i}"), ORIGIN)) for i in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(UnavailableError, match="commit_backlog"):
        await writer.log.append(draft(channel_id, "3"), ORIGIN)
    async with writer.running():
        assert [(await wait).entry.seq for wait in waits] == [1, 2, 3]


class HeldBack:
    """The house's entries, whose first insert waits until it is let go."""

    def __init__(self, house: House) -> None:
        self._entries = house.entries
        self.collection = self
        self.begun = asyncio.Event()
        self.let_go = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entries, name)

    async def insert_many(self, documents: list[dict[str, Any]]) -> None:
        first = not self.begun.is_set()
        self.begun.set()
        if first:
            await self.let_go.wait()
        await self._entries.collection.insert_many(documents)


async def test_other_channels_are_stored_while_a_commit_is_slow_and_its_own_wait_in_order(
    house: House, channel_id: ChannelId
) -> None:
    held, other = HeldBack(house), ChannelId(f"{channel_id}-other")
    async with Writer(house, entries=held).running() as writer:
        first = asyncio.create_task(writer.log.append(draft(channel_id, "0"), ORIGIN))
        await held.begun.wait()
        behind = [
            asyncio.create_task(writer.log.append(draft(channel_id, f"{i}"), ORIGIN)) for i in range(1, 60)
        ]
        await asyncio.gather(*(writer.log.append(draft(other, f"{i}"), ORIGIN) for i in range(50)))
        assert not first.done()
        assert not any(task.done() for task in behind)
        held.let_go.set()
        await asyncio.gather(first, *behind)

    assert [entry.client_id for entry in await stored(house, channel_id)] == [f"{i}" for i in range(60)]
    assert [entry.seq for entry in await stored(house, other)] == list(range(1, 51))


async def test_a_batch_that_cannot_be_written_is_refused_and_the_next_is_stored(
    house: House, channel_id: ChannelId
) -> None:
    class Broken(HeldBack):
        async def insert_many(self, documents: list[dict[str, Any]]) -> None:
            if not self.begun.is_set():
                self.begun.set()
                raise RuntimeError("not of MongoDB")
            await super().insert_many(documents)

    async with Writer(house, entries=Broken(house)).running() as writer:
        with pytest.raises(UnavailableError):
            await writer.log.append(draft(channel_id, "0"), ORIGIN)
        await writer.log.append(draft(channel_id, "0"), ORIGIN)

    assert [entry.seq for entry in await stored(house, channel_id)] == [1]
