"""Outgoing webhooks: events reach an integrator signed, in order and none lost; what fails is on record."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from standardwebhooks.webhooks import Webhook as Verifier

from parlour.core.house import House
from parlour.core.webhooks.events import TITLES
from tests.hooks.receiver import Receiver, hanging, hanging_up, receiving, saying
from tests.person import Json, Person, eventually
from tests.service.test_incoming_webhooks import make_hook, post

EVERYTHING = list(TITLES)


def hooks_of(person: Person) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/webhooks"


async def make(person: Person, receiver: Receiver, **given: Any) -> str:
    """Make a webhook, tell the receiver its secret, and return its path."""
    wanted = {"name": "CI", "url": f"{receiver.address}/hook", "events": EVERYTHING, **given}
    made = await person.post(hooks_of(person), wanted)
    receiver.secrets.append(made["secret"])
    return f"{hooks_of(person)}/{made['webhook']['id']}"


async def got(receiver: Receiver, kind: str, count: int = 1) -> list[Json]:
    """Wait for so many events of a kind, and return them."""

    async def came() -> list[Json] | None:
        found = receiver.events(kind)
        return found if len(found) >= count else None

    return list(await eventually(came, within_s=60))


async def log_of(
    person: Person, hook: str, done: Callable[[list[Json]], bool], state: str = ""
) -> list[Json]:
    """Return a webhook's log once it is as wanted."""

    async def is_so() -> list[Json] | None:
        page = await person.get(f"{hook}/deliveries?limit=200" + (f"&state={state}" if state else ""))
        return page["items"] if page["items"] and done(page["items"]) else None

    return list(await eventually(is_so, within_s=60))


async def test_events_of_a_channel_come_signed_and_in_their_order(
    ada: Person, ben: Person, receiver: Receiver
) -> None:
    channel = await ada.make_channel("public", name="builds")
    await make(ada, receiver, channel_ids=[channel])
    await ben.post(f"/api/v1/channels/{channel}/members", {"user_id": ben.id}, status=204)
    message = await ben.send(channel, "engine **1.2** is out")
    await ada.ask("PUT", f"/api/v1/messages/{message['id']}/reactions/%F0%9F%91%8D")
    await ben.ask("PATCH", f"/api/v1/messages/{message['id']}", {"text": "engine 1.3 is out"})
    await ada.ask("DELETE", f"/api/v1/messages/{message['id']}/reactions/%F0%9F%91%8D")
    await ben.ask("DELETE", f"/api/v1/messages/{message['id']}")
    await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    await ada.ask("PATCH", f"/api/v1/channels/{channel}", {"archived": True})
    await got(receiver, "channel.archived")
    assert [event["type"] for event in receiver.events()] == [
        "member.joined",
        "message.sent",
        "reaction.added",
        "message.edited",
        "reaction.removed",
        "message.deleted",
        "member.left",
        "channel.archived",
    ]
    assert receiver.faults == []
    seqs = [e["data"].get("seq") or e["data"]["message"]["seq"] for e in receiver.events()]
    assert seqs == sorted(seqs)
    left = receiver.events("member.left")[0]["data"]
    assert (left["user"]["id"], left["by"]["id"]) == (ben.id, ada.id)
    assert left["channel"] == {"id": channel, "name": "builds", "kind": "public"}


async def test_each_event_is_as_its_schema_says(ada: Person, ben: Person, receiver: Receiver) -> None:
    await make(ada, receiver)
    listed = {one["name"]: one for one in (await ben.get("/api/v1/webhook-events"))["items"]}
    assert set(listed) == set(EVERYTHING)
    channel = await ada.make_channel("public")
    message = await ada.send(channel, "hello")
    await ada.ask("PATCH", f"/api/v1/messages/{message['id']}", {"text": "hello again"})
    await ada.ask("PUT", f"/api/v1/messages/{message['id']}/reactions/%F0%9F%91%8D")
    await ada.ask("DELETE", f"/api/v1/messages/{message['id']}")
    await got(receiver, "message.deleted")
    assert {"channel.created", "message.sent", "reaction.added"} <= {e["type"] for e in receiver.events()}
    for event in receiver.events():
        Draft202012Validator(listed[event["type"]]["schema"]).validate(event)


