"""Workflows as those see them who run a workspace: by type and state, stuck first, each in plain words."""

import asyncio
from datetime import timedelta

import msgspec

from parlour.core.chat.send import Draft
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, ScheduledId, UserId, WorkspaceId, new_id
from parlour.core.later.scheduled import wake_of
from parlour.core.store.scheduled import ScheduledRecord
from parlour.core.store.troubles import Trouble
from parlour.workflows.teller import TemporalTeller
from tests.person import Json, Person, eventually
from tests.service.test_workflow_runs import later, over, start


def path_of(person: Person, rest: str = "") -> str:
    return f"/api/v1/workspaces/{person.workspace['id']}/workflows{rest}"


async def counted(owner: Person, workflow_type: str, state: str) -> int:
    found = await owner.get(path_of(owner, "/summary"))
    return int(next(one for one in found["items"] if one["type"] == workflow_type)["counts"].get(state, 0))


async def test_workflows_are_counted_by_type_and_state(ada: Person, ben: Person) -> None:
    channel = await ada.make_channel("private", ben)
    for _ in range(2):
        await start(ben, "message.send", {"channel_id": channel, "text": "later", "at": later()})
    await over(ada, await start(ada, "announce", {"channel_ids": [channel], "text": "hi"}))

    async def is_counted() -> bool:
        return (
            await counted(ada, "ScheduledMessage", "running") == 2
            and await counted(ada, "Announcement", "done") == 1
        )

    await eventually(is_counted)
    summary = await ada.get(path_of(ada, "/summary"))
    assert summary["people_counted"] == 2
    assert summary["totals"]["running"] >= 2
    shown = {one["type"]: one for one in summary["items"]}
    assert shown["ScheduledMessage"]["title"] == "Scheduled message"
    assert "DeliverySweep" not in shown, "what belongs to no workspace is no workspace's"


async def test_a_page_of_workflows_names_each_in_words_and_ends(ada: Person) -> None:
    channel = await ada.make_channel("private")
    runs = [
        await start(ada, "message.send", {"channel_id": channel, "text": "x", "at": later()})
        for _ in range(3)
    ]
    wanted = {run["workflow"]["id"].replace("/", ":") for run in runs}

    async def listed() -> list[Json] | None:
        items: list[Json] = []
        query = "?type=ScheduledMessage&limit=2"
        while True:
            page = await ada.get(path_of(ada, query))
            items += page["items"]
            if page["next"] is None:
                return items if {one["id"] for one in items} == wanted else None
            query = f"?type=ScheduledMessage&limit=2&cursor={page['next']}"

    items = await eventually(listed)
    assert len(items) == 3
    assert {one["state"] for one in items} == {"running"}
    assert all(one["words"] == "Waiting." and one["workflow"]["url"] for one in items)


