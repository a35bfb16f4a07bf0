"""A backlog of undelivered messages: how fast the delivery workflows settle it once a worker is there."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.failure import StackError
from parlour.core.bus import DELIVERY_QUEUE
from parlour.core.chat.send import Draft, send
from parlour.core.house import House, open_house
from parlour.core.ids import ChannelId
from parlour.core.settings import Settings
from tests.bench.effort import Effort
from tests.bench.people import Room, make_rooms
from tests.bench.processes import Watch
from tests.bench.report import Requirement, Section, middle, number, spread, table
from tests.bench.site import WORKER, Site, wait_until_ready

CHANNELS = 50
MEMBERS = 10
MESSAGES = 20_000
AT_ONCE = 10
"""Messages of one channel being sent at a time."""
LEAST = 5000
WITHIN_S = 120
ROUNDS_MAX = 3
POLL_S = 0.05


@dataclass(frozen=True)
class Found:
    """One backlog: events on RabbitMQ, and how long it took until all was settled."""

    events: int
    since_start_s: float
    since_ready_s: float
    others_cores: float


def measure(site: Site, effort: Effort) -> Section:
    """Settle some backlogs, one after the other."""
    section = Section(f"A backlog of {MESSAGES} messages in {CHANNELS} channels of {MEMBERS}")
    found = []
    for _ in range(min(effort.rounds, ROUNDS_MAX)):
        found.append(_turn(site, section))
        effort.tell(f"settled: {number(MESSAGES / found[-1].since_ready_s)} messages/s")
    since_ready, since_start = [f.since_ready_s for f in found], [f.since_start_s for f in found]
    rates = [MESSAGES / seconds for seconds in since_ready]
    section.say(
        f"Sent while the worker was stopped; {spread([f.events for f in found])} events waited on RabbitMQ. "
        f"Others took {spread([f.others_cores for f in found])} cores meanwhile.",
        table(
            ["", "s", "messages/s"],
            [
                ["since the worker was ready", spread(since_ready), spread(rates)],
                [
                    "since its process was started",
                    spread(since_start),
                    spread([MESSAGES / s for s in since_start]),
                ],
            ],
        ),
    )
    section.requirements.append(Requirement("messages settled a second", middle(rates), LEAST))
    return section


def _turn(site: Site, section: Section) -> Found:
    """Stop the worker, write a backlog, start the worker, and wait until all is settled."""
    rooms = make_rooms(site.settings, CHANNELS, members=MEMBERS, kind="private")
    site.settle()
    site.stack.stop_program(WORKER)
    asyncio.run(_write(site.settings, rooms))
    site.settle()
    return asyncio.run(_settle(site, section, [room.channel_id for room in rooms]))


async def _write(settings: Settings, rooms: list[Room]) -> None:
    """Send as the product does; leaving the house hands the last events to RabbitMQ."""
    async with open_house(settings) as house:
        for _ in range(MESSAGES // CHANNELS // AT_ONCE):
            await asyncio.gather(
                *(
                    send(
                        house, room.members[i % MEMBERS].user_id, room.channel_id, Draft(text=f"message {i}")
                    )
                    for room in rooms
                    for i in range(AT_ONCE)
                )
            )


async def _settle(site: Site, section: Section, channel_ids: Sequence[ChannelId]) -> Found:
    """Start the worker and time it; the house is open before, so that opening it costs the worker nothing."""
    async with open_house(site.settings) as house:
        tails = {
            channel_id: tail.seq for channel_id, tail in (await house.entries.tails(channel_ids)).items()
        }
        events = await _waiting_events(house)
        if await house.deliveries.settled_seqs(channel_ids) or sum(tails.values()) != MESSAGES or not events:
            section.faults.append(f"not the backlog that was meant: {sum(tails.values())}, {events} events")
        watch, started = Watch(site.all_pids), time.perf_counter()
        # Supervisord answers only once the worker has stayed up for a second; it may be ready before.
        starting = asyncio.create_task(asyncio.to_thread(site.stack.start_program, WORKER))
        ready = await asyncio.to_thread(wait_until_ready, site.settings.worker_port)
        settled = await _wait_until_settled(house, tails)
        await starting
        others = watch.others_cores(started=site.pids[WORKER])
        return Found(events, settled - started, settled - ready, others)


async def _waiting_events(house: House) -> int:
    channel = await house.bus.channel()
    queue = await channel.declare_queue(DELIVERY_QUEUE, passive=True)
    return queue.declaration_result.message_count or 0


async def _wait_until_settled(house: House, tails: dict[ChannelId, int]) -> float:
    deadline = time.perf_counter() + WITHIN_S
    while time.perf_counter() < deadline:
        settled = await house.deliveries.settled_seqs(tails)
        if all(settled.get(channel_id, 0) >= seq for channel_id, seq in tails.items()):
            return time.perf_counter()
        await asyncio.sleep(POLL_S)
    raise StackError(f"not everything was settled within {WITHIN_S} s")
