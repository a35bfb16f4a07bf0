"""Servers that hang: their ports take connections, and nothing answers. Worse than a death, since nobody is told."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from deploy.stack import Stack
from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import ChannelId
from parlour.core.outside.objects import Objects
from parlour.core.settings import Settings
from tests.hanging import hanging
from tests.person import Person, eventually

SETTLED_S = 60.0
HELPS = ("redis", "rabbitmq", "temporal")
"""Servers that sending does without."""


def draft(channel_id: str, text: str) -> dict[str, Any]:
    return {"channel_id": channel_id, "text": text, "client_id": uuid.uuid4().hex}


async def texts(person: Person, channel_id: str) -> list[str]:
    found = await person.get(f"/api/v1/channels/{channel_id}/messages")
    return [message["text"] for message in found["items"]]


@pytest.mark.parametrize("server", HELPS)
async def test_messages_are_stored_and_heard_while_a_helping_server_hangs_and_settled_once_it_goes_on(
    server: str, stack: Stack, ada: Person, ben: Person, house: House, gateways: list[str]
) -> None:
    channel_id = await ada.make_channel("private", ben)
    at_ada, at_ben = await ada.device(gateways[0]), await ben.device(gateways[1])
    with hanging(stack, server):
        answers = [await at_ada.call("message.send", draft(channel_id, f"{i}")) for i in range(5)]
        by_http = await ada.send(channel_id, "by http")
        await at_ben.wait_for("message.sent", lambda p: p["message"]["id"] == by_http["id"])

    assert [answer["ok"] for answer in answers] == [True] * 5
    assert [m["seq"] for m in at_ben.messages(channel_id)] == [
        *(answer["message"]["seq"] for answer in answers),
        by_http["seq"],
    ]

    async def settled() -> bool:
        return (await house.deliveries.settled(ChannelId(channel_id))).settled_seq == by_http["seq"]

    await eventually(settled, within_s=SETTLED_S)


async def test_nothing_is_acknowledged_while_mongodb_hangs_and_sending_again_stores_it_once(
    stack: Stack, ada: Person, ben: Person, stack_settings: Settings
) -> None:
    channel_id = await ada.make_channel("private", ben)
    at_ada, at_ben = await ada.device(), await ben.device()
    by_socket, by_http = draft(channel_id, "by socket"), draft(channel_id, "by http")
    posted = {name: by_http[name] for name in ("text", "client_id")}
    path = f"/api/v1/channels/{channel_id}/messages"
    with hanging(stack, "mongo"):
        refused = await at_ada.call("message.send", by_socket)
        answer = await ada.ask("POST", path, posted)
        ready = await ada.ask("GET", f"http://127.0.0.1:{stack_settings.api_port}/readyz")

    assert (refused["ok"], refused["error"]["code"]) == (False, "unavailable")
    assert (answer.status, answer.code) == (503, "unavailable")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"]
    assert (ready.status, ready.body["dependencies"]["mongodb"]["state"]) == (503, "down")

    async def stored_now() -> bool:
        return bool((await at_ada.call("message.send", by_socket))["ok"])

    await eventually(stored_now, within_s=SETTLED_S)
    assert (await ada.ask("POST", path, posted)).status in (200, 201)
    assert sorted(await texts(ben, channel_id)) == ["by http", "by socket"]
    for text in ("by http", "by socket"):
        await at_ben.wait_for("message.sent", lambda p, text=text: p["message"]["text"] == text)  # type: ignore[misc]
    assert len(at_ben.messages(channel_id)) == len({m["id"] for m in at_ben.messages(channel_id)})


@pytest.mark.parametrize("server", HELPS)
async def test_readiness_names_the_helping_server_that_hangs_and_stays_ready(
    server: str, stack: Stack, ada: Person, stack_settings: Settings
) -> None:
    port = stack_settings.worker_port if server == "temporal" else stack_settings.api_port
    with hanging(stack, server):
        answer = await ada.ask("GET", f"http://127.0.0.1:{port}/readyz")

    assert answer.body["dependencies"][server]["state"] == "down"
    assert answer.body["dependencies"][server]["required"] is (server == "temporal")
    assert answer.status == (503 if server == "temporal" else 200)


async def test_a_file_store_that_hangs_is_given_up_in_time(
    stack: Stack, ada: Person, stack_settings: Settings
) -> None:
    patient, objects = Objects(stack_settings), Objects(stack_settings.model_copy(update={"s3_timeout": 1.0}))
    await patient.put("content/hung", bytes(100))
    clock = asyncio.get_running_loop().time
    with hanging(stack, "seaweedfs"):
        for asking in (
            objects.put("content/other", b"x"),
            objects.put("content/other", _large()),
            objects.read("content/hung"),
            objects.move("content/hung", "content/other"),
            objects.delete(["content/hung"]),
            objects.probe(),
            asyncio.to_thread(objects.open, "content/hung"),
        ):
            began = clock()
            with pytest.raises(UnavailableError):
                await asking
            assert clock() - began < 5
        answer = await ada.ask("GET", f"http://127.0.0.1:{stack_settings.api_port}/readyz")
    s3 = answer.body["dependencies"]["s3"]
    assert (answer.status, s3["state"], s3["required"]) == (200, "down", False)
    await patient.delete(["content/hung", "content/other"])


async def _large() -> AsyncIterator[bytes]:
    for _ in range(20):
        yield bytes(1_000_000)
