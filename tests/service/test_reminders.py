"""Reminders: for oneself or a channel, once or again and again; listed, done, put off, and rung once."""

from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client

from parlour.core.house import House
from parlour.core.ids import ReminderId
from parlour.core.later.ringing import ring
from parlour.core.model.promises import DueRequest
from tests.houses import with_
from tests.person import Json, Person, eventually


def ahead(**by: float) -> str:
    return (datetime.now(UTC) + timedelta(**by)).isoformat()


def reminders_of(person: Person) -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/reminders"


async def remind(person: Person, text: str = "tea", **given: Any) -> Json:
    return dict(
        await person.post(reminders_of(person), {"text": text} | (given or {"when": "tomorrow 9:00"}))
    )


async def listed(person: Person, state: str = "open") -> list[Json]:
    return list((await person.get(f"{reminders_of(person)}?state={state}"))["items"])


async def became(person: Person, made: Json, state: str) -> Json:
    async def look() -> Json | None:
        found: Json = await person.get(f"/api/v1/reminders/{made['id']}")
        return found if found["state"] == state else None

    return dict(await eventually(look, within_s=60))


async def make_due(house: House, made: Json, *, ago: timedelta = timedelta(0)) -> DueRequest:
    """Let a reminder be due at some time past, and return what its workflow would then ask."""
    change = {"$set": {"due_at": datetime.now(UTC) - ago}, "$unset": {"untold": ""}, "$inc": {"version": 100}}
    await house.database.reminders.update_one({"_id": made["id"]}, change)
    found = await house.reminders.get(ReminderId(made["id"]))
    assert found is not None
    return DueRequest(found.id, found.version)


async def test_a_reminder_rings_on_all_my_devices_and_stays_until_it_is_done(ada: Person) -> None:
    one, other = await ada.device(), await ada.device()
    made = await remind(ada, at=ahead(seconds=1))
    for device in (one, other):
        rung = await device.wait_for("reminder.changed", lambda p: p["reminder"]["state"] == "due")
        assert (rung["reminder"]["id"], rung["reminder"]["rung_at"]) == (made["id"], made["due_at"])
    assert [(r["text"], r["state"]) for r in await listed(ada)] == [("tea", "due")]
    for _ in range(2):
        done = await ada.post(f"/api/v1/reminders/{made['id']}/done", status=200)
        assert done["state"] == "done"
    assert (await listed(ada), [r["id"] for r in await listed(ada, "done")]) == ([], [made["id"]])


