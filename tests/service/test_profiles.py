"""What people say of themselves: heard by their workspaces, kept, and over when it is over."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parlour.core.house import House
from tests.conftest import Signup
from tests.person import Device, Json, Person, eventually


def soon(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


async def told(device: Device, person: Person, **expected: Any) -> Json:
    """Return what a device hears of a person's profile, once it is as expected."""

    def matches(payload: Json) -> bool:
        user = payload["user"]
        return user["id"] == person.id and all(user[name] == value for name, value in expected.items())

    return dict((await device.wait_for("person.changed", matches))["user"])


async def profile(asker: Person, person: Person) -> Json:
    return dict(await asker.get(f"/api/v1/workspaces/{asker.workspace['id']}/members/{person.id}"))


async def test_a_changed_name_handle_and_title_reach_the_workspace_and_every_list(
    ada: Person, ben: Person
) -> None:
    at_ada, at_ben = await ada.device(), await ben.device()
    handle = f"benjamin-{ben.id[-8:]}"
    wanted = {
        "name": " Benjamin  B ",
        "handle": f"@{handle.upper()}",
        "title": "Engineer",
        "timezone": "Europe/Berlin",
    }
    changed = await ben.ask("PATCH", "/api/v1/me", wanted)
    assert changed.status == 200, changed.body
    now = {"name": "Benjamin B", "handle": handle, "title": "Engineer"}
    assert changed.body | now == changed.body
    assert "email" not in await told(at_ada, ben, **now)
    mine = await at_ben.wait_for("me.changed", lambda p: p["user"]["title"] == "Engineer")
    assert mine["user"]["email"] == ben.email
    members = (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/members"))["items"]
    [listed] = [member for member in members if member["user_id"] == ben.id]
    for seen in (await ben.get("/api/v1/me"), await profile(ada, ben), listed):
        assert {name: seen[name] for name in now} == now
    assert (await profile(ada, ben))["timezone"] == changed.body["timezone"] == "Europe/Berlin"
    await ben.ask("PATCH", "/api/v1/me", {"title": ""})
    assert (await profile(ada, ben))["title"] == ""
    assert (await profile(ada, ben))["name"] == "Benjamin B", "what is left out stays"


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({"handle": "no spaces"}, 422, "invalid"),
        ({"handle": "channel"}, 422, "invalid"),
        ({"handle": ""}, 422, "invalid"),
        ({"name": "  "}, 422, "invalid"),
        ({"title": "x" * 81}, 422, "invalid"),
        ({"title": "two\nlines"}, 422, "invalid"),
        ({"surprise": 1}, 422, "invalid"),
        ({"timezone": "Mars/Olympus"}, 422, "unknown_timezone"),
    ],
)
async def test_what_a_profile_cannot_hold_is_refused(
    ada: Person, wanted: Json, status: int, code: str
) -> None:
    refused = await ada.ask("PATCH", "/api/v1/me", wanted)
    assert (refused.status, refused.code) == (status, code)


async def test_a_handle_belongs_to_one_person(ada: Person, ben: Person) -> None:
    taken = (await ada.get("/api/v1/me"))["handle"]
    refused = await ben.ask("PATCH", "/api/v1/me", {"handle": taken, "title": "not kept"})
    assert (refused.status, refused.code) == (409, "handle_taken")
    assert refused.body["errors"][0]["field"] == "handle"
    assert (await ben.get("/api/v1/me"))["title"] == ""


async def test_a_status_is_shown_until_it_is_over(ada: Person, ben: Person, house: House) -> None:
    at_ada = await ada.device()
    until = soon(minutes=30)
    status = {"emoji": ":coffee:", "text": "Back  soon", "expires_at": until}
    assert (await ben.ask("PUT", "/api/v1/me/status", status)).status == 200
    shown = (await at_ada.wait_for("person.changed"))["user"]["status"]
    assert (shown["emoji"], shown["text"]) == ("☕", "Back soon")
    assert (await profile(ada, ben))["status"] == shown
    # As if half an hour had passed.
    over = datetime.now(UTC) - timedelta(seconds=1)
    await house.database.users.update_one({"_id": ben.id}, {"$set": {"status.expires_at": over}})
    assert (await profile(ada, ben))["status"] is None
    assert (await ben.get("/api/v1/me"))["status"] is None
    members = (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/members"))["items"]
    assert [m["status"] for m in members] == [None, None]


async def test_a_status_without_end_stays_until_it_is_cleared(ada: Person, ben: Person) -> None:
    at_ada = await ada.device()
    await ben.ask("PUT", "/api/v1/me/status", {"emoji": "🌴"})
    await at_ada.wait_for("person.changed", lambda p: p["user"]["status"] is not None)
    assert (await profile(ada, ben))["status"] == {"emoji": "🌴", "text": "", "expires_at": None}
    assert (await ben.ask("DELETE", "/api/v1/me/status")).body["status"] is None
    await told(at_ada, ben, status=None)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("status", {"emoji": "not one"}),
        ("status", {"emoji": "🌴", "text": "x" * 101}),
        ("status", {"emoji": "🌴", "expires_at": "2020-01-01T00:00:00Z"}),
        ("status", {"emoji": "🌴", "expires_at": "2999-01-01T00:00:00"}),
        ("status", {"text": "no emoji"}),
        ("dnd", {"until": "2020-01-01T00:00:00Z"}),
        ("dnd", {}),
    ],
)
async def test_a_status_or_quiet_time_that_makes_no_sense_is_refused(
    ada: Person, path: str, body: Json
) -> None:
    refused = await ada.ask("PUT", f"/api/v1/me/{path}", body)
    assert refused.status == 422, refused.body


