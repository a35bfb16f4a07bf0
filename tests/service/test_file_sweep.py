"""Everything that uploads, crashes and outages may leave behind is found and put right, and nothing else is touched."""

import uuid
from datetime import datetime, timedelta

import pytest
from temporalio.client import Client

from parlour.core.clock import now
from parlour.core.errors import ConflictError, NotFoundError
from parlour.core.files.sweep import OWNER, sweep
from parlour.core.house import House
from parlour.core.ids import ChannelId, ContentId, EntryId, FileId, WorkspaceId, moment_of_id, new_id
from parlour.core.model.file_promises import FilesSwept
from parlour.core.model.files import Content, FileRecord, Rendition, Use
from parlour.core.model.promises import SweepRequest
from parlour.core.model.uploads import segments_of
from parlour.workflows.file_intake import start_intake
from parlour.workflows.file_sweep import FileSweep
from parlour.workflows.teller import TemporalTeller
from tests.houses import with_
from tests.person import Person, eventually
from tests.service.kept import EICAR, LONG_AGO, a_content, a_file, age, verdict
from tests.uploaded import upload


async def swept(house: House, client: Client) -> FilesSwept:
    """Sweep once, as the schedule does, but through everything."""
    return await client.execute_workflow(
        FileSweep.run,
        SweepRequest(100_000),
        id=f"sweep/files/{uuid.uuid4().hex}",
        task_queue=house.settings.temporal_task_queue,
    )


async def is_stored(house: House, key: str) -> bool:
    try:
        await house.objects.stat(key)
    except NotFoundError:
        return False
    return True


async def with_preview(house: House, content: Content) -> Content:
    """Give a content a preview."""
    key = f"previews/{uuid.uuid4().hex}"
    await house.objects.put(key, b"a preview")
    made = Rendition(name="head", key=key, media_type="text/plain", size=9)
    changed = await house.contents.change(content.id, renditions=[made])
    assert changed is not None
    return changed


def id_of(then: datetime) -> str:
    """Return an id as it was made then."""
    late = uuid.UUID(new_id()).int & ((1 << 80) - 1)
    return str(uuid.UUID(int=int(then.timestamp() * 1000) << 80 | late))


async def state_of(house: House, file_id: FileId) -> str:
    record = await house.files.get(file_id)
    return record.state if record else "gone"


async def in_a_message(house: House, person: Person, *records: FileRecord) -> None:
    channel = await person.make_channel()
    body = {"text": "Here", "file_ids": [record.id for record in records]}
    await person.post(f"/api/v1/channels/{channel}/messages", body)


def test_an_id_tells_when_it_was_made() -> None:
    then = now() - LONG_AGO
    assert moment_of_id(id_of(then)) == then
    assert moment_of_id("no id") is None
    assert moment_of_id(str(uuid.uuid4())) is None


async def test_uploads_that_did_not_go_on_and_files_without_an_upload_are_gone(
    ada: Person, house: House, temporal_client: Client
) -> None:
    expired, going_on = [await upload(house, ada, name.encode(), name=name) for name in ("old", "new")]
    for file_id in (expired, going_on):
        await house.files.change(file_id, state="uploading")
        await house.database.uploads.update_one({"_id": file_id}, {"$set": {"done": False}})
    then = now() - LONG_AGO
    await house.database.uploads.update_one(
        {"_id": expired}, {"$set": {"expires_at": then, "heard_at": then}}
    )
    lost = await a_file(house, ada, None, state="uploading")
    fresh = await a_file(house, ada, None, state="uploading")
    await age(house, files=[lost], contents=[])
    done = await swept(house, temporal_client)
    assert (done.uploads_expired, done.failed) == (1, [])
    states = [await state_of(house, one) for one in (expired, going_on, lost.id, fresh.id)]
    assert states == ["gone", "uploading", "deleted", "uploading"]
    assert await house.uploads.get(expired) is None
    assert not await is_stored(house, f"{segments_of(expired)}0")
    assert await is_stored(house, f"{segments_of(going_on)}0")


