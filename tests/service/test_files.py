"""Files: who may load them, by token or by link, and until when; lists of them; and taking them away."""

import os
import time
from typing import Any

import pytest
from msgspec.structs import replace

from deploy.stack import Stack
from parlour.core.clock import now
from parlour.core.files import links
from parlour.core.files.remove import clear_content, discard
from parlour.core.house import House
from parlour.core.ids import ContentId, UserId
from parlour.core.model.files import Content, FileRecord, FileState, Verdict
from tests.conftest import Signup
from tests.person import Json, Person, eventually
from tests.stored import store_content, store_file


def at(record: FileRecord, rest: str = "") -> str:
    return f"/api/v1/files/{record.id}{rest}"


def ways(record: FileRecord) -> list[str]:
    return [at(record, "/content"), at(record, "/previews/thumb")]


async def post(person: Person, channel: str, *records: FileRecord) -> str:
    body = {"text": "look", "file_ids": [record.id for record in records]}
    return str((await person.post(f"/api/v1/channels/{channel}/messages", body))["id"])


async def of_links(person: Person, record: FileRecord) -> list[str]:
    """Return the links that someone was given."""
    file = await person.get(at(record))
    return [file["url"], *(preview["url"] for preview in file["previews"])]


async def loads(person: Person, paths: list[str]) -> set[int]:
    return {(await person.load(path, method)).status for path in paths for method in ("GET", "HEAD")}


async def content_of(house: House, record: FileRecord) -> Content:
    content = await house.contents.get(record.content_id or ContentId(""))
    assert content is not None
    return content


