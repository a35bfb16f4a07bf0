"""How a file's content is sent: whole, in parts, not at all, and never so that a browser would run it."""

import asyncio
import os
from urllib.parse import quote

import aiohttp
import pytest

from deploy.stack import Stack
from parlour.core.house import House
from parlour.core.model.files import FileRecord
from tests.person import Person, eventually
from tests.stored import store_file

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
MB = 1_000_000


def content(record: FileRecord) -> str:
    return f"/api/v1/files/{record.id}/content"


async def test_content_is_sent_whole_with_all_that_keeps_it_harmless(ada: Person, house: House) -> None:
    data = os.urandom(3 * MB)
    record = await store_file(house, ada, data, name="photo.png", mime_type="image/png", kind="image")
    sent = await ada.load(content(record))
    assert (sent.status, sent.data) == (200, data)
    assert sent.headers["Content-Type"] == "image/png"
    assert sent.headers["Content-Length"] == str(len(data))
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sent.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert sent.headers["Cache-Control"] == "private, no-cache"
    assert sent.headers["Accept-Ranges"] == "bytes"
    assert sent.headers["Content-Disposition"] == "inline; filename=\"photo.png\"; filename*=UTF-8''photo.png"
    head = await ada.load(content(record), "HEAD")
    assert (head.status, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Content-Disposition"):
        assert head.headers[name] == sent.headers[name]


async def test_a_preview_is_sent_like_content(ada: Person, house: House) -> None:
    record = await store_file(house, ada, PNG, mime_type="image/png", kind="image", thumb=b"RIFF small")
    (preview,) = (await ada.get(f"/api/v1/files/{record.id}"))["previews"]
    assert (preview["name"], preview["width"], preview["height"]) == ("thumb", 40, 30)
    for path in (preview["url"], f"/api/v1/files/{record.id}/previews/thumb"):
        sent = await ada.load(path)
        assert (sent.status, sent.data) == (200, b"RIFF small")
        assert sent.headers["Content-Type"] == "image/webp"
    known = await ada.load(preview["url"], If_None_Match=sent.headers["ETag"])
    assert (known.status, known.data) == (304, b"")
    assert (await ada.load(preview["url"], "HEAD")).headers["Content-Length"] == "10"
    for name in ("large", "evil", "..%2fcontent"):
        missing = await ada.load(f"/api/v1/files/{record.id}/previews/{name}")
        assert (missing.status, missing.code) == (404, "not_found")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-99", 0, 100),
        ("bytes=1048570-1048580", 1_048_570, 1_048_581),
        ("bytes=-7", 2_499_993, 2_500_000),
    ],
)
async def test_a_range_is_sent_alone(ada: Person, house: House, asked: str, start: int, end: int) -> None:
    data = os.urandom(2_500_000)
    record = await store_file(house, ada, data)
    sent = await ada.load(content(record), Range=asked)
    assert (sent.status, sent.data) == (206, data[start:end])
    assert sent.headers["Content-Range"] == f"bytes {start}-{end - 1}/2500000"
    assert sent.headers["Content-Length"] == str(end - start)


async def test_a_range_behind_the_end_and_one_of_an_older_version(ada: Person, house: House) -> None:
    record = await store_file(house, ada, b"0123456789")
    behind = await ada.load(content(record), Range="bytes=10-")
    assert (behind.status, behind.code) == (416, "range")
    assert behind.headers["Content-Range"] == "bytes */10"
    etag = (await ada.load(content(record), "HEAD")).headers["ETag"]
    part = await ada.load(content(record), Range="bytes=2-3", If_Range=etag)
    assert (part.status, part.data) == (206, b"23")
    whole = await ada.load(content(record), Range="bytes=2-3", If_Range='"older"')
    assert (whole.status, whole.data) == (200, b"0123456789")
    head = await ada.load(content(record), "HEAD", Range="bytes=2-3")
    assert (head.status, head.headers["Content-Length"]) == (200, "10")


async def test_what_a_browser_has_is_not_sent_again(ada: Person, house: House) -> None:
    record = await store_file(house, ada, b"0123456789")
    sent = await ada.load(content(record))
    for header, value in (
        ("If-None-Match", sent.headers["ETag"]),
        ("If-None-Match", f'"x", W/{sent.headers["ETag"]}'),
        ("If-Modified-Since", sent.headers["Last-Modified"]),
    ):
        known = await ada.load(content(record), **{header: value})
        assert (known.status, known.data) == (304, b"")
        assert known.headers["ETag"] == sent.headers["ETag"]
    assert (await ada.load(content(record), If_None_Match='"x"')).status == 200


async def test_an_empty_file_is_sent(ada: Person, house: House) -> None:
    record = await store_file(house, ada, b"")
    sent = await ada.load(content(record))
    assert (sent.status, sent.data, sent.headers["Content-Length"]) == (200, b"", "0")


