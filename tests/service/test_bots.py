"""Bots: they hear, say, edit and react in the channels they were added to; nobody takes them for a person."""

import asyncio

import pytest

from parlour.core.house import House
from parlour.core.ids import ChannelId
from tests.person import Json, Person, eventually
from tests.programs import OpenProgram, make_bot


async def bot_in(owner: Person, channel: str, program: OpenProgram, name: str = "Deployer") -> Person:
    made = await make_bot(owner, name=name)
    path = f"/api/v1/channels/{channel}/members"
    assert (await owner.ask("POST", path, {"user_id": made["bot"]["id"]})).status == 204
    bot = await program(made["secret"], made["bot"]["id"])
    bot.name, bot.workspace = name, owner.workspace
    return bot


async def test_a_bot_hears_says_edits_and_reacts_in_its_channels(
    ada: Person, ben: Person, program: OpenProgram
) -> None:
    channel = await ada.make_channel("private", ben)
    bot = await bot_in(ada, channel, program)
    handle = (await bot.get("/api/v1/me"))["handle"]
    device, at_ben = await bot.device(), await ben.device()
    asked = await ben.send(channel, f"@{handle} deploy please")
    heard = await device.wait_for("message.sent", lambda p: p["message"]["id"] == asked["id"])
    assert heard["message"]["mentions"]["user_ids"] == [bot.id]
    said = await device.call("message.send", {"channel_id": channel, "text": "Deploying …"})
    assert said["ok"], said
    edited = await device.call("message.edit", {"message_id": said["message"]["id"], "text": "Deployed."})
    assert edited["ok"], edited
    assert (await device.call("reaction.add", {"message_id": asked["id"], "emoji": "👍"}))["ok"]
    shown = await at_ben.wait_for("message.sent", lambda p: p["message"]["author_id"] == bot.id)
    assert shown["message"]["id"] == said["message"]["id"]
    over_http = await bot.send(channel, "and by HTTP")
    assert over_http["author_id"] == bot.id


async def test_a_bot_is_shown_as_one_and_belongs_to_its_workspace_alone(
    ada: Person, ben: Person, outsider: Person
) -> None:
    at_ben = await ben.device()
    bot = (await make_bot(ada, name="Build light"))["bot"]
    joined = await at_ben.wait_for("workspace.member_joined", lambda p: p["user"]["id"] == bot["id"])
    assert (joined["user"]["kind"], joined["user"]["name"]) == ("bot", "Build light")
    members = (await ben.get(f"/api/v1/workspaces/{ben.workspace['id']}/members?limit=200"))["items"]
    [listed] = [member for member in members if member["user_id"] == bot["id"]]
    assert (listed["role"], listed["kind"]) == ("bot", "bot")
    channel = await outsider.make_channel("private")
    brought = await outsider.ask("POST", f"/api/v1/channels/{channel}/members", {"user_id": bot["id"]})
    assert (brought.status, brought.code) == (404, "not_found"), "not even an owner brings it elsewhere"


async def test_a_bot_hears_nothing_of_channels_it_is_not_in(ada: Person, program: OpenProgram) -> None:
    mine, other = await ada.make_channel("private"), await ada.make_channel("private")
    bot = await bot_in(ada, mine, program)
    device = await bot.device()
    assert [c["id"] for c in (await device.wait_for("ready"))["channels"]] == [mine]
    assert (await bot.ask("GET", f"/api/v1/channels/{other}/messages")).status == 404
    await ada.send(other, "secret")
    await ada.send(mine, "open")
    await device.wait_for("message.sent", lambda p: p["message"]["text"] == "open")
    assert device.messages(other) == []


