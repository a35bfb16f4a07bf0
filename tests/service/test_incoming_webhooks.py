"""Programs that post to Slack post to Parlour by changing the URL."""

import asyncio
import json
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
from slack_sdk.models.attachments import Attachment, AttachmentField
from slack_sdk.models.blocks import HeaderBlock, SectionBlock
from slack_sdk.webhook import WebhookClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from parlour.core.chat.said import said_in_short
from parlour.core.house import House
from parlour.core.ids import EntryId
from tests.conftest import Signup
from tests.hooks.alertmanager import alerting
from tests.hooks.payloads import BLOCKS, GITHUB, GRAFANA
from tests.person import Answer, Json, Person, eventually


def hooks_of(person: Person) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/incoming-webhooks"


async def make_hook(person: Person, channel_id: str, **given: object) -> tuple[Json, str]:
    """Return a webhook and its address."""
    made = await person.post(hooks_of(person), {"name": "Alerts", "channel_id": channel_id, **given})
    return made["hook"], made["url"]


async def post(url: str, payload: object, **headers: str) -> tuple[int, str, str]:
    """Post as a stranger does; return status, words and what `Retry-After` says."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=named) as response:
        return response.status, await response.text(), response.headers.get("Retry-After", "")


async def last(person: Person, channel_id: str) -> Json:
    page = await person.get(f"/api/v1/channels/{channel_id}/messages")
    return dict(page["items"][-1]) if page["items"] else {}


async def test_slacks_own_client_posts_text_attachments_and_blocks(ada: Person, ben: Person) -> None:
    channel = await ada.general()
    device = await ben.device()
    hook, url = await make_hook(ada, channel)
    client = WebhookClient(url)
    answer = await asyncio.to_thread(client.send, text="*Hello* <https://example.com|there>")
    assert (answer.status_code, answer.body) == (200, "ok")
    heard = (await device.wait_for("message.sent"))["message"]
    assert heard["text"] == "**Hello** [there](https://example.com)"
    assert (heard["author_id"], heard["via"]) == (hook["user_id"], "webhook")
    answer = await asyncio.to_thread(
        client.send,
        attachments=[
            Attachment(
                text="Disk is full",
                color="danger",
                fields=[AttachmentField(title="Host", value="node-1", short=True)],
                fallback="node-1 is full",
            )
        ],
    )
    assert answer.body == "ok"
    card = (await last(ben, channel))["cards"][0]
    assert card["colour"] == "#e01e5a"
    assert card["parts"][1]["fields"] == [{"title": "Host", "text": "node-1", "short": True}]
    blocks = [HeaderBlock(text="Deployed"), SectionBlock(text="*engine* is live")]
    answer = await AsyncWebhookClient(url).send(text="Deployed engine", blocks=blocks)
    assert answer.body == "ok"
    message = await last(ben, channel)
    assert message["text"] == ""
    assert [part["text"] for part in message["cards"][0]["parts"]] == ["Deployed", "**engine** is live"]


async def test_alertmanager_sends_a_real_alert(ada: Person, tmp_path: Path) -> None:
    channel = await ada.general()
    _, url = await make_hook(ada, channel)
    alert = {
        "labels": {"alertname": "EngineDown", "severity": "critical", "instance": "node-1"},
        "annotations": {"summary": "The engine is down"},
        "generatorURL": "https://prometheus.example.com/graph",
    }
    async with alerting(url, tmp_path) as address, aiohttp.ClientSession() as session:
        taken = await session.post(f"{address}/api/v2/alerts", json=[alert])
        assert taken.status == 200

        async def arrived() -> Json | None:
            message = await last(ada, channel)
            return message if message.get("cards") else None

        message = await eventually(arrived)
    card = message["cards"][0]
    kinds = {part["kind"]: part for part in card["parts"]}
    assert message["text"] == ""
    assert card["colour"] == "#e01e5a"
    assert "FIRING:1" in kinds["heading"]["text"]
    assert kinds["text"]["text"] == "**The engine is down**"
    assert [field["text"] for field in kinds["fields"]["fields"]] == ["critical", "node-1"]
    assert kinds["links"]["links"] == [{"text": "Runbook", "url": "https://runbooks.example.com/engine"}]


@pytest.mark.parametrize("payload", [GRAFANA, GITHUB, BLOCKS])
async def test_well_known_senders_are_understood_as_json_and_as_a_form(ada: Person, payload: Json) -> None:
    channel = await ada.general()
    _, url = await make_hook(ada, channel)
    assert await post(url, payload, Content_Type="application/json") == (200, "ok", "")
    as_json = await last(ada, channel)
    form = f"payload={quote(json.dumps(payload))}".encode()
    assert await post(url, form, Content_Type="application/x-www-form-urlencoded") == (200, "ok", "")
    as_form = await last(ada, channel)
    assert as_form["n"] == as_json["n"] + 1
    assert as_form["cards"] == as_json["cards"]
    assert as_form.get("shown_as") == as_json.get("shown_as")


async def test_what_cannot_be_taken_is_refused_in_slacks_words(ada: Person) -> None:
    channel = await ada.make_channel("public")
    hook, url = await make_hook(ada, channel)
    assert await post(url, b"nonsense") == (400, "invalid_payload", "")
    assert await post(url, {}) == (400, "no_text", "")
    assert await post(url, {"text": "a", "thread_ts": "nowhere"}) == (400, "invalid_thread_ts", "")
    assert (await post(url, {"text": "x" * 300_000}))[:2] == (413, "too_large")
    assert await post(f"{url}x", {"text": "a"}) == (404, "no_service", "")
    assert await post(url.replace(hook["id"], ada.id), {"text": "a"}) == (404, "no_service", "")
    shown = (await ada.get(hooks_of(ada)))["items"][0]
    assert shown["last_refused"]["code"] == "too_large"
    archived = await ada.ask("PATCH", f"/api/v1/channels/{channel}", {"archived": True})
    assert archived.status == 200
    assert await post(url, {"text": "a"}) == (410, "channel_is_archived", "")


async def test_a_webhook_that_posts_too_fast_is_told_when_to_come_back(ada: Person, house: House) -> None:
    _, url = await make_hook(ada, await ada.general())
    answers = await asyncio.gather(
        *(post(url, {"text": "a"}) for _ in range(2 * house.settings.incoming_per_minute + 5))
    )
    refused = [answer for answer in answers if answer[0] == 429]
    assert refused
    assert all(words == "rate_limited" and 0 < int(wait) <= 60 for _, words, wait in refused)


async def test_the_same_request_again_is_the_same_message(ada: Person) -> None:
    channel = await ada.general()
    _, url = await make_hook(ada, channel)
    for _ in range(3):
        assert (await post(url, {"text": "once"}, Idempotency_Key="build-42"))[1] == "ok"
    first = (await last(ada, channel))["n"]
    assert (await post(url, {"text": "once"}, Idempotency_Key="build-43"))[1] == "ok"
    assert (await last(ada, channel))["n"] == first + 1


async def test_a_channel_is_chosen_only_where_that_is_allowed(ada: Person, sign_up: Signup) -> None:
    general, builds = await ada.general(), await ada.make_channel("public", name="builds")
    private = await ada.make_channel("private", name="secret-plans")
    _, fixed = await make_hook(ada, general)
    _, free = await make_hook(ada, general, may_choose_channel=True)
    assert (await post(fixed, {"text": "stays", "channel": "#builds"}))[1] == "ok"
    assert (await last(ada, general))["text"] == "stays"
    for named in ("#builds", "builds", builds):
        assert (await post(free, {"text": f"to {named}", "channel": named}))[1] == "ok"
        assert (await last(ada, builds))["text"].startswith("to ")
    eve = await sign_up("eve")
    await eve.make_workspace("Elsewhere")
    for other in ("#secret-plans", private, "#nowhere", await eve.general(), "@ada", ada.id):
        assert await post(free, {"text": "a", "channel": other}) == (404, "channel_not_found", "")


async def test_whom_a_webhook_names_is_not_called(ada: Person, ben: Person) -> None:
    channel = await ada.general()
    _, url = await make_hook(ada, channel)
    handle = (await ben.get("/api/v1/me"))["handle"]
    text = f"<!here> <!channel> <@{ben.id}> @{handle} @channel"
    assert (await post(url, {"text": text}))[1] == "ok"
    assert "mentions" not in await last(ada, channel)


async def test_a_reply_goes_into_its_thread(ada: Person) -> None:
    channel = await ada.general()
    _, url = await make_hook(ada, channel)
    root = await ada.send(channel, "Which alerts are open?")
    assert (await post(url, {"text": "two", "thread_ts": root["id"]}))[1] == "ok"
    replies = (await ada.get(f"/api/v1/messages/{root['id']}/thread"))["items"]
    assert [reply["text"] for reply in replies] == ["two"]


async def test_cards_are_searched_and_go_with_their_message(ada: Person, house: House) -> None:
    channel = await ada.general()
    _, url = await make_hook(ada, channel)
    fields = [{"title": "Flux", "value": "capacitor_broken", "short": True}]
    assert (await post(url, {"attachments": [{"title": "zebraquark", "fields": fields}]}))[1] == "ok"
    message = await last(ada, channel)
    workspace = ada.workspace["id"]

    async def found() -> list[Json]:
        page = await ada.get(f"/api/v1/workspaces/{workspace}/search?q=zebraquark%20capacitor")
        return [hit for hit in page["items"] if hit["id"] == message["id"]]

    hit = (await eventually(found))[0]
    assert "<mark>zebraquark</mark>" in hit["highlight"]
    deleted = await ada.ask("DELETE", f"/api/v1/messages/{message['id']}")
    assert deleted.status == 200
    assert "cards" not in (await ada.get(f"/api/v1/messages/{message['id']}"))

    async def is_erased() -> bool:
        stored = await house.entries.collection.find_one({"_id": message["id"]})
        return "cards" not in stored and "shown_as" not in stored

    await eventually(is_erased)


async def test_a_notification_of_a_card_says_what_it_is_about(ada: Person, ben: Person, house: House) -> None:
    channel = await ada.general()
    _, url = await make_hook(ada, channel)
    for payload, words in (
        (GRAFANA, "[FIRING:1] High CPU (node-1 production)"),
        (BLOCKS, "Deploy of engine finished"),
    ):
        assert (await post(url, payload))[1] == "ok"
        entry = await house.entries.get(EntryId((await last(ben, channel))["id"]))
        assert entry is not None
        assert said_in_short(entry) == words


async def test_an_address_is_shown_once_and_can_be_changed(ada: Person, house: House) -> None:
    channel = await ada.general()
    hook, url = await make_hook(ada, channel)
    secret = url.rpartition("/")[2]
    listed = await ada.get(hooks_of(ada))
    stored = await house.database.incoming_hooks.find_one({"_id": hook["id"]})
    assert secret not in json.dumps(listed)
    assert secret not in str(stored)
    again = await ada.post(f"{hooks_of(ada)}/{hook['id']}/rotate", status=200)
    assert await post(url, {"text": "old"}) == (404, "no_service", "")
    assert (await post(again["url"], {"text": "new"}))[1] == "ok"
    off = await ada.ask("PATCH", f"{hooks_of(ada)}/{hook['id']}", {"enabled": False, "name": "Alarms"})
    assert (off.status, off.body["name"]) == (200, "Alarms")
    assert await post(again["url"], {"text": "off"}) == (404, "no_service", "")
    assert (await ada.ask("DELETE", f"{hooks_of(ada)}/{hook['id']}")).status == 204
    assert (await ada.get(hooks_of(ada)))["items"] == []
    audit = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit")
    actions = [entry["action"] for entry in audit["items"] if entry["subject"] == hook["id"]]
    assert actions == ["webhook.removed", "webhook.changed", "webhook.rotated", "webhook.made"]
    assert secret not in json.dumps(audit)


async def test_only_who_manages_integrations_manages_webhooks(
    ada: Person, ben: Person, outsider: Person
) -> None:
    channel = await ada.general()
    hook, _ = await make_hook(ada, channel)
    one = f"{hooks_of(ada)}/{hook['id']}"
    tries = [
        ("GET", hooks_of(ada), None),
        ("POST", hooks_of(ada), {"name": "Mine", "channel_id": channel}),
        ("PATCH", one, {"name": "Mine"}),
        ("POST", f"{one}/rotate", None),
        ("DELETE", one, None),
    ]
    for method, path, body in tries:
        refused = await ben.ask(method, path, body)
        assert (refused.status, refused.code) == (403, "missing_right"), path
        hidden = await outsider.ask(method, path, body)
        assert (hidden.status, hidden.code) == (404, "not_found"), path
    assert (await ada.get(hooks_of(ada)))["items"] == [hook]


async def test_a_webhook_is_made_only_for_a_channel_one_may_write_to(
    ada: Person, ben: Person, outsider: Person
) -> None:
    private = await ben.make_channel("private")
    for channel in (private, await outsider.general(), ada.id):
        refused: Answer = await ada.ask("POST", hooks_of(ada), {"name": "a", "channel_id": channel})
        assert (refused.status, refused.code) == (404, "not_found")
    hook, _ = await make_hook(ada, await ada.general())
    moved = await ada.ask("PATCH", f"{hooks_of(ada)}/{hook['id']}", {"channel_id": private})
    assert moved.status == 404