async def test_do_not_disturb_is_seen_and_ends_by_itself_or_by_hand(
    ada: Person, ben: Person, house: House
) -> None:
    at_ada = await ada.device()
    begun = await ben.ask("PUT", "/api/v1/me/dnd", {"until": soon(hours=1)})
    until = begun.body["dnd_until"]
    await told(at_ada, ben, dnd_until=until)
    assert (await profile(ada, ben))["dnd_until"] == until
    assert (await ben.ask("DELETE", "/api/v1/me/dnd")).body["dnd_until"] is None
    await told(at_ada, ben, dnd_until=None)
    await ben.ask("PUT", "/api/v1/me/dnd", {"until": soon(hours=1)})
    over = datetime.now(UTC) - timedelta(seconds=1)
    await house.database.users.update_one({"_id": ben.id}, {"$set": {"dnd_until": over}})
    assert (await profile(ada, ben))["dnd_until"] is None


async def test_who_says_they_are_away_is_away_until_they_say_otherwise(ada: Person, ben: Person) -> None:
    at_ada, at_ben = await ada.device(), await ben.device()

    async def hears(state: str) -> None:
        await at_ada.wait_for("presence.changed", lambda p: p == {"user_id": ben.id, "state": state})

    await hears("active")
    await ben.ask("PUT", "/api/v1/me/away")
    await hears("away")
    at_ada.heard.clear()
    await at_ben.call("presence.set", {"state": "active"})
    phone = await ben.device()
    await phone.call("presence.set", {"state": "active"})
    await hears("away")
    assert (await profile(ada, ben))["presence"] == "away"
    await ben.ask("DELETE", "/api/v1/me/away")
    await hears("active")


async def test_when_someone_was_last_active_is_kept(ada: Person, ben: Person) -> None:
    at_ada, at_ben = await ada.device(), await ben.device()
    assert (await profile(ada, ben))["last_active_at"] is None
    before = datetime.now(UTC)
    await at_ben.close()
    await at_ada.wait_for("presence.changed", lambda p: p == {"user_id": ben.id, "state": "offline"})

    async def known() -> str | None:
        return (await profile(ada, ben))["last_active_at"]

    at = datetime.fromisoformat(await eventually(known))
    assert before - timedelta(seconds=1) < at < datetime.now(UTC)


async def test_an_outsider_sees_no_profile_and_hears_of_no_change(
    ada: Person, ben: Person, outsider: Person, sign_up: Signup
) -> None:
    at_eve = await outsider.device()
    workspace = ada.workspace["id"]
    assert (await outsider.ask("GET", f"/api/v1/workspaces/{workspace}/members/{ben.id}")).status == 404
    elsewhere = f"/api/v1/workspaces/{outsider.workspace['id']}/members/{ben.id}"
    assert (await outsider.ask("GET", elsewhere)).status == 404
    await ben.ask("PUT", "/api/v1/me/status", {"emoji": "🌴"})
    await outsider.ask("PATCH", "/api/v1/me", {"title": "Spy"})
    await at_eve.wait_for("person.changed", lambda p: p["user"]["id"] == outsider.id)
    assert ben.id not in [p["user"]["id"] for n, p in at_eve.heard if n == "person.changed"]


async def test_commands_set_and_end_what_one_says_of_oneself(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)

    async def notice(text: str) -> str:
        answer = await ben.ask("POST", f"/api/v1/channels/{channel}/commands", {"text": text})
        assert answer.status == 200, answer.body
        return str(answer.body["notice"])

    assert "no status" in await notice("/status")
    assert await notice("/status :palm_tree: On holiday") == "Your status is now 🌴 On holiday"
    assert await notice("/status") == "🌴 On holiday"
    assert await notice("/status writing the report") == "Your status is now 💬 writing the report"
    assert (await profile(ada, ben))["status"]["text"] == "writing the report"
    await notice("/status clear")
    assert (await profile(ada, ben))["status"] is None
    for text, words in (("/dnd", "1 hour"), ("/dnd 30m", "30 minutes"), ("/dnd 2 days", "2 days")):
        assert words in await notice(text)
    assert (await profile(ada, ben))["dnd_until"]
    await notice("/dnd off")
    assert (await profile(ada, ben))["dnd_until"] is None
    await notice("/away")
    assert (await ben.get("/api/v1/me"))["set_away"] is True
    await notice("/away")
    assert (await ben.get("/api/v1/me"))["set_away"] is False
    for text in ("/dnd soon", "/dnd 0m", f"/status {'x' * 200}"):
        answer = await ben.ask("POST", f"/api/v1/channels/{channel}/commands", {"text": text})
        assert (answer.status, answer.code) == (422, "invalid"), text