async def test_a_bot_is_nobody_who_is_notified_present_or_waited_for(
    ada: Person, ben: Person, program: OpenProgram, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    bot = await bot_in(ada, channel, program)
    handle = (await bot.get("/api/v1/me"))["handle"]
    at_ben = await ben.device()
    await bot.device()
    message = await ada.send(channel, f"@{handle} @channel look")
    await at_ben.wait_for("notification.added")
    assert await house.database.notifications.find_one({"user_id": bot.id}) is None
    online = (await at_ben.call("presence.list", {"workspace_id": ada.workspace["id"]}))["online"]
    assert bot.id not in {one["user_id"] for one in online}
    await ben.ask("POST", f"/api/v1/channels/{channel}/read", {"n": message["n"]})

    async def is_seen() -> Json | None:
        delivery = await ada.get(f"/api/v1/messages/{message['id']}/delivery")
        return dict(delivery) if delivery["state"] == "seen" else None

    seen = await eventually(is_seen)
    assert [recipient["user_id"] for recipient in seen["recipients"]] == [ben.id]


async def test_another_token_ends_the_one_before_and_deactivating_ends_both(
    ada: Person, program: OpenProgram
) -> None:
    channel = await ada.make_channel("private")
    bot = await bot_in(ada, channel, program)
    device = await bot.device()
    path = f"/api/v1/workspaces/{ada.workspace['id']}/bots/{bot.id}"
    rotated = await ada.post(f"{path}/token")
    await device.wait_for("session.ended")
    assert (await bot.ask("GET", "/api/v1/me")).status == 401
    bot.token = rotated["secret"]
    assert (await bot.ask("GET", "/api/v1/me")).status == 200
    gone = await ada.ask("DELETE", path)
    assert (gone.status, gone.body["token"]) == (200, None)
    assert (await bot.ask("GET", "/api/v1/me")).status == 401
    [listed] = (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/bots"))["items"]
    assert listed["deactivated_at"] is not None
    back = await ada.post(f"{path}/token")
    assert back["bot"]["deactivated_at"] is None
    bot.token = back["secret"]
    assert (await bot.send(channel, "back again"))["author_id"] == bot.id
    audit = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit")
    noted = {entry["action"] for entry in audit["items"] if entry["subject"] == bot.id}
    assert noted == {"bot.made", "bot.token_rotated", "bot.deactivated"}


async def test_other_scopes_hold_from_the_next_request_on(ada: Person, program: OpenProgram) -> None:
    channel = await ada.make_channel("private")
    bot = await bot_in(ada, channel, program)
    device = await bot.device()
    path = f"/api/v1/workspaces/{ada.workspace['id']}/bots/{bot.id}"
    body = {"scopes": ["messages:read"], "name": "Reader", "description": "reads along"}
    changed = await ada.ask("PATCH", path, body)
    assert (changed.body["name"], changed.body["scopes"]) == ("Reader", ["messages:read"])
    await device.wait_for("session.ended")
    refused = await bot.ask("POST", f"/api/v1/channels/{channel}/messages", {"text": "hi"})
    assert refused.code == "missing_scope"
    assert (await bot.get(f"/api/v1/channels/{channel}/messages"))["items"] == []


async def test_members_add_bots_to_channels_and_only_admins_make_them(
    ada: Person, ben: Person, outsider: Person
) -> None:
    bot = (await make_bot(ada))["bot"]
    channel = await ben.make_channel("private")
    assert (
        await ben.ask("POST", f"/api/v1/channels/{channel}/members", {"user_id": bot["id"]})
    ).status == 204
    path = f"/api/v1/workspaces/{ada.workspace['id']}/bots"
    for method, rest, body in (
        ("GET", "", None),
        ("POST", "", {"name": "Mine", "scopes": ["messages:read"]}),
        ("PATCH", f"/{bot['id']}", {"name": "Mine"}),
        ("POST", f"/{bot['id']}/token", None),
        ("DELETE", f"/{bot['id']}", None),
    ):
        assert (await ben.ask(method, path + rest, body)).code == "missing_right"
        assert (await outsider.ask(method, path + rest, body)).code == "not_found"
    elsewhere = f"/api/v1/workspaces/{outsider.workspace['id']}/bots/{bot['id']}/token"
    assert (await outsider.ask("POST", elsewhere)).code == "not_found"


async def test_a_bot_makes_neither_bots_nor_tokens_nor_signs_in(ada: Person, program: OpenProgram) -> None:
    bot = await bot_in(ada, await ada.make_channel("private"), program)
    for path in ("/api/v1/me/tokens", f"/api/v1/workspaces/{ada.workspace['id']}/bots"):
        refused = await bot.ask("POST", path, {"name": "x", "scopes": ["messages:read"]})
        assert refused.code == "sessions_only"
    me = await bot.get("/api/v1/me")
    assert (me["kind"], me["email"]) == ("bot", "")
    for email in (f"bot:{bot.id}", ""):
        body = {"email": email, "password": ""}
        refused = await ada.ask("POST", "/api/v1/auth/login", body)
        assert refused.status in (401, 422)


async def test_a_bot_that_sends_too_fast_is_told_to_slow_down(ada: Person, program: OpenProgram) -> None:
    channel = await ada.make_channel("private")
    bot = await bot_in(ada, channel, program)
    device = await bot.device()
    sent = await asyncio.gather(
        *(device.call("message.send", {"channel_id": channel, "text": f"{n}"}) for n in range(150))
    )
    refused = [answer for answer in sent if not answer["ok"]]
    assert refused
    assert {answer["error"]["code"] for answer in refused} == {"too_many_requests"}
    assert "token_sends_per_second" in refused[0]["error"]["detail"]


async def test_the_log_of_a_channel_tells_what_its_bot_missed(
    ada: Person, program: OpenProgram, house: House
) -> None:
    channel = await ada.make_channel("private")
    bot = await bot_in(ada, channel, program)
    since = (await house.entries.tail(ChannelId(channel))).seq
    for number in range(3):
        await ada.send(channel, f"message {number}")
    missed = await bot.get(f"/api/v1/channels/{channel}/changes?since_seq={since}")
    assert [entry["text"] for entry in missed["items"]] == [f"message {n}" for n in range(3)]


@pytest.mark.parametrize("name", ["", "x" * 200])
async def test_what_cannot_be_a_bot_is_refused(name: str, ada: Person) -> None:
    path = f"/api/v1/workspaces/{ada.workspace['id']}/bots"
    refused = await ada.ask("POST", path, {"name": name, "scopes": ["messages:read"]})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "name")
