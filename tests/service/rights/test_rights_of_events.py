"""Every socket event, tried in every role and by who is not or no more there, as its handler is declared."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from socketio.exceptions import ConnectionError as RefusedError

from parlour.core.ids import new_id
from parlour.core.model.rights import Right
from parlour.socket.gateway import HANDLERS
from parlour.socket.messages import SEND, Draft
from tests.person import Device, Json, Person
from tests.service.rights import made
from tests.service.rights.tries import PEOPLE_ONLY
from tests.service.rights.world import INSIDE, Gone, World, allows

Make = Callable[[World, Person], Awaitable[Json]]
"""Makes what is sent with an event, about what somebody wrote or started."""


def in_channel(**more: Any) -> Make:
    async def make(world: World, _author: Person) -> Json:
        return {"channel_id": world.channel, **more}

    return make


def at_message(**more: Any) -> Make:
    async def make(world: World, author: Person) -> Json:
        return {"message_id": await made.message(world, author), **more}

    return make


def at_workspace(**more: Any) -> Make:
    async def make(world: World, _author: Person) -> Json:
        return {"workspace_id": world.workspace, **more}

    return make


async def a_message(world: World, _author: Person) -> Json:
    return {"channel_id": world.channel, "text": "Hi", "client_id": new_id()}


async def at_button(world: World, _author: Person) -> Json:
    return {"message_id": await made.message_with_button(world), "action": "go"}


async def at_run(world: World, _author: Person) -> Json:
    return {"workspace_id": world.workspace, "run_id": await made.run(world)}


async def at_somebody(world: World, _author: Person) -> Json:
    return {"workspace_id": world.workspace, "user_ids": [world.maker.id]}


async def nothing(_world: World, _author: Person) -> Json:
    return {"state": "active"}


TRIED: dict[str, Make] = {
    SEND: a_message,
    "message.edit": at_message(text="Edited."),
    "message.delete": at_message(),
    "message.act": at_button,
    "message.pin": at_message(),
    "message.unpin": at_message(),
    "reaction.add": at_message(emoji="👍"),
    "reaction.remove": at_message(emoji="👍"),
    "channel.sync": in_channel(since_seq=0),
    "channel.read": in_channel(n=0),
    "channel.received": in_channel(n=0),
    "command.run": in_channel(text="/me waves"),
    "typing.start": in_channel(),
    "typing.list": in_channel(),
    "presence.set": nothing,
    "presence.list": at_workspace(),
    "presence.watch": at_somebody,
    "workflow.follow": at_run,
    "workflow.unfollow": at_run,
}


def asked_for(name: str) -> tuple[Right | None, Right | None]:
    """Return the right that an event needs, and the one for what is not one's own; sending needs what everybody has."""
    handler = HANDLERS.get(name)
    return (handler.needs, handler.others) if handler else (None, None)


def names_something(name: str) -> bool:
    """Whether what is sent with an event names what not everybody may see."""
    payload = HANDLERS[name].payload if name in HANDLERS else Draft
    return any(field.name.endswith(("_id", "_ids")) for field in msgspec.structs.fields(payload))


def test_every_event_is_tried() -> None:
    assert TRIED.keys() == {SEND, *HANDLERS}


@pytest.mark.parametrize("name", TRIED)
async def test_an_event_goes_by_the_table_in_every_role(world: World, name: str) -> None:
    needs, others = asked_for(name)
    for role in INSIDE:
        person = world.people[role]
        payload = await TRIED[name](world, world.maker if others else person)
        answer = await (await person.device()).call(name, payload)
        for_others = role == "bot" and f"EVENT {name}" in PEOPLE_ONLY
        assert answer["ok"] == (allows(role, needs, others) and not for_others), (role, answer)
        refused = "" if answer["ok"] else answer["error"]["code"]
        assert refused in ("", "missing_right", "not_found", "not_yours", "people_only"), (role, answer)


async def test_every_event_refuses_who_is_not_or_no_more_there(world: World, gone: dict[str, Gone]) -> None:
    wrong: list[str] = []
    for who, somebody in gone.items():
        if somebody.status == 401:
            with pytest.raises(RefusedError):
                await Device(somebody.person.address).connect(somebody.person.token)
            continue
        devices = [await somebody.person.device(), *([somebody.device] if somebody.device else [])]
        for name, make in TRIED.items():
            payload = await make(world, world.maker)
            for device in devices:
                answer = await device.call(name, payload)
                told = "ok" if answer["ok"] else answer["error"]["code"]
                if told != ("not_found" if names_something(name) else "ok"):
                    wrong.append(f"{who} {name}: {answer}")
    assert not wrong, "\n".join(wrong)


async def test_what_somebody_else_wrote_is_edited_in_no_role(world: World) -> None:
    for role in INSIDE:
        device = await world.people[role].device()
        payload = {"message_id": await made.message(world), "text": "Edited."}
        answer = await device.call("message.edit", payload)
        assert (answer["ok"], answer["error"]["code"]) == (False, "not_yours"), role
