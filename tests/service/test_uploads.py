"""Resumable uploads as tus 1.0.0 has them, their limits, and what breaks off in the middle."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import TooLargeError
from parlour.core.files.begin import begin
from parlour.core.files.sweep import sweep
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.settings import Settings
from tests import uploaded
from tests.person import Person, eventually
from tests.uploading import OFFSET, Tus, b64, checksum, cut_off, noise, objects_of, request, stored


@pytest.fixture
def tus(ada: Person) -> Tus:
    return Tus(ada)


async def test_an_upload_in_pieces_becomes_a_file_with_the_same_bytes(tus: Tus, house: House) -> None:
    data = noise(300_000)
    begun = await tus.create(len(data), "../été.txt")
    assert begun.status == 201
    assert begun.headers["Upload-Expires"].endswith(" GMT")
    assert await tus.offset() == 0
    first = await tus.patch(0, data[:100_000])
    assert (first.status, first.headers["Upload-Offset"]) == (204, "100000")
    record = await house.files.get(tus.id)
    assert record is not None
    assert (record.name, record.state, record.size) == ("été.txt", "uploading", 300_000)
    at_ada = await tus.who.device()
    second = await tus.patch(100_000, data[100_000:])
    assert (second.status, second.headers["Upload-Offset"]) == (204, "300000")
    assert "Upload-Expires" not in second.headers
    told = await at_ada.wait_for("file.changed", lambda heard: heard["file"]["id"] == tus.id)
    assert told["file"]["state"] == "scanning"
    assert await tus.offset() == 300_000
    assert await stored(house, tus.id) == data
    assert await tus.offset() == 300_000


async def test_an_upload_may_bring_its_bytes_when_it_begins(tus: Tus, house: House) -> None:
    data = noise(70_000)
    begun = await tus.create(len(data), body=data, Upload_Checksum=checksum("sha256", data))
    assert (begun.status, begun.headers["Upload-Offset"]) == (201, "70000")
    assert await stored(house, tus.id) == data
    part = await tus.create(len(data), body=data[:1000])
    assert (part.status, part.headers["Upload-Offset"]) == (201, "1000")
    assert "Upload-Expires" in part.headers
    wrong = await tus.create(10, body=b"0123456789", Upload_Checksum=checksum("sha1", b"other"))
    assert (wrong.status, wrong.code) == (460, "checksum_mismatch")
    odd = await tus.create(10, body=b"0123456789", Content_Type="text/plain")
    assert (odd.status, odd.code) == (415, "media_type")


async def test_an_empty_file_is_done_when_it_begins(tus: Tus, house: House) -> None:
    assert (await tus.create(0, "empty.txt")).status == 201
    assert await tus.offset() == 0
    record = await house.files.get(tus.id)
    assert record is not None
    assert record.state != "uploading"
    assert await stored(house, tus.id) == b""


async def test_a_client_is_told_what_uploads_may_be(tus: Tus, stack_settings: Settings) -> None:
    path = f"/api/v1/workspaces/{tus.who.workspace['id']}/uploads"
    answer = await request(tus.who, "OPTIONS", path)
    assert answer.status == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == str(stack_settings.file_max_bytes)
    assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,checksum,expiration,termination"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"


async def test_a_client_asks_how_far_an_upload_is(tus: Tus) -> None:
    metadata = f"filename {b64('a.txt')},filetype {b64('text/plain')},is_confidential"
    await tus.create(50, Upload_Metadata=metadata)
    await tus.patch(0, b"x" * 20)
    answer = await tus.ask("HEAD")
    assert (answer.status, answer.body) == (200, "")
    wanted = {"Upload-Offset": "20", "Upload-Length": "50", "Upload-Metadata": metadata}
    assert wanted.items() <= dict(answer.headers).items()
    assert (answer.headers["Cache-Control"], answer.headers["Tus-Resumable"]) == ("no-store", "1.0.0")


async def test_what_is_not_as_tus_has_it_is_refused_and_changes_nothing(tus: Tus) -> None:
    await tus.create(50)
    refusals = [
        (await tus.patch(0, b"x", Tus_Resumable="0.2.2"), 412, "tus_version"),
        (await tus.ask("HEAD", Tus_Resumable="2.0.0"), 412, ""),
        (await tus.patch(0, b"x", Content_Type="application/octet-stream"), 415, "media_type"),
        (await tus.patch(1, b"x"), 409, "offset_conflict"),
        (await tus.patch(0, b"x", Upload_Offset="-1"), 400, "malformed_header"),
        (await tus.patch(0, b"x", Upload_Offset="one"), 400, "malformed_header"),
        (await tus.patch(0, b"x" * 51), 413, "upload_too_long"),
        (await tus.patch(0, b"x", Upload_Checksum="crc32 AAAAAA=="), 400, "unknown_checksum"),
        (await tus.patch(0, b"x", Upload_Checksum="sha1 !"), 400, "unknown_checksum"),
        (
            await tus.ask("PATCH", tus.path[:-4] + "0000", b"x", Content_Type=OFFSET, Upload_Offset="0"),
            404,
            "",
        ),
    ]
    for answer, status, code in refusals:
        assert answer.status == status
        assert not code or answer.code == code
        assert answer.headers["Tus-Resumable"] == answer.headers["Tus-Version"] == "1.0.0"
    assert await tus.offset() == 0
    path = f"/api/v1/workspaces/{tus.who.workspace['id']}/uploads"
    wrong: list[dict[str, str]] = [
        {},
        {"Upload_Defer_Length": "1"},
        {"Upload_Length": "-5"},
        {"Upload_Length": "5", "Upload_Metadata": "filename not*base64"},
        {"Upload_Length": "5", "Upload_Metadata": "filename YQ==,filename Yg=="},
    ]
    for headers in wrong:
        answer = await tus.ask("POST", path, None, **headers)
        assert answer.status == 400, headers
    deferred = await tus.ask("POST", path, Upload_Defer_Length="1")
    assert deferred.code == "length_needed"


async def test_more_than_was_announced_is_refused_though_it_comes_without_a_length(tus: Tus) -> None:
    async def chunks():
        for _ in range(4):
            yield b"x" * 20

    await tus.create(50)
    refused = await tus.patch(0, chunks())
    assert (refused.status, refused.code) == (413, "upload_too_long")


async def test_a_body_without_a_length_is_taken(tus: Tus, house: House) -> None:
    async def chunks():
        for at in range(0, len(data), 1000):
            yield data[at : at + 1000]

    data = noise(200_000)
    await tus.create(len(data))
    assert (await tus.patch(0, chunks())).headers["Upload-Offset"] == "200000"
    assert await stored(house, tus.id) == data


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
async def test_bytes_with_a_wrong_checksum_do_not_count(tus: Tus, house: House, algorithm: str) -> None:
    data = noise(100_000)
    await tus.create(len(data))
    refused = await tus.patch(0, data[:-1] + b"?", Upload_Checksum=checksum(algorithm, data))
    assert (refused.status, refused.code) == (460, "checksum_mismatch")
    assert await tus.offset() == 0

    async def nothing_is_stored() -> bool:
        return not await objects_of(house, tus.id)

    await eventually(nothing_is_stored)
    taken = await tus.patch(0, data, Upload_Checksum=checksum(algorithm, data))
    assert (taken.status, taken.headers["Upload-Offset"]) == (204, "100000")
    assert await stored(house, tus.id) == data


async def test_an_upload_that_is_given_up_leaves_nothing(tus: Tus, house: House) -> None:
    await tus.create(100_000)
    await tus.patch(0, noise(60_000))
    assert await objects_of(house, tus.id)
    assert (await tus.ask("DELETE")).status == 204
    assert (await tus.ask("HEAD")).status == 404
    assert (await tus.patch(60_000, b"x")).status == 404
    assert (await tus.ask("DELETE")).status == 404
    assert not await objects_of(house, tus.id)
    assert await house.files.get(tus.id) is None
    await tus.create(1, body=b"x")
    done = await tus.ask("DELETE")
    assert (done.status, done.code) == (409, "upload_done")


async def test_an_upload_that_does_not_go_on_expires(tus: Tus, house: House) -> None:
    await tus.create(100_000)
    await tus.patch(0, noise(60_000))
    past = {"$set": {"expires_at": now() - timedelta(seconds=1), "heard_at": now() - timedelta(hours=1)}}
    await house.database.uploads.update_one({"_id": tus.id}, past)
    for answer in (await tus.ask("HEAD"), await tus.patch(60_000, b"x"), await tus.ask("DELETE")):
        assert answer.status == 410
    await sweep(house, "uploads", batch=1000)
    assert (await tus.ask("HEAD")).status == 404
    assert not await objects_of(house, tus.id)
    assert await house.files.get(tus.id) is None


async def test_what_was_done_when_its_process_ended_goes_on_its_way(tus: Tus, house: House) -> None:
    await tus.create(10)
    upload = await house.uploads.get(tus.id)
    assert upload is not None
    long_ago = now() - timedelta(hours=1)
    await house.uploads.remove(tus.id)
    await house.uploads.add(replace(upload, size=0, done=True, heard_at=long_ago))
    await sweep(house, "uploads", batch=1000)
    record = await house.files.get(tus.id)
    assert record is not None
    assert (record.state, record.size) == ("scanning", 0)
    # So it does when its client asks, before any sweep.
    other = Tus(tus.who)
    await other.create(10)
    await house.uploads.remove(other.id)
    await house.uploads.add(replace(upload, id=other.id, size=0, done=True))
    assert await other.offset() == 0
    assert await stored(house, other.id) == b""


async def test_who_asks_for_what_no_process_told_temporal_of_sees_it_taken_in(
    ada: Person, house: House
) -> None:
    data = b"the API was killed once the file had moved"
    tus = Tus(ada)
    tus.path = f"/api/v1/uploads/{await uploaded.upload(house, ada, data)}"
    assert await tus.offset() == len(data)
    assert (await uploaded.over(house, tus.id)).state == "ready"


async def test_an_upload_is_its_uploaders_alone(tus: Tus, ben: Person, outsider: Person) -> None:
    await tus.create(50)
    for other in (ben, outsider):
        theirs = Tus(other)
        theirs.path = tus.path
        for answer in (await theirs.ask("HEAD"), await theirs.patch(0, b"x"), await theirs.ask("DELETE")):
            assert answer.status == 404
    mine = Tus(outsider)
    outsider.workspace = ben.workspace
    assert (await mine.create(50)).code == "not_found"
    assert (await Tus(ben).create(50)).status == 201
    assert await tus.offset() == 0


async def test_who_left_the_workspace_goes_on_with_nothing(ada: Person, ben: Person) -> None:
    tus = Tus(ben)
    await tus.create(50)
    removed = await ada.ask("DELETE", f"/api/v1/workspaces/{ada.workspace['id']}/members/{ben.id}")
    assert removed.status == 204
    assert (await tus.ask("HEAD")).status == 404
    assert (await tus.patch(0, b"x")).status == 404


async def test_each_limit_says_which_setting_it_is(tus: Tus, house: House, stack_settings: Settings) -> None:
    too_large = await tus.create(stack_settings.file_max_bytes + 1)
    assert (too_large.status, too_large.code) == (413, "file_too_large")
    assert "file_max_bytes" in too_large.body["detail"]
    await tus.create(10)
    upload = await house.uploads.get(tus.id)
    assert upload is not None
    most = stack_settings.workspace_storage_bytes
    await house.database.uploads.update_one({"_id": tus.id}, {"$set": {"size": most - 99}})
    full = await tus.create(100)
    assert (full.status, full.code) == (413, "quota_full")
    assert "workspace_storage_bytes" in full.body["detail"]
    assert (await tus.create(99)).status == 201


async def test_a_person_has_so_many_uploads_under_way_and_no_more(
    tus: Tus, ben: Person, stack_settings: Settings
) -> None:
    most = stack_settings.uploads_per_person
    begun = await asyncio.gather(*(Tus(tus.who).create(5) for _ in range(most)))
    assert {answer.status for answer in begun} == {201}
    refused = await tus.create(5)
    assert (refused.status, refused.code) == (429, "too_many_uploads")
    assert "uploads_per_person" in refused.body["detail"]
    assert (await Tus(ben).create(5)).status == 201
    tus.path = begun[0].headers["Location"]
    await tus.patch(0, b"12345")
    assert (await tus.create(5)).status == 201


async def test_a_person_has_so_many_files_and_no_more(
    tus: Tus, ben: Person, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploader, workspace = UserId(tus.who.id), WorkspaceId(tus.who.workspace["id"])
    monkeypatch.setattr(house, "settings", house.settings.model_copy(update={"files_per_person": 2}))
    for _ in range(2):
        await begin(house, uploader, workspace, name="a.txt", size=5)
    with pytest.raises(TooLargeError, match="files_per_person") as refused:
        await begin(house, uploader, workspace, name="a.txt", size=5)
    assert refused.value.code == "file_quota_full"
    await begin(house, UserId(ben.id), workspace, name="a.txt", size=5)


async def test_of_many_at_once_no_more_are_begun_than_there_is_room_for(
    tus: Tus, house: House, stack_settings: Settings
) -> None:
    await tus.create(10)
    taken = {"$set": {"size": stack_settings.workspace_storage_bytes - 100}}
    await house.database.uploads.update_one({"_id": tus.id}, taken)
    begun = await asyncio.gather(*(Tus(tus.who).create(60) for _ in range(10)))
    assert {answer.status for answer in begun} <= {201, 413}
    assert [answer.status for answer in begun].count(201) <= 1
    taken_now = await house.uploads.bytes_of(tus.who.workspace["id"])
    assert taken_now <= stack_settings.workspace_storage_bytes


async def test_an_upload_comes_in_so_many_pieces_and_no_more(
    tus: Tus, house: House, stack_settings: Settings
) -> None:
    await tus.create(50)
    most = stack_settings.upload_segments_max
    pieces = [{"key": f"uploads/{tus.id}/none", "size": 0}] * most
    await house.database.uploads.update_one({"_id": tus.id}, {"$set": {"segments": pieces}})
    refused = await tus.patch(0, b"x")
    assert (refused.status, refused.code) == (413, "too_many_pieces")
    assert "upload_segments_max" in refused.body["detail"]


async def test_of_two_requests_at_once_one_goes_on_and_nothing_is_mixed(tus: Tus, house: House) -> None:
    data = noise(2_000_000)
    for _ in range(5):
        await tus.create(len(data))
        answers = await asyncio.gather(*(tus.patch(0, data) for _ in range(4)))
        statuses = [answer.status for answer in answers]
        assert statuses.count(204) == 1
        assert set(statuses) <= {204, 409, 423}
        assert await stored(house, tus.id) == data


async def test_whoever_comes_while_another_request_sends_is_told_so(tus: Tus, house: House) -> None:
    goes_on = asyncio.Event()

    async def slowly():
        yield b"x" * 100
        await goes_on.wait()
        yield b"x" * 100

    async def is_sent() -> bool:
        upload = await house.uploads.get(tus.id)
        return upload is not None and bool(upload.writer)

    await tus.create(200)
    first = asyncio.create_task(tus.patch(0, slowly()))
    await eventually(is_sent)
    second = await tus.patch(0, b"")
    assert (second.status, second.code) == (423, "upload_locked")
    assert "Retry-After" in second.headers
    goes_on.set()
    assert (await first).headers["Upload-Offset"] == "200"


async def test_whoever_fell_silent_is_replaced_and_mixes_nothing_in(
    tus: Tus, house: House, stack_settings: Settings
) -> None:
    silent, data = asyncio.Event(), noise(200_000)

    async def falls_silent():
        yield b"?" * 1000
        await silent.wait()
        yield b"?" * 1000

    async def is_heard_no_more() -> bool:
        long_ago = now() - timedelta(seconds=stack_settings.upload_take_over)
        heard = {"$set": {"heard_at": long_ago - timedelta(seconds=1)}}
        found = await house.database.uploads.update_one({"_id": tus.id, "writer": {"$ne": ""}}, heard)
        return bool(found.matched_count)

    await tus.create(len(data))
    first = asyncio.create_task(tus.patch(0, falls_silent()))
    await eventually(is_heard_no_more)
    assert (await tus.patch(0, data)).status == 204
    silent.set()
    assert (await first).status in (404, 409)
    assert await stored(house, tus.id) == data


async def test_what_came_in_before_the_line_broke_is_kept(
    tus: Tus, house: House, stack_settings: Settings
) -> None:
    data = noise(3_000_000)
    api = f"http://127.0.0.1:{stack_settings.api_port}"
    await tus.create(len(data))
    head = {"Upload-Offset": "0"}
    await cut_off(tus.who, tus.path, head, data[:1_500_000], of=len(data), address=api)
    await tus.reaches(1_500_000)
    await goes_on(tus, data)
    assert await stored(house, tus.id) == data


async def test_an_upload_goes_on_after_the_line_to_the_front_door_broke(tus: Tus, house: House) -> None:
    data = noise(3_000_000)
    await tus.create(len(data))
    for sent in (1_000_000, 500_000, 0):
        offset = await tus.offset()
        head = {"Upload-Offset": str(offset)}
        rest = data[offset:]
        await cut_off(tus.who, tus.path, head, rest[:sent], of=len(rest))
    await goes_on(tus, data)
    assert await stored(house, tus.id) == data


async def goes_on(tus: Tus, data: bytes) -> None:
    """Send the rest as a client does: it asks where to go on until it may."""

    async def is_taken() -> bool:
        offset = await tus.offset()
        answer = await tus.patch(offset, data[offset:])
        assert answer.status in (204, 409, 423)
        return answer.status == 204

    await eventually(is_taken)


async def test_with_a_checksum_nothing_counts_of_a_request_that_broke_off(tus: Tus, house: House) -> None:
    data = noise(300_000)
    await tus.create(len(data))
    head = {"Upload-Offset": "0", "Upload-Checksum": checksum("sha1", data)}
    await cut_off(tus.who, tus.path, head, data[:200_000], of=len(data))

    async def go_on() -> bool:
        answer = await tus.patch(0, data, Upload_Checksum=checksum("sha1", data))
        return answer.status == 204

    await eventually(go_on)
    assert await stored(house, tus.id) == data


async def test_a_request_that_falls_silent_ends_and_keeps_what_came(
    tus: Tus, stack_settings: Settings
) -> None:
    never = asyncio.Event()

    async def falls_silent():
        yield b"x" * 100
        await never.wait()

    await tus.create(200)
    api = f"http://127.0.0.1:{stack_settings.api_port}"
    headers = {"Tus_Resumable": "1.0.0", "Upload_Offset": "0", "Content_Type": OFFSET}
    ended = await request(tus.who, "PATCH", tus.path, falls_silent(), address=api, **headers)
    assert (ended.status, ended.code) == (408, "stalled")
    await tus.reaches(100)


async def test_a_slow_sender_has_all_the_time_as_long_as_something_comes(
    tus: Tus, stack_settings: Settings
) -> None:
    steps = 5

    async def slowly():
        for _ in range(steps):
            await asyncio.sleep(stack_settings.upload_idle / (steps - 2))
            yield b"x" * 10

    await tus.create(10 * steps)
    assert (await tus.patch(0, slowly())).headers["Upload-Offset"] == str(10 * steps)


async def test_a_large_body_that_is_refused_gets_its_answer(tus: Tus) -> None:
    await tus.create(50_000_000)
    for _ in range(5):
        refused = await tus.patch(7, bytes(20_000_000))
        assert (refused.status, refused.code) == (409, "offset_conflict")


async def test_more_than_a_segment_comes_in_as_several(
    tus: Tus, house: House, stack_settings: Settings
) -> None:
    size = stack_settings.upload_segment_bytes
    data = noise(2 * size + 1000)
    await tus.create(len(data) + 1)
    assert (await tus.patch(0, data)).headers["Upload-Offset"] == str(len(data))
    upload = await house.uploads.get(tus.id)
    assert upload is not None
    assert [segment.size for segment in upload.segments] == [size, size, 1000]
    assert sorted(s.key for s in upload.segments) == sorted(await objects_of(house, tus.id))
    await tus.patch(len(data), b"!")
    assert await stored(house, tus.id) == data + b"!"


async def test_where_patch_and_delete_cannot_be_sent_they_are_named(tus: Tus) -> None:
    await tus.create(10)
    headers = {"Upload_Offset": "0", "Content_Type": OFFSET}
    patched = await tus.ask("POST", body=b"01234", X_HTTP_Method_Override="PATCH", **headers)
    assert (patched.status, patched.headers["Upload-Offset"]) == (204, "5")
    assert (await tus.ask("POST", X_HTTP_Method_Override="GET")).status == 400
    assert (await tus.ask("POST", X_HTTP_Method_Override="DELETE")).status == 204
    assert (await tus.ask("HEAD")).status == 404
