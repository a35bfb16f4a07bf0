"""The books: what was acknowledged against what is stored, shown and settled."""

import time

from parlour.core.house import House
from parlour.core.ids import ChannelId
from parlour.core.model.chat import MESSAGE, Entry
from tests.faults.under_load.load import Listener, Load, Talker
from tests.person import Json, Person, eventually

EVERYTHING = 100_000
SETTLED_WITHIN_S = 60.0
SHOWN_WITHIN_S = 20.0


async def assert_nothing_lost_nothing_twice(load: Load, house: House, reader: Person) -> None:
    """Compare every acknowledgement with the store, the API and the listeners."""
    for channel_id in load.channel_ids:
        stored = await house.entries.since(ChannelId(channel_id), 0, limit=EVERYTHING)
        _assert_well_numbered(stored)
        _assert_what_was_acknowledged(stored, [t for t in load.talkers if t.channel_id == channel_id])
        await _assert_read_by_http(reader, channel_id, stored)
        for listener in load.listeners:
            await _assert_shown(listener, channel_id, stored)


def _assert_well_numbered(stored: list[Entry]) -> None:
    """Expect seq 1, 2, 3 … without a gap, and so n among the messages."""
    assert [entry.seq for entry in stored] == list(range(1, len(stored) + 1))
    ns = [entry.n for entry in stored if entry.kind == MESSAGE]
    assert ns == list(range(1, len(ns) + 1))


def _assert_what_was_acknowledged(stored: list[Entry], talkers: list[Talker]) -> None:
    """Expect of each talker exactly what they sent, once, in their order, as it was acknowledged."""
    messages = [entry for entry in stored if entry.kind == MESSAGE]
    for talker in talkers:
        own = [entry for entry in messages if entry.author_id == talker.person.id]
        assert [entry.client_id for entry in own] == talker.sent
        assert [(entry.id, entry.seq) for entry in own] == [(a.id, a.seq) for a in talker.acks.values()]
        assert [entry.text for entry in own] == [f"{i + 1}" for i in range(len(own))]
    assert len(messages) == sum(len(talker.sent) for talker in talkers), "someone else wrote"


async def _assert_read_by_http(reader: Person, channel_id: str, stored: list[Entry]) -> None:
    changes = await _pages(reader, f"/api/v1/channels/{channel_id}/changes?since_seq=", "seq", stored)
    assert [(entry["seq"], entry["id"]) for entry in changes] == [(entry.seq, entry.id) for entry in stored]
    messages = await _pages(reader, f"/api/v1/channels/{channel_id}/messages?after_n=", "n", stored)
    expected = [(entry.n, entry.id) for entry in stored if entry.kind == MESSAGE]
    assert [(message["n"], message["id"]) for message in messages] == expected


async def _pages(reader: Person, path: str, key: str, stored: list[Entry]) -> list[Json]:
    """Page through everything; a load stays below `sync_max`, within which `changes` tells from the start."""
    found: list[Json] = []
    while items := (await reader.get(f"{path}{found[-1][key] if found else 0}&limit=200"))["items"]:
        found += items
        assert len(found) <= len(stored)
    return found


async def _assert_shown(listener: Listener, channel_id: str, stored: list[Entry]) -> None:
    """Expect every entry without asking; asking then tells nothing new."""
    ids = {entry.seq: entry.id for entry in stored}

    async def holds_all() -> bool:
        return len(listener.ids[channel_id]) >= len(ids)

    await eventually(holds_all, within_s=SHOWN_WITHIN_S)
    await listener.sync(channel_id)
    assert listener.ids[channel_id] == ids
    assert listener.faults == []


async def seconds_until_settled(load: Load, house: House, *, since: float) -> float:
    """Return how long after `since` all that is stored now is settled; expects that within the promised time."""
    tails = await house.entries.tails([ChannelId(channel_id) for channel_id in load.channel_ids])

    async def settled() -> bool:
        found = await house.deliveries.settled_seqs(tails)
        return all(found.get(channel_id, 0) >= tail.seq for channel_id, tail in tails.items())

    await eventually(settled, within_s=since + SETTLED_WITHIN_S - time.monotonic())
    return time.monotonic() - since