@pytest.mark.parametrize(
    "mime_type",
    [
        "text/html",
        "application/xhtml+xml",
        "image/svg+xml",
        "text/xml",
        "application/xml",
        "application/rss+xml",
        "text/xsl",
        "application/javascript",
        "text/javascript",
        "application/x-javascript",
        "text/css",
        "application/wasm",
        "application/x-shockwave-flash",
        "text/html\r\nSet-Cookie: a=b",
        "",
        "nonsense",
    ],
)
async def test_what_a_browser_would_run_is_sent_as_bytes_to_save(
    ada: Person, house: House, mime_type: str
) -> None:
    data = os.urandom(20)
    record = await store_file(house, ada, data, name="page.html", mime_type=mime_type)
    for method in ("GET", "HEAD"):
        sent = await ada.load(content(record), method)
        assert sent.headers["Content-Type"] == "application/octet-stream"
        assert sent.headers["Content-Disposition"].startswith("attachment; ")
        assert sent.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in sent.headers


@pytest.mark.parametrize(
    ("mime_type", "kind"),
    [
        ("image/png", "inline"),
        ("video/mp4", "inline"),
        ("audio/mpeg", "inline"),
        ("application/pdf", "attachment"),
        ("text/plain", "attachment"),
        ("application/zip", "attachment"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "attachment"),
        ("image/x-unheard-of", "attachment"),
    ],
)
async def test_pictures_and_sound_are_shown_and_all_else_is_saved(
    ada: Person, house: House, mime_type: str, kind: str
) -> None:
    record = await store_file(house, ada, os.urandom(20), mime_type=mime_type)
    sent = await ada.load(content(record))
    assert sent.headers["Content-Type"] == mime_type
    assert sent.headers["Content-Disposition"].startswith(f"{kind}; ")


@pytest.mark.parametrize(
    ("name", "plain", "kept"),
    [
        ('a"b.txt', "a_b.txt", 'a"b.txt'),
        ("a\\b;c.txt", "b_c.txt", "b;c.txt"),
        ("a\r\nSet-Cookie: x=y.txt", "a Set-Cookie_ x=y.txt", "a Set-Cookie: x=y.txt"),
        ("annex\u202egnp.exe", "annexgnp.exe", "annexgnp.exe"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("C:\\Users\\ada\\plan.txt", "plan.txt", "plan.txt"),
        ("Zürich 日本.txt", "Zurich .txt", "Zürich 日本.txt"),
        ("日本", "file", "日本"),
        ("100%'*.txt", "100___.txt", "100%'*.txt"),
        ("\x00\x1b[31m.txt", "_31m.txt", "[31m.txt"),
    ],
)
async def test_a_name_cannot_break_out_of_its_header(
    ada: Person, house: House, name: str, plain: str, kept: str
) -> None:
    record = await store_file(house, ada, os.urandom(20), name=name)
    sent = await ada.load(content(record))
    wanted = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(kept, safe='')}"
    assert sent.headers["Content-Disposition"] == wanted
    assert "Set-Cookie" not in sent.headers


async def test_without_the_file_store_a_download_says_so_and_one_under_way_is_no_whole_file(
    ada: Person, house: House
) -> None:
    record = await store_file(house, ada, os.urandom(60 * MB))
    stack = Stack.here()
    path, token = f"{ada.address}{content(record)}", {"Authorization": f"Bearer {ada.token}"}
    try:
        async with aiohttp.ClientSession() as session, session.get(path, headers=token) as under_way:
            assert under_way.status == 200
            await under_way.content.readexactly(MB)
            stack.stop_program("seaweedfs")
            with pytest.raises(aiohttp.ClientPayloadError):
                await under_way.content.read()
        away = await ada.load(content(record))
        assert (away.status, away.code) == (503, "unavailable")
        assert (await ada.get("/readyz"))["dependencies"]["s3"]["state"] == "down"
    finally:
        stack.start_program("seaweedfs")

    async def again() -> bool:
        return (await ada.load(content(record), Range="bytes=0-10")).status == 206

    await eventually(again)
    assert "never retrieved" not in stack.log_path("api-1").read_text()


async def test_many_who_break_off_leave_nothing_behind(ada: Person, house: House) -> None:
    record = await store_file(house, ada, os.urandom(20 * MB))
    path, token = f"{ada.address}{content(record)}", {"Authorization": f"Bearer {ada.token}"}
    async with aiohttp.ClientSession() as session:

        async def begin() -> None:
            async with session.get(path, headers=token) as answer:
                await answer.content.readexactly(1000)
                answer.close()

        await asyncio.gather(*(begin() for _ in range(20)))
    assert (await ada.load(content(record))).status == 200
    log = Stack.here().log_path("api-1").read_text()
    assert "unexpected" not in log
    assert "Task was destroyed" not in log
