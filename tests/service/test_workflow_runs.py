"""Workflows started by API: each promises once, says how it stands in plain words, and ends with a result."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from parlour.core.house import House
from tests.person import Answer, Json, Person, eventually
from tests.service.kept import EICAR, a_content, a_file

OVER = ("done", "failed", "cancelled", "terminated")


async def start(person: Person, name: str, given: Json, *, status: int = 202, **more: Any) -> Json:
    body = {"type": name, "workspace_id": person.workspace["id"], "input": given, **more}
    return dict(await person.post("/api/v1/workflow-runs", body, status=status))


async def try_to_start(person: Person, name: str, given: Json, **more: Any) -> Answer:
    body = {"type": name, "workspace_id": person.workspace["id"], "input": given, **more}
    return await person.ask("POST", "/api/v1/workflow-runs", body)


async def of(person: Person, run: Json) -> Json:
    return dict(await person.get(f"/api/v1/workflow-runs/{run['id']}"))


async def over(person: Person, run: Json, *, within_s: float = 40) -> Json:
    async def look() -> Json | None:
        found = await of(person, run)
        return found if found["state"] in OVER else None

    return dict(await eventually(look, within_s=within_s))


async def texts(person: Person, channel: str) -> list[str]:
    found = await person.get(f"/api/v1/channels/{channel}/messages?limit=200")
    return [message["text"] for message in found["items"]]


def later(seconds: float = 3600) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


async def test_the_types_say_what_they_promise_take_and_result_in(ada: Person) -> None:
    listed = (await ada.get("/api/v1/workflow-types"))["items"]
    by_name = {one["name"]: one for one in listed}
    assert {
        "message.send",
        "announce",
        "remind",
        "approval.ask",
        "file.scan",
        "export",
        "search.rebuild",
    } <= set(by_name)
    announce = by_name["announce"]
    assert announce["promises"].startswith("Sends one message into many channels")
    assert announce["steps"] == ["Send it to the next channels"]
    assert "channel_ids" in str(announce["input"])
    assert "refused" in str(announce["result"])
    assert announce["actions"] == ["cancel", "terminate", "retry", "signal"]
    assert {signal["name"] for signal in announce["signals"]} == {"pause", "resume"}
    assert by_name["search.rebuild"]["needs"] == "operations.act"


async def test_a_message_is_sent_at_once_and_only_once_for_one_id(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    given = {"channel_id": channel, "text": "the build is green"}
    run_id = f"build-{uuid.uuid4().hex[:8]}.1"
    run = await start(ben, "message.send", given, id=run_id)
    assert (run["id"], run["state"], run["words"]) == (run_id, "done", "Sent.")
    assert run["url"].endswith(f"/api/v1/workflow-runs/{run_id}")
    assert run["temporal_url"]
    assert run["subject"] == {"kind": "channel", "id": channel}
    again = await start(ben, "message.send", given, id=run_id)
    assert again == run
    assert await texts(ada, channel) == ["the build is green"]
    other = await try_to_start(ben, "message.send", given | {"text": "red"}, id=run_id)
    assert (other.status, other.code) == (409, "run_exists")
    message = await ada.get(f"/api/v1/messages/{run['result']['message_id']}")
    assert message["author_id"] == ben.id


async def test_an_idempotency_key_starts_one_run(ada: Person) -> None:
    channel = await ada.general()
    body = {
        "type": "message.send",
        "workspace_id": ada.workspace["id"],
        "input": {"channel_id": channel, "text": "once"},
    }
    key = uuid.uuid4().hex
    first, second = [
        await ada.ask("POST", "/api/v1/workflow-runs", body, Idempotency_Key=key) for _ in range(2)
    ]
    assert first.body["id"] == second.body["id"]
    assert second.headers["Idempotent-Replay"] == "true"
    assert (await texts(ada, channel)).count("once") == 1


async def test_of_many_starts_of_one_id_at_once_one_counts(ada: Person) -> None:
    channel = await ada.make_channel("private")
    given = {"channel_id": channel, "text": "racing"}
    runs = await asyncio.gather(*(start(ada, "message.send", given, id="race") for _ in range(8)))
    assert {run["id"] for run in runs} == {"race"}
    await over(ada, runs[0])
    assert await texts(ada, channel) == ["racing"]


async def test_a_message_for_later_waits_is_changed_and_sent_when_asked_to(ada: Person) -> None:
    channel = await ada.make_channel("private")
    run = await start(ada, "message.send", {"channel_id": channel, "text": "later", "at": later()})
    assert run["state"] == "waiting"
    assert run["words"].startswith("Waiting until")
    assert run["workflow"]["id"].startswith("scheduled/")
    assert set(run["actions"]) == {"signal", "cancel", "terminate"}
    path = f"/api/v1/workflow-runs/{run['id']}/signal"
    changed = await ada.ask("POST", path, {"name": "change", "payload": {"text": "sooner"}})
    assert changed.status == 200, changed.body
    assert (await ada.ask("POST", path, {"name": "send_now"})).status == 200
    ended = await over(ada, run)
    assert ended["state"] == "done"
    assert await texts(ada, channel) == ["sooner"]
    assert ended["result"]["channel_id"] == channel
    refused = await ada.ask("POST", path, {"name": "send_now"})
    assert (refused.status, refused.code) == (409, "run_over")


async def test_a_message_for_later_is_cancelled_by_its_starter(ada: Person) -> None:
    channel = await ada.make_channel("private")
    run = await start(ada, "message.send", {"channel_id": channel, "text": "never", "when": "tomorrow 9:00"})
    for _ in range(2):
        cancelled = await ada.ask("POST", f"/api/v1/workflow-runs/{run['id']}/cancel")
        assert (cancelled.status, cancelled.body["state"]) == (200, "cancelled"), cancelled.body
    listed = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/scheduled")
    assert listed["items"] == []
    retried = await ada.ask("POST", f"/api/v1/workflow-runs/{run['id']}/retry")
    assert (retried.status, retried.code) == (409, "not_failed")


async def test_what_cannot_be_taken_is_refused_before_anything_is_on_record(ada: Person, ben: Person) -> None:
    private = await ada.make_channel("private")
    general = await ada.general()
    tries: list[tuple[str, Json, int, str]] = [
        ("message.send", {"channel_id": private, "text": "hi"}, 404, "not_found"),
        ("message.send", {"channel_id": general}, 422, "invalid"),
        ("message.send", {"channel_id": general, "text": "hi", "surprise": 1}, 422, "invalid"),
        ("message.send", {"channel_id": general, "text": "  "}, 422, "text_empty"),
        (
            "message.send",
            {"channel_id": general, "text": "hi", "at": "2001-01-01T00:00:00Z"},
            422,
            "time_is_past",
        ),
        ("announce", {"channel_ids": [general, private], "text": "hi"}, 404, "not_found"),
        ("announce", {"channel_ids": [], "text": "hi"}, 422, "invalid"),
        ("remind", {"text": "tea"}, 422, "time_missing"),
        ("approval.ask", {"channel_id": private, "text": "may I?", "user_ids": [ada.id]}, 404, "not_found"),
        ("file.scan", {"file_id": "none"}, 404, "not_found"),
        ("export", {"channels": "public"}, 403, "missing_right"),
        ("search.rebuild", {}, 403, "missing_right"),
        ("conquer.world", {}, 422, "unknown_type"),
    ]
    for name, given, status, code in tries:
        refused = await try_to_start(ben, name, given)
        assert (refused.status, refused.code) == (status, code), (name, given, refused.body)
    wrong = await try_to_start(ben, "message.send", {"channel_id": general, "text": 5})
    assert wrong.body["errors"][0]["field"] == "input.text"
    bad_id = await try_to_start(ben, "message.send", {"channel_id": general, "text": "x"}, id="no spaces")
    assert (bad_id.status, bad_id.body["errors"][0]["field"]) == (422, "id")
    listed = await ben.get(f"/api/v1/workflow-runs?workspace_id={ben.workspace['id']}")
    assert listed["items"] == []


async def test_an_announcement_reaches_each_channel_once_and_tells_which_did_not_take_it(
    ada: Person, ben: Person
) -> None:
    channels = [await ada.make_channel("private", ben) for _ in range(4)]
    heard = await ben.device()
    run = await start(ben, "announce", {"channel_ids": channels, "text": "office closes early"})
    assert run["progress"]["total"] == 4
    ended = await over(ben, run)
    assert (ended["state"], ended["words"]) == ("done", "Sent to 4 of 4 channels.")
    assert (ended["result"]["sent"], ended["result"]["refused"]) == (4, [])
    for channel in channels:
        assert await texts(ada, channel) == ["office closes early"]
        [message] = (await ada.get(f"/api/v1/channels/{channel}/messages"))["items"]
        assert ended["result"]["messages"][channel] == message["id"]
    told = await heard.wait_for("workflow.changed", lambda e: bool(e["run"]["state"] == "done"))
    assert (told["run"]["id"], told["run"]["progress"]["done"]) == (run["id"], 4)
    actions = [
        one["action"] for one in (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit"))["items"]
    ]
    assert "workflow.started" in actions


async def test_a_request_that_waits_is_answered_when_the_run_changes(ada: Person) -> None:
    channel = await ada.make_channel("private")
    run = await start(ada, "message.send", {"channel_id": channel, "text": "later", "at": later()})
    path = f"/api/v1/workflow-runs/{run['id']}"
    known = await ada.ask("GET", path)
    etag = known.headers["ETag"]
    unchanged = await ada.ask("GET", f"{path}?wait=0.2", If_None_Match=etag)
    assert unchanged.status == 304
    waiting = asyncio.create_task(ada.ask("GET", f"{path}?wait=30&version={known.body['version']}"))
    await ada.ask("POST", f"{path}/cancel")
    answered = await asyncio.wait_for(waiting, 10)
    assert (answered.status, answered.body["state"]) == (200, "cancelled")
    assert answered.headers["ETag"] != etag
    at_once = await ada.ask("GET", f"{path}?wait=30&version={known.body['version']}")
    assert at_once.body["state"] == "cancelled"
    too_long = await ada.ask("GET", f"{path}?wait=3600")
    assert (too_long.status, "run_wait_max" in too_long.body["detail"]) == (422, True)


async def test_runs_are_listed_by_type_state_subject_and_time(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    mine = [await start(ben, "message.send", {"channel_id": channel, "text": f"{n}"}) for n in range(3)]
    waits = await start(ben, "message.send", {"channel_id": channel, "text": "w", "at": later()})
    await start(ada, "message.send", {"channel_id": channel, "text": "of ada"})
    base = f"/api/v1/workflow-runs?workspace_id={ben.workspace['id']}"

    async def ids(person: Person, query: str) -> list[str]:
        return [one["id"] for one in (await person.get(base + query))["items"]]

    newest_first = [waits["id"], *(run["id"] for run in reversed(mine))]
    assert await ids(ben, "") == newest_first, "others' runs are not in a member's sight"
    assert await ids(ben, "&state=waiting") == [waits["id"]]
    assert await ids(ben, "&type=remind,announce") == []
    assert await ids(ben, f"&subject={channel}&type=message.send&state=done") == newest_first[1:]
    assert await ids(ben, f"&until={mine[0]['created_at']}") == []
    assert await ids(ben, f"&since={waits['created_at']}") == newest_first[:1]
    assert await ids(ben, f"&started_by={ada.id}") == []
    assert len(await ids(ada, "")) == 5, "an owner sees everybody's"
    assert await ids(ada, f"&started_by={ben.id}") == newest_first
    page = await ben.get(f"{base}&limit=3")
    rest = await ben.get(f"{base}&limit=3&cursor={page['next']}")
    assert [one["id"] for one in (*page["items"], *rest["items"])] == newest_first
    assert (await ben.ask("GET", f"{base}&since=2026-01-01T00:00:00")).status == 422
    assert (await ben.ask("GET", f"{base}&state=odd")).status == 422


async def test_others_runs_are_seen_and_acted_on_by_right_alone(
    ada: Person, ben: Person, outsider: Person
) -> None:
    channel = await ada.make_channel("private", ben)
    of_ada = await start(ada, "message.send", {"channel_id": channel, "text": "a", "at": later()})
    of_ben = await start(ben, "message.send", {"channel_id": channel, "text": "b", "at": later()})
    for rest, method in (("", "GET"), ("/cancel", "POST"), ("/retry", "POST"), ("/terminate", "POST")):
        for person, run in ((ben, of_ada), (outsider, of_ada), (outsider, of_ben)):
            refused = await person.ask(method, f"/api/v1/workflow-runs/{run['id']}{rest}")
            assert (refused.status, refused.code) == (404, "not_found"), (rest, refused.body)
    signalled = await outsider.ask(
        "POST", f"/api/v1/workflow-runs/{of_ben['id']}/signal", {"name": "send_now"}
    )
    assert signalled.status == 404
    elsewhere = await outsider.ask("GET", f"/api/v1/workflow-runs?workspace_id={ada.workspace['id']}")
    assert elsewhere.status == 404
    started = await outsider.ask(
        "POST",
        "/api/v1/workflow-runs",
        {"type": "search.rebuild", "workspace_id": ada.workspace["id"]},
    )
    assert (started.status, started.code) == (404, "not_found")
    own = await ben.ask("POST", f"/api/v1/workflow-runs/{of_ben['id']}/terminate")
    assert (own.status, own.code) == (403, "missing_right")
    seen = await of(ada, of_ben)
    assert "terminate" in seen["actions"]
    ended = await ada.ask("POST", f"/api/v1/workflow-runs/{of_ben['id']}/cancel")
    assert ended.body["state"] == "cancelled", ended.body
    audit = (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit"))["items"]
    assert [one["action"] for one in audit if one["subject"] == of_ben["id"]] == ["workflow.cancelled"]


async def test_an_id_of_one_workspace_says_nothing_of_another(ada: Person, outsider: Person) -> None:
    await outsider.make_workspace("Elsewhere")
    name = f"nightly-{uuid.uuid4().hex[:6]}"
    here = {"channel_id": await ada.general(), "text": "here"}
    there = {"channel_id": await outsider.general(), "text": "there"}
    first = await start(ada, "message.send", here, id=name)
    second = await start(outsider, "message.send", there, id=name)
    assert first["workspace_id"] != second["workspace_id"]
    assert (await of(ada, first))["workspace_id"] == ada.workspace["id"]
    assert (await of(outsider, second))["workspace_id"] == outsider.workspace["id"]


async def test_a_reminder_an_approval_and_a_rebuilt_search_are_runs_too(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    reminder = await start(ada, "remind", {"text": "tea", "when": "in 2 hours"})
    assert reminder["state"] == "waiting"
    assert reminder["workflow"]["id"].startswith("reminder/")
    gone = await ada.ask("POST", f"/api/v1/workflow-runs/{reminder['id']}/cancel")
    assert gone.body["state"] == "cancelled", gone.body
    asked = await start(
        ada, "approval.ask", {"channel_id": channel, "text": "deploy?", "user_ids": [ben.id]}, id="deploy-1"
    )
    assert asked["state"] == "waiting"
    approval = asked["workflow"]["id"].partition("/")[2]
    answered = await ben.ask("POST", f"/api/v1/approvals/{approval}/answer", {"decision": "approve"})
    assert answered.status < 300, answered.body
    decided = await over(ada, asked)
    assert (decided["state"], decided["result"]["state"]) == ("done", "approved")
    rebuilt = await over(ada, await start(ada, "search.rebuild", {}))
    assert rebuilt["state"] == "done"
    assert rebuilt["result"]["channels"] >= 2


async def test_a_file_is_scanned_again_by_its_uploader_and_by_nobody_else(
    ada: Person, ben: Person, outsider: Person, house: House
) -> None:
    content = await a_content(house, ben, b"nothing wrong here")
    record = await a_file(house, ben, content)
    run = await start(ben, "file.scan", {"file_id": record.id})
    assert run["subject"] == {"kind": "file", "id": record.id}
    ended = await over(ben, run)
    assert (ended["state"], ended["words"]) == ("done", "Nothing was found in it."), ended
    assert ended["result"] == {"file_id": record.id, "state": "ready", "verdict": "Nothing was found in it."}
    bad = await a_content(house, ben, EICAR)
    infected = await over(ben, await start(ben, "file.scan", {"file_id": (await a_file(house, ben, bad)).id}))
    assert infected["result"]["state"] == "quarantined"
    assert infected["words"].startswith("A virus was found")
    assert (await over(ada, await start(ada, "file.scan", {"file_id": record.id})))["state"] == "done"
    cy = await try_to_start(outsider, "file.scan", {"file_id": record.id})
    assert (cy.status, cy.code) == (404, "not_found")


async def test_a_token_starts_only_what_its_scopes_open(ada: Person) -> None:
    made = await ada.ask(
        "POST", "/api/v1/me/tokens", {"name": "nightly", "scopes": ["workflows:write", "workflows:read"]}
    )
    assert made.status == 201, made.body
    channel = await ada.general()
    session, ada.token = ada.token, made.body["secret"]
    refused = await try_to_start(ada, "message.send", {"channel_id": channel, "text": "hi"})
    assert (refused.status, refused.code) == (403, "missing_scope")
    assert (await ada.ask("GET", "/api/v1/workflow-types")).status == 200
    exported = await try_to_start(ada, "export", {})
    assert (exported.status, exported.code) == (403, "missing_scope")
    ada.token = session
    sends = {"name": "sends", "scopes": ["workflows:write", "messages:write"]}
    ada.token = (await ada.post("/api/v1/me/tokens", sends))["secret"]
    run = await start(ada, "message.send", {"channel_id": channel, "text": "by a token"})
    unread = await ada.ask("GET", f"/api/v1/workflow-runs/{run['id']}")
    assert (unread.status, unread.code) == (403, "missing_scope")
    ada.token = session
    assert "by a token" in await texts(ada, channel)


async def test_a_guest_starts_and_sees_no_runs_of_others(ada: Person, ben: Person, house: House) -> None:
    channel = await ada.make_channel("private", ben)
    run = await start(ada, "message.send", {"channel_id": channel, "text": "later", "at": later()})
    await house.database.workspace_members.update_one({"user_id": ben.id}, {"$set": {"role": "guest"}})
    refused = await try_to_start(ben, "message.send", {"channel_id": channel, "text": "hi"})
    assert (refused.status, refused.code) == (403, "missing_right")
    assert (await ben.ask("GET", f"/api/v1/workflow-runs/{run['id']}")).status == 404
    assert (await ben.ask("POST", f"/api/v1/workflow-runs/{run['id']}/cancel")).status == 404
    assert (await ben.get(f"/api/v1/workflow-runs?workspace_id={ben.workspace['id']}"))["items"] == []


async def test_people_are_invited_and_each_address_is_answered_by_name(ada: Person, ben: Person) -> None:
    new, odd = f"new-{uuid.uuid4().hex}@example.com", "not an address"
    given = {"invitations": [{"email": email} for email in (new, odd, ben.email, new)]}
    run = await over(ada, await start(ada, "members.invite", given))
    assert run["state"] == "done", run
    assert [one["state"] for one in run["result"]["items"]] == [
        "queued",
        "invalid",
        "member_already",
        "duplicate",
    ]
    nobody = await start(ada, "members.invite", {"invitations": [{"email": new}]})
    assert (nobody["state"], nobody["failure"]["code"]) == ("failed", "nobody_invited")
    refused = await try_to_start(ada, "members.invite", {"invitations": []})
    assert refused.status == 422


async def test_another_workspace_is_set_up_with_its_starter_as_owner(ada: Person, ben: Person) -> None:
    given = {"name": "Second Engines", "template": "team"}
    run_id = f"setup-{uuid.uuid4().hex[:8]}"
    run = await start(ben, "workspace.onboard", given, id=run_id)
    assert (await start(ben, "workspace.onboard", given, id=run_id))["id"] == run_id
    ended = await over(ben, run, within_s=60)
    assert ended["state"] == "done", ended
    assert ended["progress"]["done"] == ended["progress"]["total"]
    made = ended["result"]["workspace_id"]
    mine = await ben.get("/api/v1/workspaces")
    items = mine["items"] if isinstance(mine, dict) else mine
    assert [one["role"] for one in items if one["id"] == made] == ["owner"]
    refused = await try_to_start(ben, "workspace.onboard", given | {"template": "none"})
    assert refused.status == 422
