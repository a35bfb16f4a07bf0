"""Files that come whole, in a multipart form."""

import asyncio
import hashlib

import pytest

from parlour.core.house import House
from parlour.core.settings import Settings
from tests.person import Person
from tests.uploading import form, noise, request, stored

BOUNDARY = "----of-the-test"


def part(name: str, data: bytes, *, file: str | None = "notes.txt", more: str = "") -> bytes:
    disposition = f'form-data; name="{name}"' + (f'; filename="{file}"' if file is not None else "") + more
    return f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n".encode() + data + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()
FORM = f"multipart/form-data; boundary={BOUNDARY}"


async def send(who: Person, body: bytes, content_type: str = FORM, **headers: str):
    path = f"/api/v1/workspaces/{who.workspace['id']}/files"
    return await request(who, "POST", path, body, Content_Type=content_type, **headers)


async def test_a_file_of_a_form_is_taken_and_scanned_next(ada: Person, house: House) -> None:
    data = noise(500_000)
    taken = await form(ada, data, "Bericht für Zoë.txt")
    assert taken.status == 201
    assert (taken.body["name"], taken.body["size"]) == ("Bericht für Zoë.txt", 500_000)
    assert taken.body["state"] not in ("uploading", "failed")
    assert {"id", "name", "size", "mime_type", "state"} <= taken.body.keys()
    assert await stored(house, taken.body["id"]) == data


async def test_an_empty_file_is_a_file(ada: Person, house: House) -> None:
    taken = await form(ada, b"", "empty.txt")
    assert (taken.status, taken.body["size"]) == (201, 0)
    assert await stored(house, taken.body["id"]) == b""


async def test_a_form_of_several_segments_is_the_same_file(
    ada: Person, house: House, stack_settings: Settings
) -> None:
    data = noise(stack_settings.upload_segment_bytes * 2 + 12_345)
    taken = await form(ada, data)
    assert (taken.status, taken.body["size"]) == (201, len(data))
    assert hashlib.sha256(await stored(house, taken.body["id"])).digest() == hashlib.sha256(data).digest()


async def test_a_form_is_taken_up_to_its_limit(ada: Person, stack_settings: Settings) -> None:
    most = stack_settings.form_max_bytes
    assert (await form(ada, bytes(most))).status == 201
    for size in (most + 1, most + 1_000_000):
        refused = await form(ada, bytes(size))
        assert (refused.status, refused.code) == (413, "form_too_large")
        assert "form_max_bytes" in refused.body["detail"]
    left = await asyncio.gather(*(form(ada, b"small") for _ in range(3)))
    assert {answer.status for answer in left} == {201}


async def test_a_form_has_one_file_and_nothing_else(ada: Person) -> None:
    for body in (
        part("file", b"a") + part("file", b"b") + END,
        part("file", b"a") + part("comment", b"hi", file=None) + END,
        part("comment", b"hi", file=None) + part("file", b"a") + END,
        part("attachment", b"a") + END,
        part("file", b"a", file=None) + END,
        END,
        b"",
    ):
        refused = await send(ada, body)
        assert (refused.status, refused.code) == (422, "invalid"), body
        assert "file" in refused.body["detail"]


@pytest.mark.parametrize(
    "body",
    [
        part("file", b"breaks off"),
        part("file", b"a")[:40],
        b"no form at all",
        b"--" + BOUNDARY.encode() + b"\r\nBroken Header\r\n\r\na\r\n" + END,
        b"--" + BOUNDARY.encode() + b"\r\nContent-Disposition: form-data\r\n\r\na\r\n" + END,
        b"\x00" * 100,
    ],
)
async def test_a_malformed_form_is_no_file(ada: Person, house: House, body: bytes) -> None:
    refused = await send(ada, body)
    assert refused.status == 422
    assert await house.uploads.under_way(ada.id) == 0  # type: ignore[arg-type]


async def test_a_body_that_is_no_form_is_refused(ada: Person) -> None:
    for content_type in ("application/json", "multipart/form-data", "text/plain", ""):
        assert (await send(ada, b"{}", content_type or "x")).status == 415


async def test_names_are_read_as_clients_write_them(ada: Person) -> None:
    for body, name in (
        (part("file", b"1", file="..\\\\..\\\\x.txt"), "x.txt"),
        (part("file", b"2", file="a %22b%22.txt"), 'a "b".txt'),
        (part("file", b"3", file="日本.txt"), "日本.txt"),
        (part("file", b"4", file=None, more="; filename*=utf-8''%C3%A9t%C3%A9.txt"), "été.txt"),
        (part("file", b"5", file=""), "unnamed"),
        (part("file", b"6", file="in\u202evoice.txt"), "invoice.txt"),
    ):
        taken = await send(ada, body + END)
        assert (taken.status, taken.body["name"]) == (201, name)


async def test_a_form_sent_again_with_its_key_is_the_first_file(ada: Person) -> None:
    first = await form(ada, noise(100_000), Idempotency_Key="k-1")
    again = await form(ada, noise(100_000), Idempotency_Key="k-1")
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["Idempotent-Replay"] == "true"
    assert (await form(ada, noise(100_000), Idempotency_Key="k-2")).body["id"] != first.body["id"]


async def test_only_members_upload(ada: Person, ben: Person, outsider: Person) -> None:
    assert (await form(ben, b"mine")).status == 201
    outsider.workspace = ada.workspace
    refused = await form(outsider, b"not mine")
    assert (refused.status, refused.code) == (404, "not_found")
