"""Who is here: by all devices, over all gateways, told once and to those who look."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from deploy.free_ports import free_ports
from deploy.program import Port
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.presence import PresenceBook, online
from parlour.core.settings import Settings
from tests.conftest import Signup
from tests.person import Device, Json, Person, eventually

QUICK = {"PARLOUR_HEARTBEAT": "0.2", "PARLOUR_PRESENCE_SECONDS": "1", "PARLOUR_PRESENCE_GATHER": "0.1"}


def of(person: Person, state: str) -> Json:
    return {"user_id": person.id, "state": state}


async def told(device: Device, person: Person, state: str) -> None:
    await device.wait_for("presence.changed", lambda p: p == of(person, state))


def states(device: Device, person: Person) -> list[str]:
    """Return what a device has heard of a person, in order."""
    return [p["state"] for n, p in device.heard if n == "presence.changed" and p["user_id"] == person.id]


async def listed(device: Device, person: Person) -> dict[str, str]:
    answer = await device.call("presence.list", {"workspace_id": person.workspace["id"]})
    return {one["user_id"]: one["state"] for one in answer["online"]}


def gateways(settings: Settings) -> list[str]:
    return [f"http://127.0.0.1:{settings.socket_port + i}" for i in range(settings.socket_processes)]


async def test_a_person_is_active_while_any_device_is_whatever_gateway_it_is_at(
    ada: Person, ben: Person, stack_settings: Settings
) -> None:
    first, second = gateways(stack_settings)
    at_ada = await ada.device(first)
    laptop, phone = await ben.device(first), await ben.device(second)
    await told(at_ada, ben, "active")
    await laptop.call("presence.set", {"state": "away"})
    await phone.call("presence.set", {"state": "active"})
    assert (await listed(at_ada, ada))[ben.id] == "active"
    assert "away" not in states(at_ada, ben)
    await phone.call("presence.set", {"state": "away"})
    await told(at_ada, ben, "away")
    await phone.close()
    await laptop.close()
    await told(at_ada, ben, "offline")
    assert ben.id not in await listed(at_ada, ada)


async def test_the_last_active_device_leaves_the_person_away_on_the_other(ada: Person, ben: Person) -> None:
    at_ada, laptop, phone = await ada.device(), await ben.device(), await ben.device()
    await laptop.call("presence.set", {"state": "away"})
    await phone.close()
    await told(at_ada, ben, "away")
    assert "offline" not in states(at_ada, ben)


async def test_whoever_reloads_a_page_never_left(ada: Person, ben: Person, sign_up: Signup) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    at_ada, at_ben, at_cleo = await ada.device(), await ben.device(), await cleo.device()
    await told(at_ada, ben, "active")
    await at_ben.close()
    await ben.device()
    await at_cleo.close()
    await told(at_ada, cleo, "offline")
    assert "offline" not in states(at_ada, ben)


async def test_what_a_device_first_says_is_told_even_if_it_is_no_news(ada: Person, ben: Person) -> None:
    at_ben, at_ada = await ben.device(), await ada.device()
    assert states(at_ada, ben) == []
    assert (await at_ben.call("presence.set", {"state": "active"}))["ok"]
    await told(at_ada, ben, "active")


async def test_a_device_that_watches_hears_of_those_alone(ada: Person, ben: Person, sign_up: Signup) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    at_ada, at_ben = await ada.device(), await ben.device()
    workspace = ada.workspace["id"]
    watching = {"workspace_id": workspace, "user_ids": [ben.id, cleo.id]}
    await eventually(lambda: listed_has(at_ada, ada, ben))
    answer = await at_ada.call("presence.watch", watching)
    assert answer["online"] == [of(ben, "active")]
    at_cleo = await cleo.device()
    await told(at_ada, cleo, "active")
    answer = await at_ada.call("presence.watch", watching | {"user_ids": [cleo.id]})
    assert answer["online"] == [of(cleo, "active")]
    heard = len(states(at_ada, ben))
    await at_ben.call("presence.set", {"state": "away"})
    await told(at_cleo, ben, "away")
    await at_cleo.call("presence.set", {"state": "away"})
    await told(at_ada, cleo, "away")
    assert len(states(at_ada, ben)) == heard


async def listed_has(device: Device, person: Person, other: Person) -> bool:
    return other.id in await listed(device, person)


async def test_nobody_watches_people_of_elsewhere(ada: Person, outsider: Person) -> None:
    at_ada, at_eve = await ada.device(), await outsider.device()
    await eventually(lambda: listed_has(at_eve, outsider, outsider))
    theirs = {"workspace_id": outsider.workspace["id"], "user_ids": [outsider.id]}
    refused = await at_ada.call("presence.watch", theirs)
    assert refused["error"]["code"] == "not_found"
    here = {"workspace_id": ada.workspace["id"], "user_ids": [outsider.id]}
    assert (await at_ada.call("presence.watch", here))["online"] == []
    await at_eve.call("presence.set", {"state": "away"})
    await told(at_eve, outsider, "away")
    assert states(at_ada, outsider) == []


async def test_who_watches_too_many_is_told_the_limit(ada: Person, stack_settings: Settings) -> None:
    many = [f"u{i}" for i in range(stack_settings.presence_watch_max + 1)]
    at_ada = await ada.device()
    refused = await at_ada.call("presence.watch", {"workspace_id": ada.workspace["id"], "user_ids": many})
    assert refused["error"]["code"] == "invalid"
    assert "presence_watch_max" in refused["error"]["detail"]


async def test_who_left_the_workspace_is_offline_there_and_hears_of_nobody(ada: Person, ben: Person) -> None:
    at_ada, at_ben = await ada.device(), await ben.device()
    await told(at_ada, ben, "active")
    await at_ben.call("presence.watch", {"workspace_id": ada.workspace["id"], "user_ids": [ada.id]})
    await ada.ask("DELETE", f"/api/v1/workspaces/{ada.workspace['id']}/members/{ben.id}")
    await told(at_ada, ben, "offline")
    await at_ada.call("presence.set", {"state": "away"})
    await told(at_ada, ada, "away")
    assert "away" not in states(at_ben, ada)
    refused = await at_ben.call("presence.list", {"workspace_id": ada.workspace["id"]})
    assert refused["error"]["code"] == "not_found"


# Gateways whose heartbeats are short.


@contextmanager
def quick_gateway() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    [port] = free_ports([Port(0, "port")]).values()
    command = [str(Path(sys.executable).with_name("parlour")), "socket"]
    process = subprocess.Popen(command, env=os.environ | QUICK | {"PARLOUR_SOCKET_PORT": port})
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
async def two_quick() -> AsyncIterator[tuple[str, str, subprocess.Popen[bytes]]]:
    with quick_gateway() as (first, _), quick_gateway() as (second, process):
        async with aiohttp.ClientSession() as http:
            for address in (first, second):
                await eventually(partial(answers, http, f"{address}/readyz"))
        yield first, second, process


async def answers(http: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with http.get(address) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


async def test_people_of_a_gateway_that_was_killed_are_offline_soon(
    ada: Person, ben: Person, two_quick: tuple[str, str, subprocess.Popen[bytes]]
) -> None:
    first, second, process = two_quick
    at_ada = await ada.device(first)
    await ben.device(second)
    await told(at_ada, ben, "active")
    process.kill()
    await told(at_ada, ben, "offline")
    assert await listed(at_ada, ada) == {ada.id: "active"}


async def test_what_redis_forgot_is_said_again(
    ada: Person, ben: Person, house: House, two_quick: tuple[str, str, subprocess.Popen[bytes]]
) -> None:
    first, second, _ = two_quick
    workspace = WorkspaceId(ada.workspace["id"])
    await ada.device(first)
    await ben.device(second)

    async def both() -> bool:
        return set(await online(house.redis, workspace)) == {ada.id, ben.id}

    await eventually(both)
    keys = [key async for key in house.redis.scan_iter(f"here:{workspace}*")]
    await house.redis.delete(*keys)
    await eventually(both)


# The book itself.


async def test_a_heartbeat_ends_what_a_dead_gateway_said_and_spares_who_is_elsewhere(house: House) -> None:
    workspace = WorkspaceId(f"w-{os.urandom(8).hex()}")
    ada, ben, cleo = UserId("ada"), UserId("ben"), UserId("cleo")
    dead = PresenceBook(house.redis, f"dead-{workspace}", seconds=0.001)
    alive = PresenceBook(house.redis, f"alive-{workspace}", seconds=60)
    await alive.say(workspace, {cleo: "away", ada: "active"})
    await dead.say(workspace, {ada: "away", ben: "active", cleo: "active"})
    await asyncio.sleep(0.002)
    async with house.redis.pubsub(ignore_subscribe_messages=True) as pubsub:
        await pubsub.subscribe(f"presence:alive-{workspace}")
        assert await alive.keep([workspace]) == []
        message = None
        while message is None:
            message = await pubsub.get_message(timeout=5)
    for name, state in (("ben", "offline"), ("cleo", "away")):
        assert f'["{name}","{state}"]'.encode() in message["data"]
    assert b"ada" not in message["data"]
    assert await online(house.redis, workspace) == {cleo: "away", ada: "active"}
    assert await dead.keep([workspace]) == [workspace], "a gateway that comes back has to say it again"