async def test_members_of_the_channel_load_a_file_and_nobody_else_does(
    ada: Person, ben: Person, outsider: Person, sign_up: Signup, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    carl = await sign_up("carl")
    await carl.join(ada)
    record = await store_file(house, ada, os.urandom(30), thumb=b"small")
    assert await loads(ada, ways(record)) == {200}
    assert await loads(ben, ways(record)) == {404}
    await post(ada, channel, record)
    assert await loads(ben, ways(record)) == {200}
    for other in (carl, outsider):
        assert await loads(other, ways(record)) == {404}
        assert (await other.ask("GET", at(record))).code == "not_found"
        assert (await other.get(f"/api/v1/files?ids={record.id}"))["items"] == []
        assert (await other.ask("DELETE", at(record))).status == 404
    for other in (ben, carl):
        files = f"/api/v1/workspaces/{ada.workspace['id']}/files"
        found = (await other.get(files))["items"]
        assert [file["id"] for file in found] == ([record.id] if other is ben else [])
    missing = "/api/v1/files/00000000-0000-7000-8000-000000000000"
    assert (await ada.ask("GET", missing)).code == "not_found"


async def test_without_a_token_or_a_link_nothing_is_loaded(ada: Person, house: House) -> None:
    record = await store_file(house, ada, os.urandom(30), thumb=b"small")
    ada.token = ""
    assert await loads(ada, ways(record)) == {401}
    ada.token = "forged"
    assert await loads(ada, ways(record)) == {401}


async def test_a_link_loads_without_a_token_and_is_the_same_for_a_while(
    ada: Person, outsider: Person, house: House
) -> None:
    record = await store_file(house, ada, os.urandom(30), thumb=b"small")
    given = await of_links(ada, record)
    assert set(given) & set(await of_links(ada, record)), "unless the time between is the end of a step"
    ada.token = outsider.token = ""
    assert await loads(ada, given) == {200}
    assert await loads(outsider, given) == {200}


async def test_a_link_that_was_tampered_with_holds_nothing(ada: Person, ben: Person, house: House) -> None:
    channel = await ada.make_channel("private", ben)
    record = await store_file(house, ada, os.urandom(30), thumb=b"small")
    other = await store_file(house, ada, os.urandom(30), thumb=b"small")
    await post(ada, channel, record, other)
    whole, thumb = await of_links(ben, record)
    until = int(whole.partition("until=")[2].partition("&")[0])
    for forged in (
        whole.replace(record.id, other.id),
        whole.replace("content", "previews/thumb"),
        thumb.replace("previews/thumb", "content"),
        thumb.replace("previews/thumb", "previews/large"),
        whole.replace(ben.id, ada.id),
        whole.replace(f"reader={ben.id}&", ""),
        whole.replace(f"until={until}", f"until={until + 1}"),
        whole.replace(f"until={until}", ""),
        whole[:-1] + ("0" if whole[-1] != "0" else "1"),
        whole + "0",
        whole.partition("signature=")[0] + "signature=é",
    ):
        assert await loads(ben, [forged]) == {404}, forged
    assert (await ben.load(whole.replace(f"until={until}", "until=soon"))).status == 422


async def test_a_link_ends_with_its_time(ada: Person, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    record = await store_file(house, ada, os.urandom(30))
    at_present, longest = time.time(), house.settings.file_link_seconds
    with monkeypatch.context() as past:
        past.setattr("parlour.core.files.links.time.time", lambda: at_present - longest - 1)
        old = links.link(record.id, None, UserId(ada.id), house.settings)
    with monkeypatch.context() as past:
        past.setattr("parlour.core.files.links.time.time", lambda: at_present - longest / 2 + 5)
        young = links.link(record.id, None, UserId(ada.id), house.settings)
    assert await loads(ada, [old]) == {404}
    assert await loads(ada, [young]) == {200}


async def test_a_link_ends_with_the_message(ada: Person, ben: Person, house: House) -> None:
    channel, second = await ada.make_channel("private", ben), await ada.make_channel("private", ben)
    record = await store_file(house, ada, os.urandom(30), thumb=b"small")
    messages = [await post(ada, channel, record), await post(ada, second, record)]
    given = await of_links(ben, record)
    assert await loads(ben, given) == {200}
    await ada.ask("DELETE", f"/api/v1/messages/{messages[0]}")
    assert await loads(ben, given) == {200}
    await ada.ask("DELETE", f"/api/v1/messages/{messages[1]}")
    assert await loads(ben, [*given, *ways(record)]) == {404}
    assert await loads(ada, ways(record)) == {200}


async def test_a_link_ends_when_its_reader_leaves_the_channel_or_is_removed(
    ada: Person, ben: Person, sign_up: Signup, house: House
) -> None:
    carl = await sign_up("carl")
    await carl.join(ada)
    channel = await ada.make_channel("private", ben, carl)
    record = await store_file(house, ada, os.urandom(30), thumb=b"small")
    own = await store_file(house, carl, os.urandom(30), thumb=b"small")
    await post(ada, channel, record)
    of_ben, of_carl = await of_links(ben, record), await of_links(carl, record) + await of_links(carl, own)
    await ben.ask("DELETE", f"/api/v1/channels/{channel}/members/{ben.id}")
    await ada.ask("DELETE", f"/api/v1/workspaces/{ada.workspace['id']}/members/{carl.id}")
    assert await loads(ben, [*of_ben, *ways(record)]) == {404}
    assert await loads(carl, [*of_carl, *ways(record), *ways(own)]) == {404}


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("uploading", "file_uploading"),
        ("scanning", "file_scanning"),
        ("quarantined", "file_quarantined"),
        ("failed", "file_failed"),
        ("deleted", "not_found"),
    ],
)
async def test_what_is_not_clean_is_never_served(
    ada: Person, ben: Person, house: House, state: FileState, code: str
) -> None:
    channel = await ada.make_channel("private", ben)
    record = await store_file(house, ada, os.urandom(30), thumb=b"small")
    await post(ada, channel, record)
    given = await of_links(ben, record)
    await house.files.change(record.id, state=state)
    for person in (ada, ben):
        for path in [*ways(record), *given]:
            refused = await person.load(path)
            assert (refused.status, refused.code) == (404 if state == "deleted" else 409, code)
    if state != "deleted":
        file = await ben.get(at(record))
        assert "url" not in file
        assert "previews" not in file


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": None},
        {"verdict": Verdict(result="infected", at=now())},
        {"quarantined": True},
    ],
)
async def test_a_content_that_is_not_clean_is_not_served_whatever_its_file_says(
    ada: Person, house: House, changes: dict[str, Any]
) -> None:
    record = await store_file(house, ada, os.urandom(30), thumb=b"small")
    given = await of_links(ada, record)
    await house.contents.change(record.content_id or ContentId(""), **changes)
    assert await loads(ada, [*given, *ways(record)]) == {409}
    assert "url" not in await ada.get(at(record))
    await house.contents.change(
        record.content_id or ContentId(""), quarantined=False, released_by=UserId(ada.id)
    )
    assert await loads(ada, given) == {200}