async def test_a_file_without_a_workflow_gets_one_and_one_that_has_one_is_left_alone(
    ada: Person, house: House, temporal_client: Client
) -> None:
    left = await upload(house, ada, b"left behind when Temporal was away")
    content = await a_content(house, ada, b"scanned, and its workflow was ended", processed=False)
    scanned = (await a_file(house, ada, content, state="processing")).id
    waiting = await upload(house, ada, b"its workflow waits")
    ended = await upload(house, ada, b"the last byte came, and the API was killed")
    await house.files.change(ended, state="uploading")
    failed = await upload(house, ada, b"it was given up, and may be tried again")
    await house.files.change(failed, state="failed")
    nobody = house.settings.model_copy(update={"temporal_task_queue": f"nobody-{uuid.uuid4().hex}"})
    await start_intake(temporal_client, nobody, waiting, WorkspaceId(ada.workspace["id"]))
    then = now() - timedelta(minutes=10)
    for file_id in (left, scanned, waiting, ended, failed):
        await house.database.files.update_one({"_id": file_id}, {"$set": {"updated_at": then}})
        await house.database.uploads.update_one({"_id": file_id}, {"$set": {"heard_at": then}})
    done = await swept(house, temporal_client)
    assert done.files_started >= 1
    assert await state_of(house, failed) == "failed"
    await ada.post(f"/api/v1/files/{failed}/retry", status=202)
    for file_id in (left, scanned, ended, failed):

        async def is_ready(file_id: FileId = file_id) -> bool:
            return await state_of(house, file_id) == "ready"

        await eventually(is_ready, within_s=60)
    assert await state_of(house, waiting) == "scanning"
    teller = TemporalTeller(house.settings, temporal_client)
    assert not await teller.ensure_intake(waiting, WorkspaceId(ada.workspace["id"]))


async def test_files_that_no_message_holds_are_removed_with_all_that_they_held(
    ada: Person, house: House, temporal_client: Client
) -> None:
    alone = await with_preview(house, await a_content(house, ada, b"nobody sent this"))
    shared = await a_content(house, ada, b"somebody sent this too")
    sent_long_ago = await a_content(house, ada, b"sent long ago")
    unsent = [await a_file(house, ada, content) for content in (alone, shared)]
    sent = [await a_file(house, ada, content) for content in (shared, sent_long_ago)]
    fresh = await a_file(house, ada, await a_content(house, ada, b"to be sent soon"))
    await in_a_message(house, ada, *sent)
    await age(house, files=[*unsent, *sent], contents=[alone, shared, sent_long_ago])
    done = await swept(house, temporal_client)
    assert done.files_removed >= 2
    states = [await state_of(house, record.id) for record in (*unsent, *sent, fresh)]
    assert states == ["deleted", "deleted", "ready", "ready", "ready"]
    assert await house.contents.get(alone.id) is None
    for key in (alone.key, alone.renditions[0].key):
        assert not await is_stored(house, key)
    for kept in (shared, sent_long_ago):
        assert await house.contents.get(kept.id) == kept or await is_stored(house, kept.key)
        assert await is_stored(house, kept.key)
    await age(house, files=unsent, contents=[])
    assert (await swept(house, temporal_client)).files_forgotten >= 2
    assert [await state_of(house, record.id) for record in unsent] == ["gone", "gone"]


async def test_a_file_waits_for_its_scheduled_message(
    ada: Person, house: House, temporal_client: Client
) -> None:
    record = await a_file(house, ada, await a_content(house, ada, b"for the end of the month"))
    channel = await ada.make_channel()
    body = {"text": "Later", "at": (now() + LONG_AGO).isoformat(), "file_ids": [record.id]}
    scheduled = await ada.post(f"/api/v1/channels/{channel}/scheduled", body)
    assert scheduled["file_ids"] == [record.id]
    await age(house, files=[record], contents=[])
    await swept(house, temporal_client)
    assert await state_of(house, record.id) == "ready"
    await ada.ask("DELETE", f"/api/v1/scheduled/{scheduled['id']}")
    await swept(house, temporal_client)
    assert await state_of(house, record.id) == "deleted"


