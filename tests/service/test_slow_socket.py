"""A device that does not keep up is cut before it fills the gateway's memory, and finds everything again."""

import asyncio
import json
import uuid

import aiohttp

from parlour.core.settings import Settings
from tests.person import Person

AT_ONCE = 50
MOST = 6000


async def cut_for_slowness(person: Person, port: int) -> float:
    metrics = await person.get(f"http://127.0.0.1:{port}/metrics")
    line = next(line for line in metrics.splitlines() if line.startswith("parlour_slow_sockets_total "))
    return float(line.split()[1])


async def test_a_device_that_stops_reading_is_disconnected_and_loses_nothing(
    ada: Person, ben: Person, stack_settings: Settings
) -> None:
    channel = await ada.make_channel("private", ben)
    port = stack_settings.socket_port
    before = await cut_for_slowness(ada, port)
    address = f"http://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as http, http.ws_connect(address, max_msg_size=0) as deaf:
        await deaf.receive()
        await deaf.send_str("40" + json.dumps({"token": ben.token}))
        while not (await deaf.receive()).data.startswith('42["ready"'):
            pass
        sent = await flood(ada, channel, port, lambda: cut_for_slowness(ada, port), before)
    assert await cut_for_slowness(ada, port) == before + 1
    page = await ben.get(f"/api/v1/channels/{channel}/messages?limit=1")
    assert page["items"][0]["n"] == sent


async def flood(ada: Person, channel: str, port: int, cut, before: float) -> int:
    """Send long messages until a socket was cut; return how many were acknowledged."""
    device = await ada.device(f"http://127.0.0.1:{port}")
    sent = 0
    while await cut() == before and sent < MOST:
        payloads = (
            {"channel_id": channel, "text": "x" * 15_000, "client_id": uuid.uuid4().hex}
            for _ in range(AT_ONCE)
        )
        answers = await asyncio.gather(*(device.call("message.send", payload) for payload in payloads))
        assert all(answer["ok"] for answer in answers)
        sent += AT_ONCE
    return sent
