"""What begins with a slash: what each command does, who may, and what is said to the caller alone."""

from tests.conftest import Signup
from tests.person import Device, Json, Person


async def run(device: Device, channel: str, text: str, **fields: object) -> Json:
    answer = await device.call("command.run", {"channel_id": channel, "text": text, **fields})
    assert answer["ok"], answer
    return answer


async def refused(device: Device, channel: str, text: str) -> Json:
    answer = await device.call("command.run", {"channel_id": channel, "text": text})
    assert not answer["ok"], answer
    return dict(answer["error"])


async def test_me_and_shrug_say_something_to_all(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ada, at_ben = await ada.device(), await ben.device()
    waved = (await run(at_ada, channel, "/me waves to @ben", client_id="w1"))["message"]
    assert (waved["text"], waved["style"], waved["client_id"]) == ("waves to @ben", "me", "w1")
    heard = await at_ben.wait_for("message.sent", lambda p: p["message"]["id"] == waved["id"])
    assert heard["message"]["style"] == "me"
    assert (await ben.get(f"/api/v1/messages/{waved['id']}"))["style"] == "me"
    reply = await run(at_ben, channel, "/shrug who knows", thread_root_id=waved["id"])
    assert (reply["message"]["text"], reply["message"]["thread_root_id"]) == (
        "who knows ¯\\_(ツ)_/¯",
        waved["id"],
    )
    assert (await refused(at_ada, channel, "/me"))["code"] == "text_empty"


async def test_two_slashes_send_text_that_begins_with_one(ada: Person) -> None:
    channel = await ada.make_channel("private")
    sent = await run(await ada.device(), channel, "//etc/hosts is a file")
    assert sent["message"]["text"] == "/etc/hosts is a file"


async def test_an_unknown_command_is_answered_with_what_may_have_been_meant(ada: Person) -> None:
    channel = await ada.make_channel("private")
    error = await refused(await ada.device(), channel, "/tpoic lunch")
    assert error["code"] == "unknown_command"
    assert "/topic" in error["detail"]
    assert "//tpoic" in error["detail"]
    for text in ("no slash", "/", "/ topic"):
        answer = await ada.ask("POST", f"/api/v1/channels/{channel}/commands", {"text": text})
        assert (answer.status, answer.code) == (422, "invalid"), text


async def test_topic_and_purpose_are_shown_and_set(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    device = await ben.device()
    assert "no topic" in (await run(device, channel, "/topic"))["notice"]
    await run(device, channel, "/topic engines & co")
    assert (await run(device, channel, "/Topic"))["notice"] == "engines & co"
    await run(device, channel, "/purpose to build them")
    now = await ada.get(f"/api/v1/channels/{channel}")
    assert (now["topic"], now["purpose"]) == ("engines & co", "to build them")


async def test_people_are_invited_and_removed_by_handle(
    ada: Person, ben: Person, outsider: Person, sign_up: Signup
) -> None:
    cleo = await sign_up("cleo")
    await cleo.join(ada)
    handles = {p: (await p.get("/api/v1/me"))["handle"] for p in (ben, cleo, outsider)}
    channel = await ada.make_channel("private")
    device = await ada.device()
    await run(device, channel, f"/invite @{handles[ben]} @{handles[cleo]}")
    assert (await ben.get(f"/api/v1/channels/{channel}"))["member_count"] == 3
    await run(device, channel, f"/remove {handles[cleo]}")
    assert (await cleo.ask("GET", f"/api/v1/channels/{channel}")).status == 404
    stranger = await refused(device, channel, f"/invite @{handles[outsider]}")
    assert (stranger["code"], handles[outsider] in stranger["detail"]) == ("not_found", True)
    assert (await refused(device, channel, "/invite"))["code"] == "invalid"
    at_ben = await ben.device()
    assert (await refused(at_ben, channel, f"/remove @{handles[cleo]}"))["code"] in (
        "forbidden",
        "not_found",
    )


async def test_a_channel_is_joined_renamed_archived_and_left(ada: Person, ben: Person) -> None:
    lunch = await ada.make_channel("public", name="Lunch")
    secret = await ada.make_channel("private", name="secret")
    at_ada, at_ben = await ada.device(), await ben.device()
    general = await ben.general()
    assert (await run(at_ben, general, "/join #lunch"))["channel_id"] == lunch
    for name in ("secret", "nowhere"):
        assert (await refused(at_ben, general, f"/join {name}"))["code"] == "not_found"
    assert (await refused(at_ben, lunch, "/rename Dinner"))["code"] == "forbidden"
    await run(at_ada, lunch, "/rename Dinner")
    await run(at_ada, secret, "/archive")
    assert (await refused(at_ada, secret, "/me waves"))["code"] == "channel_archived"
    await run(at_ada, secret, "/unarchive")
    assert (await ada.get(f"/api/v1/channels/{lunch}"))["name"] == "Dinner"
    await run(at_ben, lunch, "/leave")
    assert (await ben.get(f"/api/v1/channels/{lunch}"))["member"] is False


async def test_ones_own_view_of_a_channel_is_set(ada: Person) -> None:
    channel = await ada.make_channel("private")
    device = await ada.device()
    await run(device, channel, "/mute")
    await run(device, channel, "/star")
    now = await ada.get(f"/api/v1/channels/{channel}")
    assert (now["muted"], now["starred"]) == (True, True)
    await run(device, channel, "/unmute")
    await run(device, channel, "/unstar")
    assert "muted" not in await ada.get(f"/api/v1/channels/{channel}")


async def test_someone_is_written_to_directly(ada: Person, ben: Person) -> None:
    handle = (await ben.get("/api/v1/me"))["handle"]
    at_ada, at_ben = await ada.device(), await ben.device()
    outcome = await run(at_ada, await ada.general(), f"/msg @{handle} are you there?")
    heard = await at_ben.wait_for("message.sent")
    assert (heard["message"]["text"], heard["message"]["channel_id"]) == (
        "are you there?",
        outcome["channel_id"],
    )
    assert (await refused(at_ada, await ada.general(), f"/msg @{handle}"))["code"] == "invalid"


async def test_commands_are_listed_with_their_help(ada: Person) -> None:
    listed = (await ada.get("/api/v1/commands"))["items"]
    assert {"me", "topic", "invite", "shrug", "help"} <= {command["name"] for command in listed}
    assert all(command["help"] for command in listed)
    device, channel = await ada.device(), await ada.general()
    assert "/invite @person" in (await run(device, channel, "/help"))["notice"]
    assert (await run(device, channel, "/help /star"))["notice"].startswith("/star:")
    assert (await run(device, channel, "/shortcuts"))["dialog"] == "shortcuts"