async def test_a_file_says_through_which_messages_its_reader_sees_it_and_who_may_open_its_promise(
    ada: Person, ben: Person, sign_up: Signup, house: House
) -> None:
    carl = await sign_up("carl")
    await carl.join(ada)
    shared, apart = await ada.make_channel("private", ben, carl), await ada.make_channel("private", ben)
    record = await store_file(house, ben, os.urandom(30))
    first, _ = await post(ben, apart, record), await post(ben, shared, record)
    for person, channels in ((ben, {apart, shared}), (carl, {shared})):
        file = await person.get(at(record))
        assert set(file["channel_ids"]) == channels
        assert (file["message_id"] == first) is (person is ben)
        assert (file.get("workflow", {}).get("id") == f"file/{record.id}") is (person is ben)
    assert (await ada.get(at(record)))["workflow"]["url"].startswith("http")


async def test_several_files_are_asked_for_at_once(ada: Person, outsider: Person, house: House) -> None:
    mine = [await store_file(house, ada, os.urandom(30)) for _ in range(3)]
    theirs = await store_file(house, outsider, os.urandom(30))
    ids = ",".join([mine[2].id, theirs.id, mine[0].id, mine[2].id, "nonsense"])
    found = (await ada.get(f"/api/v1/files?ids={ids}"))["items"]
    assert [file["id"] for file in found] == [mine[2].id, mine[0].id]
    assert (await ada.get("/api/v1/files?ids="))["items"] == []
    many = await ada.ask("GET", "/api/v1/files?ids=" + ",".join(["x"] * 101))
    assert (many.status, many.code) == (422, "too_many_files")


async def test_the_files_of_a_workspace_are_listed_by_channel_kind_person_and_name(
    ada: Person, ben: Person, outsider: Person, house: House
) -> None:
    first, second = await ada.make_channel("private", ben), await ada.make_channel("private", ben)
    apart = await ada.make_channel("private")
    plan = await store_file(house, ada, os.urandom(30), name="Budget plan 2026.pdf", kind="pdf")
    photo = await store_file(house, ben, os.urandom(30), name="Süd-Ansicht.png", kind="image")
    notes = await store_file(house, ada, os.urandom(30), name="notes_plan.txt")
    secret = await store_file(house, ada, os.urandom(30), name="plan of ada.txt")
    await store_file(house, ben, os.urandom(30), name="unsent plan.txt")
    gone = await post(ada, first, notes)
    await post(ada, first, plan)
    await post(ben, second, photo, notes)
    await post(ada, apart, secret)

    async def listed(person: Person, **query: str | int) -> list[str]:
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        page = await person.get(f"/api/v1/workspaces/{ada.workspace['id']}/files?{asked}")
        return [file["id"] for file in page["items"]]

    assert await listed(ben) == [notes.id, photo.id, plan.id]
    assert await listed(ada) == [secret.id, notes.id, photo.id, plan.id]
    assert await listed(ben, channel=first) == [notes.id, plan.id]
    assert await listed(ben, channel=second) == [notes.id, photo.id]
    assert await listed(ben, kind="image") == [photo.id]
    assert await listed(ben, by=ada.id) == [notes.id, plan.id]
    assert await listed(ben, by=ada.id, kind="pdf", channel=first) == [plan.id]
    assert await listed(ben, q="PLA") == [notes.id, plan.id]
    assert await listed(ben, q="plan bud") == [plan.id]
    assert await listed(ben, q="sud") == [photo.id]
    assert await listed(ben, q="lan") == []
    await ada.ask("DELETE", f"/api/v1/messages/{gone}")
    assert await listed(ben, channel=first) == [plan.id]
    assert await listed(ada, channel=first) == [plan.id], "seen by who uploaded it, but not here any more"
    await ada.ask("DELETE", at(plan))
    assert await listed(ben, channel=first) == []
    path = f"/api/v1/workspaces/{ada.workspace['id']}/files"
    assert (await ben.ask("GET", f"{path}?channel={apart}")).status == 404
    assert (await ben.ask("GET", f"{path}?kind=poem")).status == 422
    elsewhere = f"/api/v1/workspaces/{outsider.workspace['id']}/files"
    assert (await outsider.ask("GET", f"{elsewhere}?channel={first}")).status == 404


async def test_a_list_of_files_is_read_page_by_page_without_a_gap(ada: Person, house: House) -> None:
    channel = await ada.make_channel()
    records = [await store_file(house, ada, os.urandom(30), name=f"{'ab'[n % 2]} {n}") for n in range(9)]
    for record in records:
        await post(ada, channel, record)

    async def pages(query: str) -> list[list[str]]:
        found: list[list[str]] = []
        cursor = ""
        while cursor is not None:
            path = f"/api/v1/workspaces/{ada.workspace['id']}/files?limit=2&{query}"
            page: Json = await ada.get(path + (f"&cursor={cursor}" if cursor else ""))
            found.append([file["id"] for file in page["items"]])
            cursor = page["next"]
        return found

    newest_first = [record.id for record in reversed(records)]
    assert await pages("") == [newest_first[n : n + 2] for n in range(0, 9, 2)]
    assert [file_id for page in await pages("q=b") for file_id in page] == newest_first[1::2]
    assert await pages("q=nothing") == [[]]