async def test_uses_whose_message_never_came_are_forgotten_and_those_that_may_still_come_are_not(
    ada: Person, house: House, temporal_client: Client
) -> None:
    channel = ChannelId(await ada.make_channel())
    record = await a_file(house, ada, await a_content(house, ada, b"bound, and never sent"))
    never, soon = EntryId(id_of(now() - LONG_AGO)), EntryId(new_id())
    for message_id in (never, soon):
        await house.files.hold([record.id], Use(message_id=message_id, channel_id=channel))
    done = await swept(house, temporal_client)
    assert done.uses_forgotten == 1
    found = await house.files.get(record.id)
    assert found is not None
    assert [use.message_id for use in found.uses] == [soon]


async def test_contents_that_no_file_is_of_are_forgotten(
    ada: Person, house: House, temporal_client: Client
) -> None:
    orphan = await with_preview(house, await a_content(house, ada, b"of no file"))
    deleted = await a_content(house, ada, b"of a deleted file")
    fresh = await a_content(house, ada, b"its file comes in a moment")
    bad = await a_content(house, ada, EICAR, verdict("infected", found="Eicar"))
    named = await a_file(house, ada, bad)
    gone = await a_file(house, ada, deleted, state="deleted")
    await age(house, files=[gone], contents=[orphan, deleted, bad])
    await swept(house, temporal_client)
    found = await house.contents.many([ContentId(one.id) for one in (orphan, deleted, fresh, bad)])
    assert found.keys() == {fresh.id, bad.id}
    assert await state_of(house, named.id) == "quarantined"
    for key, kept in (
        (orphan.key, False),
        (orphan.renditions[0].key, False),
        (deleted.key, False),
        (fresh.key, True),
        (bad.key, True),
    ):
        assert await is_stored(house, key) == kept, key


async def test_objects_that_no_record_knows_are_deleted_and_no_others(ada: Person, house: House) -> None:
    kept_content = await with_preview(house, await a_content(house, ada, b"of a file"))
    await a_file(house, ada, kept_content)
    bad = await a_content(house, ada, EICAR, verdict("infected"))
    await a_file(house, ada, bad)
    # Moved, and the worker was killed before that was on record.
    moving = await a_content(house, ada, b"on its way to quarantine")
    await a_file(house, ada, moving)
    under_way = await upload(house, ada, b"under way")
    moved = f"quarantine/{moving.key.partition('/')[2]}"
    await house.objects.move(moving.key, moved)
    names = [uuid.uuid4().hex for _ in range(3)]
    orphans = [f"{folder}/{names[0]}" for folder in ("content", "quarantine", "previews")]
    orphans += [f"uploads/{new_id()}/{number}" for number in range(2)]
    for key in orphans:
        await house.objects.put(key, b"nobody's")
    mine = [kept_content.key, kept_content.renditions[0].key, bad.key, moved, f"{segments_of(under_way)}0"]
    assert (await sweep(house, "objects", batch=2)).objects_deleted == 0
    hasty = with_(house, settings=house.settings.model_copy(update={"file_orphan_seconds": 2}))

    async def are_gone() -> bool:
        # In batches of three: the walk ends where it ends, and goes on there.
        await sweep(hasty, "objects", batch=3)
        return not any([await is_stored(house, key) for key in orphans])

    await eventually(are_gone, within_s=60)
    assert all([await is_stored(house, key) for key in mine])
    fresh = f"content/{names[1]}"
    await house.objects.put(fresh, b"its record comes in a moment")
    await sweep(house, "objects", batch=100_000)
    assert await is_stored(house, fresh)


async def test_nothing_is_deleted_in_a_bucket_that_another_database_keeps(ada: Person, house: House) -> None:
    await sweep(house, "objects", batch=100_000)
    mine = await house.objects.read(OWNER)
    orphan = f"content/{uuid.uuid4().hex}"
    await house.objects.put(orphan, b"somebody else's")
    hasty = with_(house, settings=house.settings.model_copy(update={"file_orphan_seconds": 1}))
    await house.objects.put(OWNER, b"another database")
    try:
        with pytest.raises(ConflictError, match="another database"):
            await sweep(hasty, "objects", batch=100_000)
    finally:
        await house.objects.put(OWNER, mine)
    assert await is_stored(house, orphan)
