"""What was started by API is done once, whatever is killed meanwhile, and begins even where Temporal was away."""

import asyncio
import io
import json
import uuid
import zipfile
from collections import Counter

from deploy.stack import Stack
from tests.faults.under_load.outage import kill_for_good
from tests.person import Json, Person, eventually
from tests.service.test_workflow_runs import of, over, start, texts

CHANNELS = 60
MESSAGES = 40
RECOVERED_S = 120


async def make_channels(owner: Person, count: int) -> list[str]:
    return [await owner.make_channel("private") for _ in range(count)]


async def test_a_worker_killed_during_an_announcement_reaches_each_channel_once(
    ada: Person, stack: Stack
) -> None:
    channels = await make_channels(ada, CHANNELS)
    run = await start(ada, "announce", {"channel_ids": channels, "text": "once"})

    async def is_under_way() -> bool:
        return bool(await texts(ada, channels[0]))

    await eventually(is_under_way, within_s=60)
    stack.kill("worker")
    await asyncio.to_thread(stack.wait_ready)
    ended = await over(ada, run, within_s=RECOVERED_S)
    assert (ended["state"], ended["result"]["sent"]) == ("done", CHANNELS)
    for channel in channels:
        assert await texts(ada, channel) == ["once"]


async def test_a_worker_killed_during_an_export_leaves_nothing_out_and_nothing_twice(
    ada: Person, stack: Stack
) -> None:
    channels = await make_channels(ada, 20)
    for number in range(MESSAGES):
        await ada.send(channels[number % len(channels)], f"message {number}")
    run = await start(ada, "export", {})
    stack.kill("worker")
    await asyncio.to_thread(stack.wait_ready)
    ended = await over(ada, run, within_s=RECOVERED_S)
    assert (ended["state"], ended["result"]["messages"]) == ("done", MESSAGES)
    found = await ada.load(ended["result"]["url"].removeprefix(ada.address))
    archive = zipfile.ZipFile(io.BytesIO(found.data))
    said = Counter(
        json.loads(line)["text"]
        for name in archive.namelist()
        if name.startswith("channels/")
        for line in archive.read(name).splitlines()
    )
    assert said == Counter(f"message {number}" for number in range(MESSAGES))


async def test_what_is_started_while_temporal_is_away_is_on_record_and_begins_when_it_is_back(
    ada: Person, stack: Stack
) -> None:
    channels = await make_channels(ada, 3)
    unwanted = await make_channels(ada, 1)
    await kill_for_good(stack, "temporal")
    run = await start(ada, "announce", {"channel_ids": channels, "text": "once"}, id=uuid.uuid4().hex)
    assert run["state"] == "waiting_to_start"
    assert run["words"].startswith("On record. It begins as soon as Temporal takes it.")
    again = await start(ada, "announce", {"channel_ids": channels, "text": "once"}, id=run["id"])
    assert again["id"] == run["id"]
    dropped = await start(ada, "announce", {"channel_ids": unwanted, "text": "never"})
    cancelled = await ada.ask("POST", f"/api/v1/workflow-runs/{dropped['id']}/cancel")
    assert cancelled.body["state"] == "cancelled"
    seen = await of(ada, run)
    assert (seen["state"], seen["pending_known"]) == ("waiting_to_start", True)
    listed = await ada.ask("GET", f"/api/v1/workspaces/{ada.workspace['id']}/workflows/summary")
    assert (listed.status, listed.code) == (503, "unavailable")
    stack.start_program("temporal")
    await asyncio.to_thread(stack.wait_ready)
    ended = await over(ada, run, within_s=RECOVERED_S)
    assert (ended["state"], ended["result"]["sent"]) == ("done", 3)
    assert [await texts(ada, channel) for channel in channels] == [["once"]] * 3
    assert await texts(ada, unwanted[0]) == []


async def test_an_announcement_that_is_paused_and_resumed_while_the_worker_is_away_goes_on(
    ada: Person, stack: Stack
) -> None:
    channels = await make_channels(ada, CHANNELS)
    run = await start(ada, "announce", {"channel_ids": channels, "text": "once"})
    path = f"/api/v1/workflow-runs/{run['id']}/signal"

    async def paused() -> Json | None:
        answer = await ada.ask("POST", path, {"name": "pause"})
        return dict(answer.body) if answer.status == 200 and answer.body["state"] == "paused" else None

    assert await eventually(paused)
    stack.kill("worker")
    resumed = await ada.ask("POST", path, {"name": "resume"})
    assert resumed.status == 200, resumed.body
    await asyncio.to_thread(stack.wait_ready)
    ended = await over(ada, run, within_s=RECOVERED_S)
    assert (ended["state"], ended["result"]["sent"]) == ("done", CHANNELS)
    for channel in channels:
        assert await texts(ada, channel) == ["once"]