async def test_nothing_is_lost_and_nothing_comes_twice(ada: Person, ben: Person, receiver: Receiver) -> None:
    channel = await ada.general()
    await make(ada, receiver, events=["message.sent"])
    receiver.script.extend([saying(500), hanging_up(), saying(503), saying(200)])
    sent = [(await person.send(channel, f"m{n}"))["id"] for n in range(30) for person in (ada, ben)]
    events = await got(receiver, "message.sent", len(sent))
    assert sorted(event["data"]["message"]["id"] for event in events) == sorted(sent)
    assert len(receiver.ids()) == len(set(receiver.ids())) == len(sent)
    assert receiver.faults == []


async def test_keywords_bots_and_other_channels_are_left_out_as_asked(
    ada: Person, ben: Person, receiver: Receiver
) -> None:
    general, other = await ada.general(), await ada.make_channel("public")
    await make(
        ada, receiver, events=["message.sent"], channel_ids=[general], keywords=["deploy now", "rollback"]
    )
    _, url = await make_hook(ada, general)
    for text in ("Please DEPLOY, now!", "deploy later", "rollbacks happen", "we need a Rollback."):
        await ben.send(general, text)
    await ada.send(other, "rollback")
    assert (await post(url, {"text": "rollback by a bot"}))[1] == "ok"
    await ben.send(general, "rollback: the last")
    await got(receiver, "message.sent", 3)
    texts = [event["data"]["message"]["text"] for event in receiver.events()]
    assert texts == ["Please DEPLOY, now!", "we need a Rollback.", "rollback: the last"]


async def test_bots_are_told_of_where_that_is_asked_for(ada: Person, receiver: Receiver) -> None:
    general = await ada.general()
    await make(ada, receiver, events=["message.sent"], from_bots=True)
    _, url = await make_hook(ada, general)
    assert (await post(url, {"attachments": [{"text": "disk full", "color": "danger"}]}))[1] == "ok"
    [event] = await got(receiver, "message.sent")
    assert event["data"]["message"]["author"]["kind"] == "bot"
    assert event["data"]["message"]["cards"][0]["colour"] == "#e01e5a"


async def test_private_channels_are_told_of_by_name_alone_and_conversations_never(
    ada: Person, ben: Person, receiver: Receiver
) -> None:
    private, theirs = await ada.make_channel("private", ben), await ben.make_channel("private")
    direct = await ada.make_channel("direct", ben)
    for channel in (theirs, direct):
        wanted = {"name": "a", "url": receiver.address, "events": ["message.sent"], "channel_ids": [channel]}
        assert (await ada.ask("POST", hooks_of(ada), wanted)).status in (404, 422)
    async with receiving() as named:
        await make(ada, receiver, events=["message.sent"])
        hook = await make(ada, named, events=["message.sent"], channel_ids=[private])
        for channel in (private, theirs, direct):
            await ben.send(channel, "a secret")
        await ben.send(await ada.general(), "for all")
        [event] = await got(named, "message.sent")
        assert event["data"]["channel"]["id"] == private
        assert [e["data"]["message"]["text"] for e in await got(receiver, "message.sent")] == ["for all"]
        # What waits for a webhook whose maker may not see the channel any more is not told either.
        named.always = saying(500)
        await ben.send(private, "said while its maker was in it")
        await log_of(ada, hook, lambda items: items[0]["state"] == "retrying")
        assert (await ada.ask("DELETE", f"/api/v1/channels/{private}/members/{ada.id}")).status == 204
        named.always = None
        [dropped] = await log_of(ada, hook, lambda items: len(items) == 1, "dropped")
        assert "may not see" in dropped["words"]
        await ben.send(private, "said after that")
        await ben.send(await ada.general(), "later")
        await got(receiver, "message.sent", 2)
        assert len(named.events()) == 1


