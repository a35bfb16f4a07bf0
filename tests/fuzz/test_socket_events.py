"""Every socket event is acknowledged, whatever it is called with, and no frame takes a gateway down."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st

from parlour.core.settings import Settings
from parlour.socket import messages
from parlour.socket.gateway import HANDLERS
from tests.fuzz.described import Grounds, name_ids
from tests.fuzz.strategies import ANYTHING, PLAIN, cases
from tests.person import WAIT_S, Json, eventually

PAYLOADS = {name: handler.payload for name, handler in HANDLERS.items()} | {messages.SEND: messages.Draft}
EACH = 150
DEEP = "[" * 20_000 + "]" * 20_000
CLOSING = aiohttp.ClientWSTimeout(ws_close=WAIT_S)
FAULT = re.compile(r"Traceback|\bunexpected\b|never retrieved")
FRAMES: list[str | bytes] = [
    "42",
    "42[",
    "42[]",
    "42{}",
    "42null",
    '42"channel.sync"',
    "42[null]",
    "42[7]",
    "42[{}]",
    '42[["channel.sync"]]',
    '42["channel.sync"]',
    '42["channel.sync",1,2,3]',
    '42["connect"]',
    '42["disconnect"]',
    '42["message.send"]',
    '42-1["channel.sync",{}]',
    '421e9["channel.sync",{}]',
    f'42{"9" * 25}["channel.sync",{{}}]',
    f'42{"9" * 40}["channel.sync",{{}}]',
    f'420["channel.sync",{DEEP}]',
    f"42{DEEP}",
    f'420["{"x" * 200_000}",{{}}]',
    '420["\\ud800",{}]',
    "42/other,[1]",
    "41",
    "41/other,",
    "40/other,",
    "43[]",
    "431[]",
    "44{}",
    "451-[{}]",
    '451-["message.send",{"_placeholder":true,"num":0}]',
    "459999999-[]",
    "46",
    "4",
    "5",
    "6",
    "7",
    "2probe",
    "x",
    "\0",
    "",
    "🙈",
    b"",
    b"\x00",
    b"\xff" * 1000,
    b"42[]",
]


@pytest.fixture
def logs(stack_settings: Settings) -> list[Path]:
    """The logs of both gateways."""
    return sorted((stack_settings.data_dir / "log").glob("socket-*.log"))


@pytest.mark.parametrize("name", PAYLOADS)
async def test_every_event_is_answered_whatever_it_is_called_with(name: str, grounds: Grounds) -> None:
    device = await grounds.owner.device()
    loop = asyncio.get_running_loop()

    @settings(PLAIN, max_examples=EACH)
    @given(payload=payloads(name, grounds))
    def try_one(payload: Any) -> None:
        told = asyncio.run_coroutine_threadsafe(device.call(name, payload), loop).result(WAIT_S)
        if not told["ok"]:
            assert told["error"]["detail"], told
            assert told["error"]["code"] != "internal", (payload, told)

    await asyncio.to_thread(try_one)


def payloads(name: str, grounds: Grounds) -> st.SearchStrategy[Any]:
    """Return payloads as the event wants them, such with something broken, and anything at all."""
    schema, components = msgspec.json.schema_components(
        [PAYLOADS[name]], ref_template="#/components/schemas/{name}"
    )
    body = {"required": True, "content": {"application/json": {"schema": schema[0]}}}
    document: Json = {
        "openapi": "3.1.0",
        "info": {"title": name, "version": "1"},
        "paths": {"/event": {"post": {"requestBody": body, "responses": {"200": {"description": ""}}}}},
        "components": {"schemas": components},
    }
    name_ids(document["components"], grounds.ids)
    operation = schemathesis.openapi.from_dict(document)["/event"]["POST"]
    return cases(operation, {}).map(lambda case: case.body) | ANYTHING


@pytest.mark.parametrize("frame", FRAMES, ids=range(len(FRAMES)))
async def test_no_frame_takes_a_gateway_down(
    frame: str | bytes, shared_grounds: Grounds, logs: list[Path]
) -> None:
    ada, before = shared_grounds.owner, faults(logs)
    address = f"{ada.address.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
    async with aiohttp.ClientSession() as http:
        for said_before in ([], ["40"], ["40" + json.dumps({"token": ada.token})]):
            async with http.ws_connect(address, timeout=CLOSING) as socket:
                for sent in [*said_before, frame]:
                    await (socket.send_bytes(sent) if isinstance(sent, bytes) else socket.send_str(sent))
            assert socket.closed
    assert faults(logs) == before


async def test_whoever_is_connected_goes_on_talking_meanwhile(
    shared_grounds: Grounds, logs: list[Path]
) -> None:
    ada, [channel] = shared_grounds.owner, shared_grounds.ids["channel"]
    device = await ada.device()
    for frame in FRAMES:
        await test_no_frame_takes_a_gateway_down(frame, shared_grounds, logs)
    assert (await device.call("presence.set", {"state": "active"}))["ok"]
    sent = await ada.send(channel, "still here")

    async def heard() -> bool:
        return any(message["id"] == sent["id"] for message in device.messages(channel))

    await eventually(heard)


def faults(logs: list[Path]) -> list[str]:
    """Return what gateways said of what they had not expected."""
    assert logs, "the gateways' logs were not found"
    lines = (line for path in logs for line in path.read_text(errors="replace").splitlines())
    return [line for line in lines if FAULT.search(line)]
