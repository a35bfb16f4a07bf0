"""What sockets hear of a channel: once, in order, without a hole, however events arrive."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator

import pytest

from parlour.core.chat.announce import live_entry
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId, new_id
from parlour.core.model.chat import MESSAGE, Entry
from parlour.core.store.channel_log import Origin
from parlour.core.tasks import Tasks
from parlour.socket.feed import Feeds
from tests.person import eventually


class Ear:
    """A feed's sockets: what they heard of one channel whose log holds `entries`."""

    def __init__(self, house: House, channel_id: ChannelId) -> None:
        self.house = house
        self.channel_id = channel_id
        self.heard: list[int] = []
        self.tasks = Tasks()
        self.feeds = Feeds(house.entries, house.log, self.tasks, lambda event: self.heard.append(event.seq))
        self.feeds.open(channel_id)
        self.entries: list[Entry] = []

    async def write(self, count: int) -> None:
        """Append entries to the log, as another process would, without telling the feed."""
        for i in range(count):
            draft = Entry(
                id=EntryId(new_id()),
                channel_id=self.channel_id,
                seq=0,
                n=0,
                kind=MESSAGE,
                author_id=UserId("ada"),
                created_at=now(),
                client_id=uuid.uuid4().hex,
                text=f"{i}",
            )
            appended = await self.house.log.append(draft, Origin(WorkspaceId("w"), "c"))
            self.entries.append(appended.entry)

    def arrive(self, seq: int) -> None:
        self.feeds.accept(self.channel_id, live_entry(self.entries[seq - 1]))

    async def has_heard(self, upto: int) -> None:
        async def heard() -> bool:
            return self.heard == list(range(1, upto + 1))

        await eventually(heard)


@pytest.fixture
async def ear(house: House) -> AsyncIterator[Ear]:
    made = Ear(house, ChannelId(f"feed-{uuid.uuid4().hex}"))
    yield made
    await made.tasks.stop()


async def test_swapped_and_repeated_events_are_heard_once_in_order(ear: Ear) -> None:
    await ear.write(40)
    ear.feeds.start(ear.channel_id, 0)
    arrivals = list(range(1, 41)) * 2
    random.Random(7).shuffle(arrivals)  # noqa: S311 - an order, not a secret
    for seq in arrivals:
        ear.arrive(seq)
    assert ear.heard == list(range(1, 41))


async def test_a_hole_that_does_not_close_is_read_from_the_log(ear: Ear) -> None:
    await ear.write(5)
    ear.feeds.start(ear.channel_id, 0)
    for seq in (1, 5):
        ear.arrive(seq)
    assert ear.heard == [1], "what came early is held"
    await ear.has_heard(5)


async def test_events_before_the_start_is_known_are_held(ear: Ear) -> None:
    await ear.write(4)
    for seq in (2, 3, 4):
        ear.arrive(seq)
    assert ear.heard == []
    ear.feeds.start(ear.channel_id, 2)
    assert ear.heard == [3, 4]


async def test_what_redis_lost_is_delivered_by_a_look_into_the_log(ear: Ear) -> None:
    ear.feeds.start(ear.channel_id, 0)
    await ear.write(1200)
    await ear.feeds.repair_all()
    assert ear.heard == list(range(1, 1201))


async def test_a_closed_channel_hears_nothing(ear: Ear) -> None:
    await ear.write(2)
    ear.feeds.start(ear.channel_id, 0)
    ear.feeds.close(ear.channel_id)
    ear.arrive(1)
    await asyncio.sleep(0)
    assert ear.heard == []