async def test_what_fails_is_tried_again_and_each_attempt_is_on_record(
    ada: Person, receiver: Receiver
) -> None:
    channel = await ada.general()
    hook = await make(ada, receiver, events=["message.sent"])
    receiver.script.extend([saying(500, "out of\x00 order"), saying(307, Location="http://169.254.169.254/")])
    await ada.send(channel, "hello")
    [entry] = await log_of(ada, hook, lambda items: items[0]["state"] == "delivered")
    assert [one["status"] for one in entry["attempts"]] == [500, 307, 200]
    assert entry["attempts"][0]["answer"] == "out of\ufffd order"
    assert "not followed" in entry["attempts"][1]["words"]
    assert entry["attempts"][2]["answer"] == "thanks"
    assert {one["headers"]["webhook-id"] for one in entry["attempts"]} == {entry["id"]}
    assert "hello" not in json.dumps(entry)
    state = await ada.get(hook)
    assert (state["webhook"]["failures"], state["waiting"], state["dead"]) == (0, 0, 0)
    assert state["workflow"]["id"] == f"webhook/{state['webhook']['id']}"


async def test_one_that_is_slow_holds_up_no_other(ada: Person, receiver: Receiver) -> None:
    channel = await ada.general()
    async with receiving() as slow:
        slow.always = hanging(8)
        await make(ada, slow, events=["message.sent"])
        await make(ada, receiver, events=["message.sent"])
        for n in range(3):
            await ada.send(channel, f"m{n}")
        await got(receiver, "message.sent", 3)
        assert slow.got == []


async def test_a_receiver_that_is_gone_disables_its_webhook_and_its_maker_is_told(
    ada: Person, receiver: Receiver, house: House
) -> None:
    channel = await ada.general()
    hook = await make(ada, receiver, events=["message.sent"])
    receiver.always = saying(410)
    await ada.send(channel, "hello")

    async def is_disabled() -> Json | None:
        state = await ada.get(hook)
        return None if state["webhook"]["enabled"] else state

    state = await eventually(is_disabled, within_s=60)
    assert "410" in state["webhook"]["disabled_why"]
    assert state["dead"] == 1
    await ada.send(channel, "told to nobody")
    audit = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit")
    assert "webhook.disabled" in [entry["action"] for entry in audit["items"]]
    mail = await house.database.account_mails.find_one({"to": ada.email, "kind": "webhook_disabled"})
    assert mail is not None
    refused = await ada.ask("POST", f"{hook}/redrive", {"all": True})
    assert (refused.status, refused.code) == (409, "webhook_disabled")
    receiver.always = None
    assert (await ada.ask("PATCH", hook, {"enabled": True})).status == 200
    assert (await ada.post(f"{hook}/redrive", {"all": True}, status=202)) == {"redriven": 1}
    [event] = await got(receiver, "message.sent")
    assert event["data"]["message"]["text"] == "hello"


async def test_a_test_tells_at_once_what_the_receiver_answers(ada: Person, receiver: Receiver) -> None:
    hook = await make(ada, receiver)
    receiver.script.append(saying(401, "who are you?"))
    made = await ada.post(f"{hook}/ping", status=202)
    [entry] = await log_of(ada, hook, lambda items: any(one.get("answer") for one in items[0]["attempts"]))
    assert (entry["id"], entry["event"]) == (made["id"], "webhook.ping")
    assert entry["attempts"][0]["answer"] == "who are you?"
    [event] = await got(receiver, "webhook.ping")
    assert event["data"]["webhook_id"] in hook
    assert receiver.faults == []


async def test_a_secret_is_shown_once_and_two_sign_while_it_is_changed(
    ada: Person, receiver: Receiver, house: House
) -> None:
    hook = await make(ada, receiver)
    first = receiver.secrets.pop()
    second = (await ada.post(f"{hook}/rotate", status=200))["secret"]
    assert first not in json.dumps(await ada.get(hook))
    stored = str(await house.database.webhooks.find_one({"_id": hook.rpartition("/")[2]}))
    assert first.removeprefix("whsec_") not in stored
    await ada.post(f"{hook}/ping", status=202)
    await got(receiver, "webhook.ping")
    headers, body = receiver.raw[-1]
    for secret in (first, second):
        Verifier(secret).verify(body, headers)
    third = (await ada.post(f"{hook}/rotate", status=200))["secret"]
    await ada.post(f"{hook}/ping", status=202)
    await got(receiver, "webhook.ping", 2)
    headers, body = receiver.raw[-1]
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (second, third):
        Verifier(secret).verify(body, headers)