async def test_one_workflow_tells_what_happened_what_comes_next_and_what_may_be_done(ada: Person) -> None:
    channel = await ada.make_channel("private")
    given = {"channel_id": channel, "text": "a secret plan", "at": later()}
    run = await start(ada, "message.send", given)
    public = run["workflow"]["id"].replace("/", ":")

    async def found() -> Json | None:
        answer = await ada.ask("GET", path_of(ada, f"/{public}"))
        return (
            answer.body if answer.status == 200 and answer.body["words"].startswith("Waiting until") else None
        )

    page = await eventually(found)
    assert page["promises"].startswith("A message is sent at its time, once")
    assert [step["words"] for step in page["steps"]] == ["Send it", "Give up, and tell its author why"]
    assert page["next"] == "It waits for a time, or to be told something."
    assert page["happened"][0]["words"] == "Began."
    assert any(one["words"].startswith("Waits for") for one in page["happened"])
    assert {offer["action"] for offer in page["actions"]} == {"cancel", "terminate"}
    assert (page["run_id"], page["started_by"]) == (run["id"], ada.id)
    assert "a secret plan" not in str(page)
    for spelt in (public.replace(":", "%3A"), public.replace(":", "%2F")):
        assert (await ada.load(path_of(ada, f"/{spelt}"))).status == 200, spelt
    cancelled = await ada.ask("POST", path_of(ada, f"/{public}/cancel"))
    assert cancelled.status == 200, cancelled.body

    async def is_over() -> bool:
        return bool((await ada.get(path_of(ada, f"/{public}")))["state"] == "done")

    await eventually(is_over)
    assert (await over(ada, run))["state"] == "cancelled"
    refused = await ada.ask("POST", path_of(ada, f"/{public}/cancel"))
    assert (refused.status, refused.code) == (409, "not_offered")
    audit = (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit"))["items"]
    assert "workflow.cancelled" in [one["action"] for one in audit]


async def test_a_workflow_that_is_ended_by_force_begins_again_from_its_record(ada: Person) -> None:
    channel = await ada.make_channel("private")
    run = await start(ada, "message.send", {"channel_id": channel, "text": "still", "at": later(6)})
    public = run["workflow"]["id"].replace("/", ":")

    async def is_there() -> bool:
        return (await ada.ask("GET", path_of(ada, f"/{public}"))).status == 200

    await eventually(is_there)
    ended = await ada.ask("POST", path_of(ada, f"/{public}/terminate"))
    assert ended.body["state"] == "terminated", ended.body
    assert "Ended by force: by" in ended.body["happened"][-1]["words"]


async def test_what_is_stuck_comes_first_and_is_forgotten_when_it_is_over(ada: Person, house: House) -> None:
    channel = await ada.make_channel("private")
    run = await start(ada, "message.send", {"channel_id": channel, "text": "x", "at": later()})
    workspace_id = WorkspaceId(ada.workspace["id"])
    trouble = Trouble(
        workflow_id=run["workflow"]["id"],
        workflow_type="ScheduledMessage",
        workspace_id=workspace_id,
        activity="send_scheduled",
        attempt=9,
        error="MongoDB does not answer right now.",
        since=now() - timedelta(minutes=5),
        last_at=now(),
    )
    await house.troubles.note(trouble)
    assert (await ada.get(path_of(ada, "?state=stuck")))["items"] == [], "Temporal says that it is not"
    await house.troubles.over(trouble.workflow_id, trouble.activity)
    assert await house.troubles.of([workspace_id], attempts=1, limit=10) == []


async def a_broken_message(house: House, author: Person, channel: str) -> ScheduledRecord:
    """A scheduled message that is due and cannot be read, until somebody mends it."""
    at = now()
    record = ScheduledRecord(
        id=ScheduledId(new_id()),
        user_id=UserId(author.id),
        workspace_id=WorkspaceId(author.workspace["id"]),
        channel_id=ChannelId(channel),
        draft=b"{broken",
        due_at=at,
        timezone="UTC",
        created_at=at,
        changed_at=at,
    )
    await house.scheduled.add(record)
    await TemporalTeller(house.settings).ensure(wake_of(record))
    return record


async def test_a_step_that_fails_again_and_again_is_stuck_and_tried_at_once_when_somebody_asks(
    ada: Person, house: House
) -> None:
    record = await a_broken_message(house, ada, await ada.make_channel("private"))
    public = f"scheduled:{record.id}"

    async def stuck() -> Json | None:
        items = (await ada.get(path_of(ada)))["items"]
        return dict(items[0]) if items and items[0]["state"] == "stuck" else None

    item = await eventually(stuck, within_s=40)
    assert item["id"] == public
    assert item["words"].startswith("Send it: attempt ")
    [step] = item["pending"]
    assert step["attempt"] > house.settings.workflow_stuck_attempts
    assert step["last_error"]
    assert (await ada.get(path_of(ada, "?state=stuck")))["items"][0]["id"] == public
    assert await counted(ada, "ScheduledMessage", "stuck") == 1

    async def offered() -> Json | None:
        found = dict(await ada.get(path_of(ada, f"/{public}")))
        return found if "retry" in {offer["action"] for offer in found["actions"]} else None

    page = await eventually(offered, within_s=40)
    assert page["words"].startswith("Stuck at “Send it”, attempt")
    assert page["why"].startswith("The last attempt failed:")
    assert "“Send it” is tried again" in page["next"]
    mended = msgspec.json.encode(Draft(text="mended"))
    await house.database.scheduled.update_one({"_id": record.id}, {"$set": {"draft": mended}})
    retried = await ada.ask("POST", path_of(ada, f"/{public}/retry"))
    assert retried.status in (200, 409), retried.body

    async def is_done() -> bool:
        return bool((await ada.get(path_of(ada, f"/{public}")))["state"] == "done")

    await eventually(is_done, within_s=40)
    assert (await ada.get(path_of(ada, "?state=stuck")))["items"] == []
    assert await house.troubles.of([record.workspace_id], attempts=1, limit=10) == []


async def test_others_than_those_who_may_see_none_of_it(ada: Person, ben: Person, outsider: Person) -> None:
    channel = await ada.make_channel("private", ben)
    run = await start(ben, "message.send", {"channel_id": channel, "text": "x", "at": later()})
    public = run["workflow"]["id"].replace("/", ":")
    for rest in ("", "/summary", f"/{public}"):
        refused = await ben.ask("GET", path_of(ada, rest))
        assert (refused.status, refused.code) == (403, "missing_right"), rest
        assert (await outsider.ask("GET", path_of(ada, rest))).status == 404
    for action in ("retry", "cancel", "terminate"):
        assert (await ben.ask("POST", path_of(ada, f"/{public}/{action}"))).code == "missing_right"
        assert (await outsider.ask("POST", path_of(ada, f"/{public}/{action}"))).status == 404
    await outsider.make_workspace("Elsewhere")
    elsewhere = f"/api/v1/workspaces/{outsider.workspace['id']}/workflows/{public}"
    assert (await outsider.ask("GET", elsewhere)).status == 404, "its workspace is another"
    assert (await outsider.ask("POST", f"{elsewhere}/terminate")).status == 404
    for odd in ("nothing", "delivery:none", "sweep:runs:run", "a:b:c"):
        assert (await ada.ask("GET", path_of(ada, f"/{odd}"))).status == 404, odd


async def test_runs_are_followed_live_by_those_who_may(ada: Person, ben: Person, outsider: Person) -> None:
    channel = await ada.make_channel("private", ben)
    at_ada, at_ben, at_eve = await ada.device(), await ben.device(), await outsider.device()
    workspace = {"workspace_id": ada.workspace["id"]}
    assert (await at_ada.call("workflow.follow", workspace))["ok"]
    assert (await at_ben.call("workflow.follow", workspace))["error"]["code"] == "missing_right"
    assert (await at_eve.call("workflow.follow", workspace))["error"]["code"] == "not_found"
    run = await start(ben, "message.send", {"channel_id": channel, "text": "x", "at": later()})
    heard = await at_ada.wait_for("workflow.changed", lambda e: bool(e["run"]["id"] == run["id"]))
    assert heard["run"]["started_by"] == ben.id
    one = workspace | {"run_id": run["id"]}
    assert (await at_ben.call("workflow.follow", one))["run"]["state"] == "waiting"
    assert (await at_eve.call("workflow.follow", one))["error"]["code"] == "not_found"
    assert (await at_ada.call("workflow.unfollow", workspace))["ok"]
    assert (await at_ada.call("workflow.follow", one))["run"]["id"] == run["id"]
    await ben.ask("POST", f"/api/v1/workflow-runs/{run['id']}/cancel")
    for device in (at_ada, at_ben):
        told = await device.wait_for("workflow.changed", lambda e: bool(e["run"]["state"] == "cancelled"))
        assert told["run"]["id"] == run["id"]
    await asyncio.sleep(0)
    assert "workflow.changed" not in [name for name, _ in at_eve.heard]
