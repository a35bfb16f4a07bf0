"""Uploading as a person does: by tus, step by step, and by forms."""

import asyncio
import base64
import hashlib
import io
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from tusclient.client import TusClient
from tusclient.uploader.uploader import Uploader

from parlour.core.house import House
from parlour.core.ids import FileId
from tests.person import Answer, Person, eventually

OFFSET = "application/offset+octet-stream"
Body = bytes | AsyncIterator[bytes] | aiohttp.MultipartWriter | None


async def request(
    who: Person, method: str, path: str, body: Body = None, *, address: str = "", **headers: str
) -> Answer:
    """Make a request with a body of bytes; `_` in header names stands for `-`."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given.setdefault("Authorization", f"Bearer {who.token}")
    url = f"{address or who.address}{path}"
    data = io.BytesIO(body) if isinstance(body, bytes) else body
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, url, data=data, headers=given) as response,
    ):
        content: Any = await response.text()
        if "json" in response.content_type and content:
            content = await response.json()
        return Answer(response.status, content, response.headers, response.cookies)


class Tus:
    """A client of tus that does nothing by itself."""

    def __init__(self, who: Person) -> None:
        self.who = who
        self.path = ""

    @property
    def id(self) -> FileId:
        return FileId(self.path.rpartition("/")[2])

    async def ask(self, method: str, path: str = "", body: Body = None, **headers: str) -> Answer:
        """Make a request; at this upload, unless told otherwise."""
        headers = {"Tus_Resumable": "1.0.0"} | headers
        return await request(self.who, method, path or self.path, body, **headers)

    async def create(self, length: int, name: str = "notes.txt", body: Body = None, **headers: str) -> Answer:
        """Begin an upload, and remember where it is."""
        given = {"Upload_Length": str(length), "Upload_Metadata": f"filename {b64(name)}"} | headers
        if body is not None:
            given.setdefault("Content_Type", OFFSET)
        workspace = self.who.workspace["id"]
        answer = await self.ask("POST", f"/api/v1/workspaces/{workspace}/uploads", body, **given)
        self.path = answer.headers.get("Location", "")
        return answer

    async def patch(self, offset: int, body: Body, **headers: str) -> Answer:
        given = {"Upload_Offset": str(offset), "Content_Type": OFFSET} | headers
        return await self.ask("PATCH", body=body, **given)

    async def offset(self) -> int:
        """Return how far the upload is."""
        answer = await self.ask("HEAD")
        assert answer.status == 200
        return int(answer.headers["Upload-Offset"])

    async def reaches(self, offset: int) -> None:
        """Wait until the upload is that far."""

        async def is_there() -> bool:
            return await self.offset() == offset

        await eventually(is_there)


class KeptOpen(io.BytesIO):
    """A file that stays open: tuspy closes it in between, and leaves open what it opened itself."""

    def close(self) -> None:
        """Stay open."""


def tuspy(who: Person, data: bytes, *, address: str = "", name: str = "a.bin", **options: Any) -> Uploader:
    """Return an upload by tuspy, an existing client, which blocks."""
    url = f"{address or who.address}/api/v1/workspaces/{who.workspace['id']}/uploads"
    client = TusClient(url, headers={"Authorization": f"Bearer {who.token}"})
    return client.uploader(file_stream=KeptOpen(data), metadata={"filename": name}, **options)


def tus_of(who: Person, upload: Uploader) -> Tus:
    """Return an upload of tuspy, to look at it step by step."""
    tus = Tus(who)
    tus.path = "/api/" + str(upload.url).partition("/api/")[2]
    return tus


def b64(value: str | bytes) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def checksum(algorithm: str, data: bytes) -> str:
    return f"{algorithm} {b64(hashlib.new(algorithm, data).digest())}"


def noise(size: int) -> bytes:
    """Return bytes that are the same in every run, and unlike each other."""
    return hashlib.shake_128(size.to_bytes(8, "big")).digest(size)


async def form(
    who: Person, data: bytes, name: str = "notes.txt", *, field: str = "file", **headers: str
) -> Answer:
    """Upload a file by a form."""
    body = aiohttp.FormData(quote_fields=False)
    body.add_field(field, io.BytesIO(data), filename=name)
    path = f"/api/v1/workspaces/{who.workspace['id']}/files"
    return await request(who, "POST", path, body(), **headers)  # type: ignore[arg-type]


async def cut_off(
    who: Person, path: str, head: dict[str, str], sent: bytes, *, of: int, address: str = ""
) -> None:
    """Begin a PATCH of `of` bytes, and cut the connection after those that are sent."""
    at = urlsplit(address or who.address)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    lines = {
        "Host": at.netloc,
        "Authorization": f"Bearer {who.token}",
        "Tus-Resumable": "1.0.0",
        "Content-Type": OFFSET,
        "Content-Length": str(of),
    } | head
    writer.write(f"PATCH {path} HTTP/1.1\r\n".encode())
    writer.write("".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode() + b"\r\n")
    writer.write(sent)
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    del reader


async def stored(house: House, file_id: str) -> bytes:
    """Return the bytes of a file, once it is put together, or else those of its segments."""

    async def put_together() -> str:
        record = await house.files.get(FileId(file_id))
        content = await house.contents.get(record.content_id) if record and record.content_id else None
        return content.key if content else ""

    return await house.objects.read(await eventually(put_together, within_s=60))


async def objects_of(house: House, file_id: str) -> list[str]:
    """Return the keys of all that is stored of an upload."""
    return [found.key async for found in house.objects.listed(f"uploads/{file_id}/")]