async def test_dead_letters_are_sent_again_one_by_one_or_all(ada: Person, receiver: Receiver) -> None:
    channel = await ada.general()
    hook = await make(ada, receiver, events=["message.sent"])
    receiver.always = saying(500)
    for n in range(3):
        await ada.send(channel, f"m{n}")
    await log_of(ada, hook, lambda items: len(items) == 3)
    await ada.ask("PATCH", hook, {"enabled": False})
    dead = await log_of(ada, hook, lambda items: len(items) == 3, "dead")
    receiver.always = None
    await ada.ask("PATCH", hook, {"enabled": True})
    one = {"ids": [dead[-1]["id"], "msg_nobodys"]}
    assert (await ada.post(f"{hook}/redrive", one, status=202)) == {"redriven": 1}
    await got(receiver, "message.sent", 1)
    assert (await ada.post(f"{hook}/redrive", {"all": True}, status=202)) == {"redriven": 2}
    await got(receiver, "message.sent", 3)
    again = await ada.ask("POST", f"{hook}/redrive", {})
    assert (again.status, again.body["errors"][0]["field"]) == (422, "ids")


async def test_the_log_comes_in_pages(ada: Person, receiver: Receiver) -> None:
    channel = await ada.general()
    hook = await make(ada, receiver, events=["message.sent"])
    sent = [(await ada.send(channel, f"m{n}"))["id"] for n in range(5)]
    await got(receiver, "message.sent", 5)
    seen, cursor = [], ""
    while True:
        page = await ada.get(f"{hook}/deliveries?limit=2{cursor}")
        seen += [item["subject"] for item in page["items"]]
        if not page["next"]:
            break
        cursor = f"&cursor={page['next'].replace(' ', '%20')}"
    assert seen == sent[::-1]


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/", "https://10.0.0.1/", "https://169.254.169.254/", "https://localhost:6379@example.com/",
        "ftp://example.com/", "nonsense", "", "https://[::1]/", "https://127.0.0.2/", "https://0x7f.1/" + "a" * 3000,
    ],
)  # fmt: skip
async def test_an_address_that_may_not_be_called_is_refused_when_it_is_entered(ada: Person, url: str) -> None:
    refused = await ada.ask("POST", hooks_of(ada), {"name": "a", "url": url, "events": ["message.sent"]})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "url")


async def test_only_who_manages_integrations_manages_webhooks(
    ada: Person, ben: Person, outsider: Person, receiver: Receiver
) -> None:
    hook = await make(ada, receiver)
    tries = [
        ("GET", hooks_of(ada), None),
        ("POST", hooks_of(ada), {"name": "a", "url": receiver.address, "events": ["message.sent"]}),
        ("GET", hook, None),
        ("PATCH", hook, {"url": receiver.address}),
        ("POST", f"{hook}/rotate", None),
        ("POST", f"{hook}/ping", None),
        ("GET", f"{hook}/deliveries", None),
        ("POST", f"{hook}/redrive", {"all": True}),
        ("DELETE", hook, None),
    ]
    for method, path, body in tries:
        refused = await ben.ask(method, path, body)
        assert (refused.status, refused.code) == (403, "missing_right"), path
        assert (await outsider.ask(method, path, body)).status == 404, path
        elsewhere = path.replace(ada.workspace["id"], outsider.workspace["id"])
        if hook in path:
            assert (await outsider.ask(method, elsewhere, body)).status == 404, path
    assert (await ada.ask("DELETE", hook)).status == 204
    assert (await ada.get(hooks_of(ada)))["items"] == []
