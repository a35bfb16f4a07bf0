"""Scheduled messages: made, listed, changed, cancelled, sent now and sent at their time; once, or with the reason."""

from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import Client

from parlour.core.house import House
from parlour.core.ids import ScheduledId
from parlour.core.later.sending import send_scheduled
from parlour.core.model.promises import DueRequest, SweepRequest
from parlour.core.settings import Settings
from parlour.workflows.later_sweep import LaterSweep
from parlour.workflows.links import scheduled_id
from tests.houses import with_
from tests.person import Answer, Json, Person, eventually


def ahead(**by: float) -> str:
    return (datetime.now(UTC) + timedelta(**by)).isoformat()


async def schedule(person: Person, channel: str, text: str = "later", **given: Any) -> Json:
    body = {"text": text} | (given or {"at": ahead(days=3)})
    return dict(await person.post(f"/api/v1/channels/{channel}/scheduled", body))


async def listed(person: Person) -> list[Json]:
    found = await person.get(f"/api/v1/workspaces/{person.workspace['id']}/scheduled")
    return list(found["items"])


async def became(person: Person, made: Json, state: str) -> Json:
    async def look() -> Json | None:
        found: Json = await person.get(f"/api/v1/scheduled/{made['id']}")
        return found if found["state"] == state else None

    return dict(await eventually(look, within_s=60))


async def texts(person: Person, channel: str) -> list[str]:
    found = await person.get(f"/api/v1/channels/{channel}/messages")
    return [message["text"] for message in found["items"]]


async def refused(person: Person, channel: str, **given: Any) -> Answer:
    return await person.ask("POST", f"/api/v1/channels/{channel}/scheduled", {"text": "x", **given})


