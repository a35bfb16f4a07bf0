"""Saved for later and drafts: one's own, on all one's devices, and only what one may still see."""

from datetime import UTC, datetime, timedelta

from parlour.core.house import House
from parlour.core.ids import EntryId, UserId
from parlour.core.later.saved import saved_among
from tests.person import Json, Person


async def listed(person: Person, state: str = "todo") -> list[Json]:
    found = await person.get(f"/api/v1/workspaces/{person.workspace['id']}/saved?state={state}")
    return list(found["items"])


async def drafts_of(person: Person) -> list[tuple[str, str]]:
    found = await person.get(f"/api/v1/workspaces/{person.workspace['id']}/drafts")
    return [(draft["channel_id"], draft["text"]) for draft in found["items"]]


async def test_a_message_is_saved_done_archived_and_forgotten_on_all_devices(
    ada: Person, ben: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    message = (await ada.send(channel, "read this"))["id"]
    path, at_ben, at_ada = f"/api/v1/messages/{message}/saved", await ben.device(), await ada.device()
    saved = await ben.ask("PUT", path, {})
    assert (saved.status, saved.body["state"], saved.body["message"]["text"]) == (200, "todo", "read this")
    await at_ben.wait_for("saved.changed", lambda p: p["saved"]["message_id"] == message)
    for state in ("done", "archived", "todo"):
        assert (await ben.ask("PUT", path, {"state": state})).body["state"] == state
        assert [item["message_id"] for item in await listed(ben, state)] == [message]
    for _ in range(2):
        assert (await ben.ask("DELETE", path)).status == 204
    await at_ben.wait_for("saved.removed")
    assert (await listed(ben), await listed(ada)) == ([], [])
    assert "saved.changed" not in {name for name, _ in at_ada.heard}, "it is ben's own"


async def test_a_saved_message_is_shown_as_it_is_now(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    first, second = [(await ada.send(channel, text))["id"] for text in ("one", "two")]
    for message in (first, second):
        await ben.ask("PUT", f"/api/v1/messages/{message}/saved", {})
    await ada.ask("PATCH", f"/api/v1/messages/{first}", {"text": "one, edited"})
    await ada.ask("DELETE", f"/api/v1/messages/{second}")
    found = {item["message_id"]: item.get("message", {}).get("text") for item in await listed(ben)}
    assert found == {second: None, first: "one, edited"}
    await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    assert ["message" in item for item in await listed(ben)] == [False, False], "out of sight"
    assert (await ben.ask("DELETE", f"/api/v1/messages/{first}/saved")).status == 204, "and can be put away"


async def test_a_saved_message_may_come_with_a_reminder(ada: Person) -> None:
    channel = await ada.make_channel()
    message = (await ada.send(channel, "answer this"))["id"]
    path = f"/api/v1/messages/{message}/saved"
    saved = (await ada.ask("PUT", path, {"when": "tomorrow 9:00"})).body
    moved = (await ada.ask("PUT", path, {"when": "in 3 days"})).body
    assert saved["reminder"]["id"] == moved["reminder"]["id"], "one reminder a message"
    assert saved["reminder"]["message"]["text"] == "answer this"
    reminders = f"/api/v1/workspaces/{ada.workspace['id']}/reminders"
    assert len((await ada.get(reminders))["items"]) == 1
    await ada.ask("DELETE", path)
    assert (await ada.get(reminders))["items"] == []


async def test_search_can_ask_which_messages_someone_saved(ada: Person, house: House) -> None:
    channel = await ada.make_channel()
    ids = [EntryId((await ada.send(channel, text))["id"]) for text in "abc"]
    await ada.ask("PUT", f"/api/v1/messages/{ids[1]}/saved", {})
    assert await saved_among(house, UserId(ada.id), ids) == {ids[1]}


async def test_a_draft_is_the_same_on_all_devices_and_the_last_written_one_counts(ada: Person) -> None:
    channel = await ada.make_channel()
    path, device = f"/api/v1/channels/{channel}/draft", await ada.device()
    assert (await ada.ask("PUT", path, {"text": "begun"})).body["text"] == "begun"
    await device.wait_for("draft.changed", lambda p: p["draft"]["text"] == "begun")
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    late = await ada.ask("PUT", path, {"text": "older, from a phone that was away", "written_at": hour_ago})
    assert late.body["text"] == "begun"
    hour_ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    await ada.ask("PUT", path, {"text": "of a device whose clock is ahead", "written_at": hour_ahead})
    assert (await ada.ask("PUT", path, {"text": "newest"})).body["text"] == "newest"
    assert await drafts_of(ada) == [(channel, "newest")]


async def test_a_sent_draft_is_gone_everywhere_and_does_not_come_back(ada: Person) -> None:
    channel = await ada.make_channel()
    path, device = f"/api/v1/channels/{channel}/draft", await ada.device()
    written_at = datetime.now(UTC).isoformat()
    await ada.ask("PUT", path, {"text": "begun", "written_at": written_at})
    assert (await ada.ask("DELETE", path)).status == 204
    await device.wait_for("draft.changed", lambda p: p["draft"]["text"] == "")
    await ada.ask("PUT", path, {"text": "begun", "written_at": written_at})
    assert await drafts_of(ada) == [(channel, "")]


async def test_threads_have_drafts_of_their_own(ada: Person) -> None:
    channel = await ada.make_channel()
    root = (await ada.send(channel, "root"))["id"]
    path = f"/api/v1/channels/{channel}/draft"
    await ada.ask("PUT", path, {"text": "in the channel"})
    await ada.ask("PUT", path, {"text": "in the thread", "thread_root_id": root})
    assert (await ada.get(path))["text"] == "in the channel"
    assert (await ada.get(f"{path}?thread_root_id={root}"))["text"] == "in the thread"
    nowhere = await ada.ask("PUT", path, {"text": "x", "thread_root_id": "nowhere"})
    assert (nowhere.status, nowhere.code) == (404, "not_found")


async def test_drafts_are_ones_own_and_of_channels_one_is_in(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    path = f"/api/v1/channels/{channel}/draft"
    await ben.ask("PUT", path, {"text": "secret"})
    assert (await ada.ask("GET", path)).status == 404
    assert await drafts_of(ada) == []
    await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    assert await drafts_of(ben) == []
    too_long = await ada.ask("PUT", path, {"text": "x" * 20_000})
    assert (too_long.status, too_long.code) == (422, "text_too_long")