async def test_a_deleted_file_is_gone_for_everybody_at_once_and_so_are_its_objects(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    record = await store_file(house, ben, os.urandom(30), thumb=b"small")
    content = await content_of(house, record)
    await house.objects.put(f"uploads/{record.id}/0", b"left behind")
    await house.file_texts.put(content.id, content.workspace_id, "words")
    await post(ben, channel, record)
    given, at_ada = await of_links(ada, record), await ada.device()
    assert (await ben.ask("DELETE", at(record))).status == 204
    told = await at_ada.wait_for("file.changed", lambda p: p["file"]["id"] == record.id)
    assert (told["file"]["state"], "url" in told["file"]) == ("deleted", False)
    for person in (ada, ben):
        assert await loads(person, [*given, *ways(record)]) == {404}
        assert (await person.ask("GET", at(record))).status == 404
    assert (await ben.ask("DELETE", at(record))).status == 404
    assert await house.contents.get(content.id) is None
    assert await house.file_texts.of([content.id]) == {}
    for key in (content.key, content.renditions[0].key, f"uploads/{record.id}/0"):
        assert [found async for found in house.objects.listed(key)] == []


async def test_only_its_uploader_and_owners_delete_a_file_and_of_owners_it_is_on_record(
    ada: Person, ben: Person, sign_up: Signup, house: House
) -> None:
    carl = await sign_up("carl")
    await carl.join(ada)
    channel = await ada.make_channel("private", ben, carl)
    record = await store_file(house, ben, os.urandom(30))
    apart = await store_file(house, ben, os.urandom(30))
    await post(ben, channel, record)
    refused = await carl.ask("DELETE", at(record))
    assert (refused.status, refused.code) == (403, "not_yours")
    assert (await ada.ask("DELETE", at(record))).status == 204
    noted = (await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/audit"))["items"][0]
    assert (noted["action"], noted["subject"], noted["actor_id"]) == ("file.deleted", record.id, ada.id)
    # An owner sees no more than others do, but decides of what is in quarantine.
    assert (await ada.ask("DELETE", at(apart))).status == 404
    await house.files.change(apart.id, state="quarantined")
    assert (await carl.ask("DELETE", at(apart))).status == 404
    assert (await ada.ask("DELETE", at(apart))).status == 204


async def test_a_content_stays_as_long_as_another_file_holds_it(
    ada: Person, ben: Person, house: House
) -> None:
    data = os.urandom(30)
    one, two = await store_file(house, ada, data, thumb=b"small"), await store_file(house, ben, data)
    assert one.content_id == two.content_id
    assert (await ada.ask("DELETE", at(one))).status == 204
    assert (await ben.load(at(two, "/content"))).data == data
    assert (await ben.ask("DELETE", at(two))).status == 204
    assert await house.contents.get(two.content_id or ContentId("")) is None


async def test_a_content_that_an_upload_just_asked_for_is_not_taken_from_it(
    ada: Person, house: House
) -> None:
    data = os.urandom(30)
    record = await store_file(house, ada, data)
    content = await content_of(house, record)
    # As an upload of the same bytes does, a moment before its file names the content.
    await house.contents.add(replace(content, id=ContentId("another"), key="content/another"))
    await discard(house, record.id)
    assert not await clear_content(house, content.id)
    assert await house.objects.read(content.key) == data
    await store_content(house, ada, data)
    assert await clear_content(house, content.id)
    assert await clear_content(house, content.id)


async def test_without_the_file_store_a_file_is_deleted_all_the_same_and_cleared_later(
    ada: Person, house: House
) -> None:
    record = await store_file(house, ada, os.urandom(30))
    content = await content_of(house, record)
    stack = Stack.here()
    stack.stop_program("seaweedfs")
    try:
        assert (await ada.ask("DELETE", at(record))).status == 204
        assert (await ada.ask("GET", at(record))).status == 404
    finally:
        stack.start_program("seaweedfs")

    async def cleared() -> bool:
        await discard(house, record.id)
        return await house.contents.get(content.id) is None

    await eventually(cleared)
    assert [found async for found in house.objects.listed(content.key)] == []
