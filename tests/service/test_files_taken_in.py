"""Files taken in by the worker of the stack: its ClamAV, its S3, its workflows."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from parlour.core.house import House
from parlour.core.ids import ContentId, FileId
from parlour.core.model.audit import AuditFilter
from parlour.core.model.files import Content, FileRecord
from parlour.core.settings import Settings
from parlour.workflows.teller import TemporalTeller
from tests import uploaded
from tests.person import Person
from tests.uploaded import EICAR, MB, over, upload

OF_FILES = AuditFilter(actions=("file.quarantined", "file.held"))
TakeIn = Callable[..., Awaitable[FileRecord]]


@pytest.fixture
async def take_in(house: House, stack_settings: Settings) -> TakeIn:
    """Have what someone uploaded taken in; return the file when it is over."""
    teller = TemporalTeller(stack_settings)

    async def taken(person: Person, data: bytes, name: str = "notes.txt", **how: int) -> FileRecord:
        file_id = await upload(house, person, data, name=name, **how)
        record = await house.files.get(file_id)
        assert record is not None
        await teller.take_in(file_id, record.workspace_id)
        return await over(house, file_id)

    return taken


async def content_of(house: House, record: FileRecord) -> Content:
    content = await house.contents.get(record.content_id or ContentId(""))
    assert content is not None
    return content


async def stored(house: House, prefix: str) -> list[str]:
    return [found.key async for found in house.objects.listed(prefix)]


async def test_a_clean_file_becomes_ready_and_its_upload_is_gone(
    ada: Person, house: House, take_in: TakeIn
) -> None:
    record = await take_in(ada, b"Dear Ben,\n")
    content = await content_of(house, record)
    assert (record.state, record.mime_type, record.kind, record.detail) == ("ready", "text/plain", "text", "")
    assert content.verdict is not None
    assert content.verdict.result == "clean"
    assert content.verdict.scanner.startswith("ClamAV ")
    assert content.processed
    assert await house.objects.read(content.key) == b"Dear Ben,\n"
    assert await stored(house, f"uploads/{record.id}") == []
    assert await house.uploads.get(record.id) is None


async def test_segments_become_one_content(ada: Person, house: House, take_in: TakeIn) -> None:
    data = bytes(range(256)) * 12_000
    record = await take_in(ada, data, segment_bytes=MB)
    content = await content_of(house, record)
    assert (record.state, content.size) == ("ready", len(data))
    assert await house.objects.read(content.key) == data


async def test_an_empty_file_is_a_file(ada: Person, house: House, take_in: TakeIn) -> None:
    record = await take_in(ada, b"", name="empty.txt")
    assert (record.state, record.size) == ("ready", 0)


VIRUSES = {
    "eicar.com": EICAR,
    "eicar.zip": uploaded.zipped(EICAR),
    "eicar.pdf": uploaded.pdf(EICAR),
    "eicar.docx": uploaded.docx(EICAR),
    "eicar.png": b"\x89PNG\r\n\x1a\n" + EICAR,
}


@pytest.mark.parametrize("name", VIRUSES)
async def test_the_eicar_test_string_goes_to_quarantine_wherever_it_hides(
    ada: Person, ben: Person, house: House, take_in: TakeIn, name: str
) -> None:
    at_ada, at_ben = await ada.device(), await ben.device()
    record = await take_in(ben, VIRUSES[name], name=name)
    content = await content_of(house, record)
    assert (record.state, record.detail) == ("quarantined", "A virus was found in this file.")
    assert content.quarantined
    assert content.key.startswith("quarantine/")
    assert await stored(house, content.key.replace("quarantine/", "content/")) == []
    for device in (at_ada, at_ben):
        heard = await device.wait_for("file.quarantined")
        assert heard["file"]["id"] == record.id
    noted = await house.audit.page(record.workspace_id, before=None, limit=10, wanted=OF_FILES)
    assert [(entry.action, entry.subject) for entry in noted] == [("file.quarantined", record.id)]


UNREADABLE = {
    "locked.zip": uploaded.encrypted_zip,
    "deep.zip": lambda: uploaded.nested(30),
    "bomb.zip": uploaded.bomb,
    "zip64.zip": lambda: uploaded.zip64(EICAR),
}


@pytest.mark.parametrize("name", UNREADABLE)
async def test_what_the_scanner_cannot_look_into_is_held_for_an_owner(
    ada: Person, house: House, take_in: TakeIn, name: str
) -> None:
    record = await take_in(ada, UNREADABLE[name](), name=name)
    content = await content_of(house, record)
    assert record.state == "quarantined"
    assert record.detail.endswith("An owner of the workspace decides what becomes of it.")
    assert content.verdict is not None
    assert content.verdict.result == ("encrypted" if name == "locked.zip" else "limits")
    noted = await house.audit.page(record.workspace_id, before=None, limit=10, wanted=OF_FILES)
    assert [entry.action for entry in noted] == ["file.held"]


@pytest.mark.parametrize("damage", ["cut", "garbled", "header"])
async def test_a_damaged_archive_ends_in_a_clear_state(ada: Person, take_in: TakeIn, damage: str) -> None:
    whole = uploaded.zipped(b"hello" * 1000, b"world" * 1000)
    damaged = {
        "cut": whole[: len(whole) // 2],
        "garbled": whole[:40] + bytes(20) + whole[60:],
        "header": b"PK\x03\x04",
    }[damage]
    record = await take_in(ada, damaged, name="damaged.zip")
    assert record.state == "ready"


async def test_a_program_is_refused_whatever_it_is_called_and_also_looks_like(
    ada: Person, house: House, take_in: TakeIn
) -> None:
    record = await take_in(ada, uploaded.program(), name="holiday.pdf")
    assert record.state == "failed"
    assert record.detail.startswith("Files of this type are not taken here: application/")
    assert record.content_id is None
    assert await stored(house, f"uploads/{record.id}") == []


async def test_a_wrong_extension_is_no_error_and_the_type_is_that_of_the_content(
    ada: Person, take_in: TakeIn
) -> None:
    record = await take_in(ada, uploaded.pdf(b"hello"), name="letter.jpg")
    assert (record.state, record.mime_type, record.kind) == ("ready", "application/pdf", "pdf")


async def test_the_same_content_twice_in_a_workspace_is_stored_and_scanned_once(
    ada: Person, ben: Person, house: House, take_in: TakeIn
) -> None:
    first = await take_in(ada, b"the same words")
    verdict = (await content_of(house, first)).verdict
    second = await take_in(ben, b"the same words", name="other.txt")
    assert (second.state, second.content_id, second.name) == ("ready", first.content_id, "other.txt")
    assert (await content_of(house, second)).verdict == verdict
    assert len(await house.contents.page(first.workspace_id, after="", limit=10)) == 1


async def test_the_same_content_at_once_is_one_content(ada: Person, house: House, take_in: TakeIn) -> None:
    records = await asyncio.gather(*(take_in(ada, b"at once") for _ in range(5)))
    assert {record.state for record in records} == {"ready"}
    assert len({record.content_id for record in records}) == 1


async def test_another_workspaces_same_content_is_its_own(
    ada: Person, outsider: Person, house: House, take_in: TakeIn
) -> None:
    here, there = await take_in(ada, b"everybody has this"), await take_in(outsider, b"everybody has this")
    assert here.content_id != there.content_id
    assert (await content_of(house, here)).key != (await content_of(house, there)).key


async def test_the_second_upload_of_a_virus_goes_where_the_first_one_went(
    ada: Person, house: House, take_in: TakeIn
) -> None:
    first, second = await take_in(ada, EICAR), await take_in(ada, EICAR, name="again.txt")
    assert (first.state, second.state) == ("quarantined", "quarantined")
    assert first.content_id == second.content_id


async def test_an_upload_whose_bytes_are_gone_fails_in_words(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    file_id = await upload(house, ada, b"soon gone")
    await house.objects.delete(await stored(house, f"uploads/{file_id}"))
    await TemporalTeller(stack_settings).take_in(file_id, ada.workspace["id"])
    record = await over(house, FileId(file_id))
    assert (record.state, record.detail) == ("failed", "The content of this file is lost. Upload it again.")


async def test_health_says_what_the_scanner_is_and_that_it_has_test_signatures_only(
    ada: Person, stack_settings: Settings
) -> None:
    answer = await ada.ask("GET", "/readyz")
    said = answer.body["dependencies"]["clamav"]
    assert (said["state"], said["required"]) == ("up", False)
    if stack_settings.clamav_test_signatures:
        assert said["detail"].endswith("test signatures only")
