"""Slash commands of a workspace's own: an integrator's address is called, signed, and answers at once or later."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from parlour.core.house import House
from tests.hooks.receiver import Receiver, hanging, receiving, saying
from tests.person import Json, Person
from tests.programs import OpenProgram
from tests.service.test_bots import bot_in

NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as opened:
        yield opened


async def make(owner: Person, receiver: Receiver, name: str = "weather") -> Json:
    body = {
        "name": name,
        "url": f"{receiver.address}/weather",
        "usage": "[place]",
        "help": "Tell the weather",
    }
    path = f"/api/v1/workspaces/{owner.workspace['id']}/slash-commands"
    made = dict(await owner.post(path, body))
    receiver.secrets = [made["secret"]]
    return made


def answering(**answer: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def say(_request: web.Request) -> web.StreamResponse:
        return web.json_response(answer)

    return say


async def run(person: Person, channel: str, text: str, **fields: Any) -> Any:
    body = {"text": text, **fields}
    return await person.ask("POST", f"/api/v1/channels/{channel}/commands", body)


async def test_an_answer_is_for_the_caller_alone_or_for_the_channel(
    ada: Person, ben: Person, receiver: Receiver
) -> None:
    channel = await ada.make_channel("private", ben)
    made = await make(ada, receiver)
    at_ada, at_ben = await ada.device(), await ben.device()
    receiver.always = answering(text="It rains in Berlin")
    alone = await at_ben.call("command.run", {"channel_id": channel, "text": "/weather Berlin now"})
    assert (alone["notice"], alone["answered_by"]) == ("It rains in Berlin", "/weather")
    receiver.always = answering(text="It **rains**", response_type="in_channel")
    shared = (await at_ben.call("command.run", {"channel_id": channel, "text": "/weather"}))["message"]
    heard = await at_ada.wait_for("message.sent", lambda p: p["message"]["id"] == shared["id"])
    message = heard["message"]
    assert (message["author_id"], message["user_id"]) == (made["command"]["bot_id"], ben.id)
    assert (message["via"], message["text"]) == ("command", "It **rains**")
    assert not receiver.faults, "both calls are signed"
    given = json.loads(receiver.raw[0][1])
    assert (given["command"], given["text"], given["user_id"]) == ("/weather", "Berlin now", ben.id)
    assert (given["channel_id"], given["workspace_id"]) == (channel, ada.workspace["id"])
    assert [m["text"] for m in at_ada.messages(channel)] == ["It **rains**"]


async def test_it_is_listed_with_parlours_own_and_helps_itself(
    ada: Person, ben: Person, receiver: Receiver
) -> None:
    await make(ada, receiver)
    listed = (await ben.get(f"/api/v1/workspaces/{ben.workspace['id']}/commands"))["items"]
    own = [command for command in listed if command["own"]]
    assert own == [{"name": "weather", "usage": "[place]", "help": "Tell the weather", "own": True}]
    assert "topic" in {command["name"] for command in listed}
    channel = await ben.general()
    helped = await run(ben, channel, "/help weather")
    assert helped.body["notice"] == "/weather [place]: Tell the weather"
    meant = await run(ben, channel, "/waether")
    assert (meant.code, "/weather" in meant.body["detail"]) == ("unknown_command", True)


async def test_later_answers_come_by_the_address_given_along_for_a_while(
    ada: Person, ben: Person, receiver: Receiver, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    await make(ada, receiver)
    receiver.always = saying(200)
    at_ben, at_ada = await ben.device(), await ada.device()
    taken = await run(ben, channel, "/weather")
    assert taken.body["notice"] == "/weather has taken it."
    address = json.loads(receiver.raw[0][1])["response_url"]
    path = urlsplit(address).path
    stranger = Person(ada.address)
    async with stranger:
        alone = await stranger.ask("POST", path, {"text": "Soon"})
        assert alone.status == 204, alone.body
        heard = await at_ben.wait_for("command.answered")
        assert heard == {"channel_id": channel, "command": "/weather", "text": "Soon"}
        shared = await stranger.ask("POST", path, {"text": "Sun", "response_type": "in_channel"})
        assert shared.status == 204
        await at_ada.wait_for("message.sent", lambda p: p["message"]["text"] == "Sun")
        assert not [name for name, _ in at_ada.heard if name == "command.answered"]
        assert (await stranger.ask("POST", path, {"text": ""})).status == 422
        for _ in range(3):
            assert (await stranger.ask("POST", path, {"text": "more"})).status == 204
        enough = await stranger.ask("POST", path, {"text": "a sixth"})
        assert (enough.status, enough.code) == (410, "answers_over")
        for wrong in (path[:-1] + "x", path.replace("command-answers/", "command-answers/0")):
            assert (await stranger.ask("POST", wrong, {"text": "hi"})).status == 404


async def test_answers_at_once_are_counted_once_each(ada: Person, receiver: Receiver) -> None:
    channel = await ada.make_channel("private")
    await make(ada, receiver)
    receiver.always = saying(200)
    await run(ada, channel, "/weather")
    path = urlsplit(json.loads(receiver.raw[0][1])["response_url"]).path
    answers = await asyncio.gather(*(ada.ask("POST", path, {"text": f"{n}"}) for n in range(12)))
    assert sorted(answer.status for answer in answers) == [204] * 5 + [410] * 7


async def test_whoever_left_the_channel_gets_no_answer_into_it(
    ada: Person, ben: Person, receiver: Receiver
) -> None:
    channel = await ada.make_channel("private", ben)
    await make(ada, receiver)
    receiver.always = saying(200)
    await run(ben, channel, "/weather")
    path = urlsplit(json.loads(receiver.raw[0][1])["response_url"]).path
    await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    late = await ada.ask("POST", path, {"text": "Sun", "response_type": "in_channel"})
    assert (late.status, late.code) == (404, "not_found")


@pytest.mark.parametrize(
    ("say", "words"),
    [
        (hanging(4), "no answer within"),
        (saying(500), "answered 500"),
        (saying(302, Location="http://169.254.169.254/"), "redirect"),
        (saying(200, '{"text": 5}', Content_Type="application/json"), "no answer to a command"),
        (saying(200, "nonsense", Content_Type="application/json"), "no answer to a command"),
    ],
)
async def test_an_address_that_fails_is_said_so_to_the_person_who_waits(
    say: Any, words: str, ada: Person, receiver: Receiver
) -> None:
    channel = await ada.make_channel("private")
    await make(ada, receiver)
    receiver.always = say
    failed = await run(ada, channel, "/weather")
    assert (failed.status, failed.code) == (503, "command_failed")
    assert words in failed.body["detail"]
    assert len(receiver.raw) == 1, "a person waits: nothing is tried again"
    assert (await ada.get(f"/api/v1/channels/{channel}/messages"))["items"] == []
    path = f"/api/v1/workspaces/{ada.workspace['id']}/slash-commands"
    [command] = (await ada.get(path))["items"]
    assert words in command["failure"]
    receiver.always = answering(text="Sun")
    assert (await run(ada, channel, "/weather")).status == 200
    [command] = (await ada.get(path))["items"]
    assert command["failure"] == ""


async def test_trying_again_is_known_by_its_id(ada: Person, receiver: Receiver) -> None:
    channel = await ada.make_channel("private")
    await make(ada, receiver)
    for client_id in ("one", "one", "two"):
        await run(ada, channel, "/weather", client_id=client_id)
    ids = [headers["webhook-id"] for headers, _ in receiver.raw]
    assert (ids[0] == ids[1], ids[0] == ids[2]) == (True, False)


async def test_a_secret_is_changed_and_a_command_removed(
    ada: Person, ben: Person, receiver: Receiver
) -> None:
    channel = await ada.make_channel("private")
    made = await make(ada, receiver)
    path = f"/api/v1/workspaces/{ada.workspace['id']}/slash-commands/{made['command']['id']}"
    rotated = await ada.post(f"{path}/secret")
    assert rotated["secret"] != made["secret"]
    receiver.secrets = [rotated["secret"]]
    receiver.always = answering(text="Sun")
    assert (await run(ada, channel, "/weather")).status == 200
    assert not receiver.faults
    changed = await ada.ask("PATCH", path, {"name": "forecast", "help": "Tell what comes"})
    assert (changed.status, changed.body["name"]) == (200, "forecast")
    assert (await run(ada, channel, "/forecast")).body["notice"] == "Sun"
    assert (await ben.ask("DELETE", path)).code == "missing_right"
    assert (await ada.ask("DELETE", path)).status == 204
    assert (await run(ada, channel, "/forecast")).code == "unknown_command"
    audit = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit")
    noted = [entry["action"] for entry in audit["items"] if entry["subject"] == made["command"]["id"]]
    assert noted == ["command.removed", "command.changed", "command.secret_rotated", "command.made"]


async def test_what_cannot_be_a_command_is_refused(ada: Person, ben: Person, receiver: Receiver) -> None:
    await make(ada, receiver)
    path = f"/api/v1/workspaces/{ada.workspace['id']}/slash-commands"
    good = {"name": "deploy", "url": f"{receiver.address}/x", "help": "Deploy"}
    for given, code in (
        ({"name": "topic"}, "command_reserved"),
        ({"name": "/help"}, "command_reserved"),
        ({"name": "two words"}, "invalid"),
        ({"name": "Weather"}, "command_taken"),
        ({"url": "http://10.0.0.1/x"}, "address_refused"),
        ({"url": "http://169.254.169.254/latest"}, "address_refused"),
        ({"url": "https://me:secret@example.com/"}, "invalid"),
        ({"url": "ftp://example.com/"}, "invalid"),
        ({"help": " "}, "invalid"),
        ({"usage": "x" * 101}, "invalid"),
    ):
        refused = await ada.ask("POST", path, good | given)
        assert (refused.status in (409, 422), refused.code) == (True, code), given
    assert (await ben.ask("POST", path, good)).code == "missing_right"


async def test_a_command_of_elsewhere_is_out_of_reach(
    ada: Person, outsider: Person, receiver: Receiver
) -> None:
    made = await make(ada, receiver)
    assert (await run(outsider, await outsider.general(), "/weather")).code == "unknown_command"
    path = f"/api/v1/workspaces/{outsider.workspace['id']}/slash-commands/{made['command']['id']}"
    for method, rest in (("PATCH", ""), ("POST", "/secret"), ("DELETE", "")):
        assert (await outsider.ask(method, path + rest, {})).status == 404


async def test_neither_a_bot_nor_what_it_says_runs_a_command(
    ada: Person, receiver: Receiver, program: OpenProgram
) -> None:
    channel = await ada.make_channel("private")
    await make(ada, receiver)
    bot = await bot_in(ada, channel, program)
    assert (await run(bot, channel, "/weather")).code == "people_only"
    await bot.send(channel, "/weather Berlin")
    assert receiver.raw == []