async def test_what_is_due_and_what_is_to_come_are_listed_by_their_time(ada: Person) -> None:
    for days in (3, 1, 2):
        await remind(ada, f"in {days}", when=f"in {days} days")
    path, cursor, found = f"{reminders_of(ada)}?limit=1", "", []
    while True:
        page = await ada.get(f"{path}{cursor}")
        found += [item["text"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == ["in 1", "in 2", "in 3"]


async def test_a_recurring_one_rings_and_waits_for_its_next_time(ada: Person, house: House) -> None:
    made = await remind(ada, "stand up", when="every day at 9:00", timezone="Europe/Berlin")
    assert (made["recurs"], made["recurrence"]["every"]) == ("every day", "day")
    request = await make_due(house, made)
    for _ in range(3):  # the same request again changes nothing
        due = await ring(house, request)
        assert (due.state, due.wake.over) == ("waiting", False)
    [shown] = await listed(ada)
    assert shown["rung_at"] < shown["due_at"]
    assert datetime.fromisoformat(shown["due_at"]).astimezone(UTC).hour in (7, 8), "9:00 in Berlin"
    done = await ada.post(f"/api/v1/reminders/{made['id']}/done", status=200)
    assert ("rung_at" in done, done["state"]) == (False, "waiting")


async def test_a_late_recurring_one_rings_once_for_all_it_missed(ada: Person, house: House) -> None:
    made = await remind(ada, "stand up", when="every day at 9:00")
    await ring(house, await make_due(house, made, ago=timedelta(days=5)))
    [shown] = await listed(ada)
    assert datetime.fromisoformat(shown["due_at"]) > datetime.now(UTC)


async def test_a_reminder_can_be_put_off(ada: Person, house: House) -> None:
    made = await remind(ada)
    await ring(house, await make_due(house, made))
    later = await ada.post(f"/api/v1/reminders/{made['id']}/snooze", {"when": "in 1 hour"}, status=200)
    assert (later["id"], later["state"], "rung_at" in later) == (made["id"], "waiting", False)
    daily = await remind(ada, "daily", when="every day at 9:00")
    await ring(house, await make_due(house, daily))
    once = await ada.post(f"/api/v1/reminders/{daily['id']}/snooze", {"when": "in 1 hour"}, status=200)
    assert (once["text"], "recurrence" in once) == ("daily", False)
    found = {r["id"]: "rung_at" in r for r in await listed(ada)}
    assert found == {made["id"]: False, daily["id"]: False, once["id"]: False}


async def test_text_and_time_can_be_changed_and_a_deleted_one_is_gone(
    ada: Person, temporal_client: Client
) -> None:
    made = await remind(ada)
    path = f"/api/v1/reminders/{made['id']}"
    changed = await ada.ask("PATCH", path, {"text": "coffee", "when": "every monday 8:00"})
    assert (changed.body["text"], changed.body["recurs"]) == ("coffee", "every monday")
    at_ada = await ada.device()
    assert (await ada.ask("DELETE", path)).status == 204
    await at_ada.wait_for("reminder.removed", lambda p: p["reminder_id"] == made["id"])
    assert (await ada.ask("GET", path)).status == 404

    async def ended() -> bool:
        described = await temporal_client.get_workflow_handle(f"reminder/{made['id']}").describe()
        return described.close_time is not None

    await eventually(ended)


async def test_a_channel_is_reminded_by_a_message_of_its_author(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben = await ben.device()
    made = await remind(ada, "Lunch!", at=ahead(seconds=1), channel_id=channel)
    heard = await at_ben.wait_for("message.sent", lambda p: p["message"]["text"] == "Lunch!")
    assert (heard["message"]["author_id"], heard["message"]["via"]) == (ada.id, "reminder")
    await became(ada, made, "done")


async def test_each_time_of_a_channels_reminder_is_sent_once(ada: Person, house: House) -> None:
    channel = await ada.make_channel()
    made = await remind(ada, "stand-up", when="every weekday at 9:00", channel_id=channel)
    request = await make_due(house, made)
    record = await house.reminders.get(ReminderId(made["id"]))
    assert record is not None
    await ring(house, request)
    # As if the worker had been killed after sending, before it could record that.
    await house.database.reminders.update_one(
        {"_id": made["id"]}, {"$set": {"due_at": record.due_at, "version": request.version}}
    )
    await ring(house, request)
    found = await ada.get(f"/api/v1/channels/{channel}/messages")
    assert [m["text"] for m in found["items"]] == ["stand-up"]


async def test_who_left_the_channel_is_told_why_it_was_not_reminded(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    made = await remind(ben, "stand-up", when="every day at 9:00", channel_id=channel)
    await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    due = await ring(house, await make_due(house, made))
    assert due.wake.over
    [shown] = await listed(ben)
    assert (shown["state"], shown["failure"]["detail"]) == ("failed", "You are not in this channel any more.")


async def test_a_late_reminder_of_a_channel_is_refused_once_where_that_is_set(
    ada: Person, house: House
) -> None:
    channel = await ada.make_channel()
    made = await remind(ada, "stand-up", when="every day at 9:00", channel_id=channel)
    refusing = with_(house, settings=house.settings.model_copy(update={"scheduled_late": "refuse"}))
    due = await ring(refusing, await make_due(house, made, ago=timedelta(hours=2)))
    assert (due.state, due.wake.over) == ("waiting", False), "its next time is kept"
    [shown] = await listed(ada)
    assert shown["failure"]["code"] == "too_late"
    done = await ada.post(f"/api/v1/reminders/{made['id']}/done", status=200)
    assert "failure" not in done
    assert (await ada.get(f"/api/v1/channels/{channel}/messages"))["items"] == []


async def test_limits_and_what_makes_no_sense_are_refused(ada: Person, house: House) -> None:
    channel = await ada.make_channel()
    message = (await ada.send(channel, "hello"))["id"]
    tries: list[tuple[Json, int, str]] = [
        ({"text": "x"}, 422, "time_missing"),
        ({"text": " ", "when": "tomorrow"}, 422, "text_empty"),
        ({"text": "x", "when": "sometime"}, 422, "time_not_understood"),
        ({"text": "x", "at": ahead(seconds=-5)}, 422, "time_is_past"),
        ({"text": "x", "at": ahead(days=4000)}, 422, "time_too_far"),
        ({"text": "x", "at": ahead(days=1), "recurrence": {"every": "hour"}}, 422, "invalid"),
        ({"text": "x", "at": ahead(days=1), "recurrence": {"every": "day", "interval": 0}}, 422, "invalid"),
        ({"text": "x", "when": "tomorrow", "channel_id": channel, "message_id": message}, 422, "invalid"),
        ({"text": "x", "when": "tomorrow", "message_id": "nowhere"}, 404, "not_found"),
    ]
    for given, status, code in tries:
        answer = await ada.ask("POST", reminders_of(ada), given)
        assert (answer.status, answer.code) == (status, code), given
    far = datetime.now(UTC) + timedelta(days=90)
    rows = [
        {"_id": f"{ada.id}-{i}", "user_id": ada.id, "state": "waiting", "due_at": far}
        for i in range(house.settings.reminders_per_person)
    ]
    await house.database.reminders.insert_many(rows)
    full = await ada.ask("POST", reminders_of(ada), {"text": "x", "when": "tomorrow"})
    assert (full.status, full.code) == (409, "too_many_reminders")
    await house.database.reminders.delete_many({"user_id": ada.id})


async def test_an_outsider_and_other_members_reach_no_reminder(
    ada: Person, ben: Person, outsider: Person
) -> None:
    made = await remind(ada)
    for person in (ben, outsider):
        for method, end, body in (
            ("GET", "", None),
            ("PATCH", "", {"text": "mine"}),
            ("POST", "/done", None),
            ("POST", "/snooze", {"when": "tomorrow"}),
            ("DELETE", "", None),
        ):
            answer = await person.ask(method, f"/api/v1/reminders/{made['id']}{end}", body)
            assert (answer.status, answer.code) == (404, "not_found"), (method, end)
    channel = await ada.make_channel()
    foreign = await ben.ask(
        "POST", reminders_of(ben), {"text": "x", "when": "tomorrow", "channel_id": channel}
    )
    assert foreign.status == 404


async def test_slash_remind_takes_whom_what_and_when_in_one_line(ada: Person) -> None:
    channel = await ada.make_channel()
    tries = {
        "me to call Ben in 20 minutes": ("call Ben", None),
        "me in 2 hours to stretch": ("stretch", None),
        'me "meet at noon in room 5" tomorrow at 11': ("meet at noon in room 5", None),
        "here stand-up every weekday at 9:30": ("stand-up", channel),
        "drink water at 15:00": ("drink water", None),
    }
    for words in tries:
        answer = await ada.ask("POST", f"/api/v1/channels/{channel}/commands", {"text": f"/remind {words}"})
        assert answer.status == 200, answer.body
        assert "Parlour will remind" in answer.body["notice"]
    made = {r["text"]: r.get("channel_id") for r in await listed(ada)}
    assert made == dict(tries.values())
    wrong = await ada.ask("POST", f"/api/v1/channels/{channel}/commands", {"text": "/remind me to be good"})
    assert (wrong.status, wrong.code) == (422, "time_not_understood")