async def test_a_message_is_sent_at_its_time_in_its_authors_name(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben, at_ada = await ben.device(), await ada.device()
    made = await schedule(ada, channel, "good morning", at=ahead(seconds=2))
    assert (made["state"], made["text"]) == ("waiting", "good morning")
    heard = await at_ben.wait_for("message.sent", lambda p: p["message"]["text"] == "good morning")
    message = heard["message"]
    assert (message["author_id"], message["client_id"]) == (ada.id, made["id"])
    assert message["created_at"] >= made["send_at"]
    assert "late_for" not in message
    done = await became(ada, made, "sent")
    assert done["message_id"] == message["id"]
    assert (await listed(ada), await texts(ben, channel)) == ([], ["good morning"])
    await at_ada.wait_for("scheduled.changed", lambda p: p["scheduled"]["state"] == "sent")


async def test_what_waits_is_listed_by_its_time_page_by_page(ada: Person) -> None:
    channel = await ada.make_channel()
    for days in (3, 1, 2):
        await schedule(ada, channel, f"in {days}", when=f"in {days} days")
    assert [item["text"] for item in await listed(ada)] == ["in 1", "in 2", "in 3"]
    path, cursor, found = f"/api/v1/workspaces/{ada.workspace['id']}/scheduled?limit=1", "", []
    while True:
        page = await ada.get(f"{path}{cursor}")
        found += [item["text"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next'].replace('+', '%2B')}"
    assert found == ["in 1", "in 2", "in 3"]
    wrong = await ada.ask("GET", f"{path}&cursor=nonsense")
    assert (wrong.status, wrong.code) == (422, "invalid")


async def test_times_are_those_of_the_persons_zone(ada: Person) -> None:
    channel = await ada.make_channel()
    made = await schedule(ada, channel, when="tomorrow 9:00", timezone="Asia/Kolkata")
    assert (made["send_at"][11:16], made["timezone"]) == ("03:30", "Asia/Kolkata")
    await ada.ask("PATCH", "/api/v1/me", {"timezone": "Asia/Tokyo"})
    assert (await ada.get("/api/v1/me"))["timezone"] == "Asia/Tokyo"
    made = await schedule(ada, channel, when="tomorrow 9:00")
    assert (made["send_at"][11:16], made["timezone"]) == ("00:00", "Asia/Tokyo")
    noon = (datetime.now(UTC) + timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0)
    made = await schedule(ada, channel, at=noon.replace(tzinfo=None).isoformat())
    assert made["send_at"][11:16] == "03:00"
    wrong = await ada.ask("PATCH", "/api/v1/me", {"timezone": "Mars/Olympus"})
    assert (wrong.status, wrong.code) == (422, "unknown_timezone")


async def test_text_and_time_can_be_changed_until_it_is_sent(ada: Person) -> None:
    channel = await ada.make_channel()
    made = await schedule(ada, channel, "first")
    path = f"/api/v1/scheduled/{made['id']}"
    changed = await ada.ask("PATCH", path, {"text": "second"})
    assert (changed.status, changed.body["text"], changed.body["send_at"]) == (200, "second", made["send_at"])
    assert (await ada.ask("PATCH", path, {"at": ahead(seconds=1)})).status == 200
    await became(ada, made, "sent")
    assert await texts(ada, channel) == ["second"]
    for method, end in (("PATCH", ""), ("DELETE", ""), ("POST", "/send")):
        late = await ada.ask(method, f"{path}{end}", {"text": "third"} if method == "PATCH" else None)
        assert (late.status, late.code) == (409, "already_sent")


async def test_a_scheduled_message_can_be_sent_now(ada: Person) -> None:
    channel = await ada.make_channel()
    made = await schedule(ada, channel, "now then")
    assert (await ada.ask("POST", f"/api/v1/scheduled/{made['id']}/send")).status == 200
    await became(ada, made, "sent")
    assert await texts(ada, channel) == ["now then"]


async def test_a_cancelled_message_is_not_sent_and_its_text_is_gone(
    ada: Person, house: House, temporal_client: Client
) -> None:
    channel = await ada.make_channel()
    made = await schedule(ada, channel, "secret plan")

    async def ran() -> bool:
        handle = temporal_client.get_workflow_handle(scheduled_id(ScheduledId(made["id"])))
        described = await handle.describe()
        return described.close_time is not None

    async def is_told() -> bool:
        found = await house.database.scheduled.find_one({"_id": made["id"]})
        return "untold" not in found

    await eventually(is_told)
    for _ in range(2):
        assert (await ada.ask("DELETE", f"/api/v1/scheduled/{made['id']}")).status == 204
    assert await listed(ada) == []
    await eventually(ran)
    assert "secret plan" not in str(await house.database.scheduled.find_one({"_id": made["id"]}))
    assert await texts(ada, channel) == []


async def test_who_left_the_channel_is_told_why_it_was_not_sent(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben = await ben.device()
    made = await schedule(ben, channel)
    await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    await ben.ask("POST", f"/api/v1/scheduled/{made['id']}/send")
    told = await at_ben.wait_for("scheduled.changed", lambda p: p["scheduled"]["state"] == "failed")
    reason = {"code": "not_found", "detail": "You are not in this channel any more."}
    assert told["scheduled"]["failure"] == reason
    assert [item["failure"] for item in await listed(ben)] == [reason], "kept until it is put away"
    assert (await ben.ask("DELETE", f"/api/v1/scheduled/{made['id']}")).status == 204
    assert await listed(ben) == []


async def test_what_failed_can_be_given_a_new_time(ada: Person, house: House) -> None:
    channel = await ada.make_channel()
    made = await schedule(ada, channel)
    await house.database.channels.update_one({"_id": channel}, {"$set": {"archived_at": datetime.now(UTC)}})
    await ada.ask("POST", f"/api/v1/scheduled/{made['id']}/send")
    assert (await became(ada, made, "failed"))["failure"]["code"] == "channel_archived"
    await house.database.channels.update_one({"_id": channel}, {"$unset": {"archived_at": ""}})
    untimed = await ada.ask("PATCH", f"/api/v1/scheduled/{made['id']}", {"text": "again"})
    assert (untimed.status, untimed.code) == (422, "time_missing")
    again = {"text": "again", "at": ahead(seconds=1)}
    assert (await ada.ask("PATCH", f"/api/v1/scheduled/{made['id']}", again)).status == 200
    await became(ada, made, "sent")
    assert await texts(ada, channel) == ["again"]


async def test_limits_are_told_by_name(ada: Person, house: House) -> None:
    channel = await ada.make_channel()
    tries = [
        ({"at": ahead(days=121)}, 422, "time_too_far", "scheduled_days_ahead"),
        ({"at": ahead(seconds=-1)}, 422, "time_is_past", ""),
        ({}, 422, "time_missing", ""),
        ({"at": ahead(days=1), "when": "tomorrow"}, 422, "time_missing", ""),
        ({"when": "every monday 9:00"}, 422, "invalid", "reminder"),
        ({"when": "when pigs fly"}, 422, "time_not_understood", "tomorrow 9:00"),
        ({"at": ahead(days=1), "timezone": "Nowhere"}, 422, "unknown_timezone", ""),
        ({"at": ahead(days=1), "text": " "}, 422, "text_empty", ""),
        ({"at": "tomorrow"}, 422, "invalid", ""),
        ({"at": ahead(days=1), "thread_root_id": "nowhere"}, 404, "not_found", ""),
    ]
    for given, status, code, named in tries:
        answer = await refused(ada, channel, **given)
        assert (answer.status, answer.code) == (status, code), given
        assert named in answer.body["detail"]
    most = house.settings.scheduled_per_person
    document = {"user_id": ada.id, "workspace_id": ada.workspace["id"], "state": "waiting"}
    far = datetime.now(UTC) + timedelta(days=90)
    await house.database.scheduled.insert_many(
        [document | {"_id": f"{ada.id}-{i}", "due_at": far} for i in range(most)]
    )
    full = await refused(ada, channel, at=ahead(days=1))
    assert (full.status, full.code) == (409, "too_many_scheduled")
    await house.database.scheduled.delete_many({"user_id": ada.id})


async def test_the_same_client_id_schedules_once(ada: Person) -> None:
    channel = await ada.make_channel()
    first = await schedule(ada, channel, at=ahead(days=1), client_id="mine-1")
    again = await schedule(ada, channel, at=ahead(days=1), client_id="mine-1")
    assert (first["id"], len(await listed(ada))) == (again["id"], 1)


async def test_an_outsider_neither_schedules_nor_sees_nor_changes(
    ada: Person, ben: Person, outsider: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    made = await schedule(ada, channel)
    body = {"text": "mine now"}
    tries = [
        ("POST", f"/api/v1/channels/{channel}/scheduled", {"text": "x", "at": ahead(days=1)}),
        ("GET", f"/api/v1/workspaces/{ada.workspace['id']}/scheduled", None),
    ]
    own = [
        ("GET", f"/api/v1/scheduled/{made['id']}", None),
        ("PATCH", f"/api/v1/scheduled/{made['id']}", body),
        ("POST", f"/api/v1/scheduled/{made['id']}/send", None),
        ("DELETE", f"/api/v1/scheduled/{made['id']}", None),
    ]
    for method, path, given in [*tries, *own]:
        answer = await outsider.ask(method, path, given)
        assert (answer.status, answer.code) == (404, "not_found"), (method, path)
    for method, path, given in own:
        assert (await ben.ask(method, path, given)).status == 404, "members see their own only"
    assert await listed(ben) == []
    assert [item["text"] for item in await listed(ada)] == ["later"]
    for method, path, given in [*tries, *own[:3]]:
        assert (await ada.ask(method, path, given)).status < 300, (method, path)


async def test_its_workflow_can_be_opened_and_holds_no_text(
    ada: Person, temporal_client: Client, stack_settings: Settings
) -> None:
    channel = await ada.make_channel()
    made = await schedule(ada, channel, "the text of it", at=ahead(seconds=1))
    done = await became(ada, made, "sent")
    assert done["workflow"]["url"].startswith(stack_settings.temporal_ui_url)
    handle = temporal_client.get_workflow_handle(done["workflow"]["id"])
    history = (await handle.fetch_history()).to_json()
    assert made["id"] in history
    assert "the text of it" not in history


async def test_one_accepted_while_temporal_was_away_is_found_and_sent(
    ada: Person, house: House, stack_settings: Settings, temporal_client: Client
) -> None:
    channel = await ada.make_channel()
    record = await forgotten(ada, house, channel, due=timedelta(seconds=-1))
    await sweep(temporal_client, stack_settings, record)
    await became(ada, {"id": record}, "sent")
    assert await texts(ada, channel) == ["later"]


async def test_a_late_one_is_sent_with_a_note(
    ada: Person, house: House, stack_settings: Settings, temporal_client: Client
) -> None:
    channel = await ada.make_channel()
    record = await forgotten(ada, house, channel, due=timedelta(hours=-2))
    await sweep(temporal_client, stack_settings, record)
    done = await became(ada, {"id": record}, "sent")
    message = await ada.get(f"/api/v1/messages/{done['message_id']}")
    assert message["late_for"] == done["send_at"]


async def test_a_late_one_is_refused_and_its_author_told_where_that_is_set(ada: Person, house: House) -> None:
    channel = await ada.make_channel()
    record = await forgotten(ada, house, channel, due=timedelta(hours=-2))
    refusing = with_(house, settings=house.settings.model_copy(update={"scheduled_late": "refuse"}))
    due = await send_scheduled(refusing, DueRequest(record, 2))
    assert (due.state, due.wake.over) == ("failed", True)
    [item] = await listed(ada)
    assert item["failure"]["code"] == "too_late"
    assert "down" in item["failure"]["detail"]
    assert await texts(ada, channel) == []


async def test_a_worker_killed_between_sending_and_recording_sends_once(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    record = await forgotten(ben, house, channel, due=timedelta(seconds=-1))
    # As if a worker had claimed and sent it, and been killed; and then its author left.
    await house.scheduled.claim(ScheduledId(record), 2)
    message = await ben.send(channel, "later", client_id=record)
    await ada.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    due = await send_scheduled(house, DueRequest(record, 2))
    assert due.state == "sent"
    found = await house.scheduled.get(ScheduledId(record))
    assert found is not None
    assert found.message_id == message["id"]
    assert await texts(ada, channel) == ["later"]


async def test_a_lost_workflow_is_started_again_for_what_is_overdue(
    ada: Person, house: House, stack_settings: Settings, temporal_client: Client
) -> None:
    channel = await ada.make_channel()
    record = await forgotten(ada, house, channel, due=timedelta(minutes=-2))
    await house.scheduled.promises.told(record, 2)
    await temporal_client.get_workflow_handle(scheduled_id(ScheduledId(record))).terminate()
    await sweep(temporal_client, stack_settings, record)
    await became(ada, {"id": record}, "sent")


async def forgotten(person: Person, house: House, channel: str, *, due: timedelta) -> str:
    """Return a message whose promise knows nothing of it, due at some time from now."""
    made = await schedule(person, channel)

    async def is_told() -> bool:
        found = await house.database.scheduled.find_one({"_id": made["id"]})
        return "untold" not in found

    await eventually(is_told)
    await house.database.scheduled.update_one(
        {"_id": made["id"]},
        {
            "$set": {
                "untold": True,
                "due_at": datetime.now(UTC) + due,
                "changed_at": datetime.now(UTC) - timedelta(hours=1),
                "version": 2,
            }
        },
    )
    return str(made["id"])


async def sweep(client: Client, settings: Settings, record: str) -> None:
    await client.execute_workflow(
        LaterSweep.run,
        SweepRequest(page=100),
        id=f"sweep/test/{record}",
        task_queue=settings.temporal_task_queue,
    )
