"""Exports: channels as JSON lines in a zip, for their starter alone, for a while."""

import io
import json
import zipfile
from datetime import timedelta

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import RunKey
from parlour.core.runs import exports
from parlour.core.runs.sweep import sweep
from tests.person import Json, Person
from tests.service.test_workflow_runs import over, start


def lines(archive: zipfile.ZipFile, name: str) -> list[Json]:
    return [json.loads(line) for line in archive.read(name).splitlines()]


async def loaded(person: Person, run: Json) -> zipfile.ZipFile:
    found = await person.load(run["result"]["url"].removeprefix(person.address))
    assert found.status == 200
    assert found.headers["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(found.data))
    assert archive.testzip() is None
    return archive


async def test_my_channels_are_exported_as_they_are_now(ada: Person, ben: Person) -> None:
    shared = await ada.make_channel("private", ben, name="plans")
    hidden = await ada.make_channel("private")
    await ada.send(hidden, "not for ben")
    first = await ada.send(shared, "first draft")
    await ada.ask("PATCH", f"/api/v1/messages/{first['id']}", {"text": "first, as edited"})
    gone = await ben.send(shared, "taken back")
    await ben.ask("DELETE", f"/api/v1/messages/{gone['id']}")
    reply = {"text": "a reply", "thread_root_id": first["id"]}
    await ben.post(f"/api/v1/channels/{shared}/messages", reply)
    await ben.ask("PUT", f"/api/v1/messages/{first['id']}/reactions/%F0%9F%91%8D")
    run = await over(ben, await start(ben, "export", {}))
    assert run["state"] == "done", run
    assert (run["result"]["messages"], run["result"]["channels"]) == (3, 2)
    archive = await loaded(ben, run)
    channels = {one["id"]: one for one in lines(archive, "channels.jsonl")}
    assert shared in channels
    assert hidden not in channels
    assert channels[shared]["file"] == f"channels/plans-{shared}.jsonl"
    said = lines(archive, channels[shared]["file"])
    assert [one.get("text", "") for one in said] == ["first, as edited", "", "a reply"]
    assert said[0]["author"]["id"] == ada.id
    assert said[0]["reactions"] == {"👍": [ben.id]}
    assert "deleted_at" in said[1]
    assert said[2]["thread_root_id"] == first["id"]
    assert "not for ben" not in str(said)


async def test_many_pages_become_one_file_and_parts_can_be_loaded(ada: Person, house: House) -> None:
    channel = await ada.make_channel("private", name="long")
    for number in range(30):
        await ada.send(channel, f"message {number}")
    settings = house.settings
    run = await over(ada, await start(ada, "export", {}))
    archive = await loaded(ada, run)
    said = lines(archive, f"channels/long-{channel}.jsonl")
    assert [one["text"] for one in said] == [f"message {number}" for number in range(30)]
    path = run["result"]["url"].removeprefix(ada.address)
    part = await ada.load(path, Range="bytes=0-3")
    assert (part.status, part.data) == (206, b"PK\x03\x04")
    assert settings.export_page >= 30


async def test_nobody_but_its_starter_loads_an_export(
    ada: Person, ben: Person, outsider: Person, house: House
) -> None:
    await ben.send(await ben.general(), "hello")
    run = await over(ben, await start(ben, "export", {}))
    link = run["result"]["url"].removeprefix(ben.address)
    path = link.partition("?")[0]
    assert (await ben.load(path)).status == 200, "by a token, too"
    for person in (ada, outsider):
        assert (await person.load(path)).status == 404
        forged = link.replace(f"reader={ben.id}", f"reader={person.id}")
        assert (await person.load(forged)).status == 404
    assert (await outsider.load(link.replace("signature=", "signature=0"))).status == 404
    seen_by_owner = await ada.get(f"/api/v1/workflow-runs/{run['id']}")
    assert "url" not in seen_by_owner["result"]
    await ada.ask("DELETE", f"/api/v1/workspaces/{ada.workspace['id']}/members/{ben.id}")
    assert (await ben.load(link)).status == 404, "who left the workspace loads nothing more"


async def test_what_is_kept_long_enough_is_deleted(ada: Person, house: House) -> None:
    await ada.send(await ada.general(), "hello")
    run = await over(ada, await start(ada, "export", {"channels": "public"}))
    record = await house.runs.get(RunKey(run["id"]))
    assert record is not None
    left = [one.key async for one in house.objects.listed(f"exports/{record.key}")]
    assert left == [f"exports/{record.key}/export.zip"], "the parts are gone"
    await house.runs.change(record, at=now(), states=["done"], release_at=now() - timedelta(seconds=1))
    gone = await ada.load(f"/api/v1/exports/{record.key}")
    assert (gone.status, gone.code) == (410, "export_expired")
    assert (await sweep(house, batch=100)).released >= 0
    assert [one.key async for one in house.objects.listed(f"exports/{record.key}")] == []
    fresh = await house.runs.get(RunKey(run["id"]))
    assert fresh is not None
    assert b"url" not in exports.with_link(house, fresh)


async def test_an_export_that_is_cancelled_leaves_nothing_behind(ada: Person, house: House) -> None:
    run = await start(ada, "export", {})
    answered = await ada.ask("POST", f"/api/v1/workflow-runs/{run['id']}/cancel")
    ended = await over(ada, run)
    if answered.status == 409:
        assert ended["state"] == "done", "it was quicker"
        return
    assert ended["state"] == "cancelled"
    record = await house.runs.get(RunKey(run["id"]))
    assert record is not None
    assert record.release_at is not None
