"""A backlog of undelivered messages: how fast the delivery workflows settle it once a worker is there."""

import asyncio
import time
import urllib.error
import urllib.request

from parlour.core.chat.send import send
from parlour.core.house import House, open_house
from parlour.core.ids import ChannelId
from tests.bench.effort import Effort
from tests.bench.people import Room, make_rooms
from tests.bench.report import Requirement, Section, number, table
from tests.bench.site import WORKER, Site

CHANNELS = 50
MEMBERS = 10
MESSAGES = 20_000
LEAST = 5000
WITHIN_S = 120


def measure(site: Site, effort: Effort) -> Section:
    """Stop the worker, write the backlog, start the worker, and wait until all is settled."""
    section = Section(f"A backlog of {MESSAGES} messages in {CHANNELS} channels of {MEMBERS}")
    rooms = make_rooms(site.settings, CHANNELS, members=MEMBERS, kind="private")
    site.stack.stop_program(WORKER)
    asyncio.run(_write(site, rooms))
    effort.tell(f"{MESSAGES} messages written")
    started = time.perf_counter()
    site.stack.start_program(WORKER)
    ready = _wait_for_worker(site)
    settled = asyncio.run(_wait_until_settled(site, [room.channel_id for room in rooms]))
    since_ready, since_start = settled - ready, settled - started
    rows = [
        ["since the worker was ready", number(since_ready), number(MESSAGES / since_ready)],
        ["since its process was started", number(since_start), number(MESSAGES / since_start)],
    ]
    section.say(table(["", "s", "messages/s"], rows))
    section.requirements.append(Requirement("messages settled a second", MESSAGES / since_ready, LEAST))
    return section


async def _write(site: Site, rooms: list[Room]) -> None:
    """Send as the product does; leaving the house hands the last events to RabbitMQ."""
    async with open_house(site.settings) as house:
        for _ in range(MESSAGES // CHANNELS // 10):
            await asyncio.gather(
                *(
                    send(house, room.members[i % MEMBERS].user_id, room.channel_id, f"message {i}", None)
                    for room in rooms
                    for i in range(10)
                )
            )


def _wait_for_worker(site: Site) -> float:
    """Return when the worker said that it is ready."""
    address = f"http://127.0.0.1:{site.settings.worker_port}/readyz"
    deadline = time.perf_counter() + WITHIN_S
    while time.perf_counter() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return time.perf_counter()
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise TimeoutError("the worker did not become ready")


async def _wait_until_settled(site: Site, channel_ids: list[ChannelId]) -> float:
    async with open_house(site.settings) as house:
        tails = await house.entries.tails(channel_ids)
        deadline = time.perf_counter() + WITHIN_S
        while time.perf_counter() < deadline:
            if await _is_settled(house, {c: tail.seq for c, tail in tails.items()}):
                return time.perf_counter()
            await asyncio.sleep(0.05)
    raise TimeoutError(f"not everything was settled within {WITHIN_S} s")


async def _is_settled(house: House, tails: dict[ChannelId, int]) -> bool:
    settled = await house.deliveries.settled_seqs(tails)
    return all(settled.get(channel_id, 0) >= seq for channel_id, seq in tails.items())
