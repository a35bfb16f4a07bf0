"""Serving a large file: how fast beside reading it from S3, and that the API's memory does not grow with it."""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
import obstore
from obstore.store import S3Store

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ContentId, FileId, WorkspaceId, new_id
from parlour.core.model.files import Content, FileRecord, Verdict
from parlour.core.settings import Settings
from tests.bench.effort import Effort
from tests.bench.people import Member, crew
from tests.bench.processes import Usage
from tests.bench.report import Requirement, Section, middle, number, spread, table
from tests.bench.site import Site

MB = 1_000_000
SIZE = 200 * MB
AT_ONCE = 10
STALLED = 50
"""Readers who take the beginning and then nothing more for a while."""
STALLED_S = 3
LOOK_S = 0.02
GROWTH_MAX_MB = 64
SHARE_MIN = 0.25
API = "api-1"

Result = TypeVar("Result")


@dataclass(frozen=True)
class Ready:
    """A large file that is ready, and who may load it."""

    settings: Settings
    file_id: FileId
    key: str
    reader: Member

    @property
    def url(self) -> str:
        """Its content, through the front door."""
        return f"{self.settings.address}/api/v1/files/{self.file_id}/content"


def measure(site: Site, effort: Effort) -> Section:
    """Load a file from S3 and through the front door, taking turns."""
    return asyncio.run(_measure(site, effort))


async def _measure(site: Site, effort: Effort) -> Section:
    async with crew(site.settings) as maker:
        workspace_id = await maker.workspace()
        (reader,) = await maker.people(workspace_id, 1)
        ready = await _ready(maker.house, workspace_id, reader)
        await _served(ready)
        return await _compare(ready, Usage(site.pids), effort)


async def _compare(ready: Ready, usage: Usage, effort: Effort) -> Section:
    before = usage.resident(API)
    plain: list[float] = []
    served: list[float] = []
    grown: list[float] = []
    began = usage.seconds()[API]
    for _ in range(effort.rounds):
        plain.append(SIZE / MB / await _timed(_plain(ready)))
        seconds, most = await _watched(usage, _timed(_served(ready)))
        served.append(SIZE / MB / seconds)
        grown.append((most - before) / MB)
        effort.tell(f"S3 {plain[-1]:.0f} MB/s, served {served[-1]:.0f} MB/s, +{grown[-1]:.0f} MB")
    cpu = (usage.seconds()[API] - began) * 1000 * MB / SIZE / effort.rounds
    _, at_once = await _watched(usage, asyncio.gather(*(_served(ready) for _ in range(AT_ONCE))))
    _, stalled = await _watched(usage, asyncio.gather(*(_stall(ready) for _ in range(STALLED))))
    section = Section(f"A file of {SIZE // MB} MB")
    section.say(
        "Through the front door and the API, beside one plain GET of the same object from S3, by the same program.",
        table(["", "MB/s"], [["S3 itself", spread(plain)], ["served", spread(served)]]),
        f"The API's processor time: {number(cpu)} ms a MB. Growth of its resident memory: {spread(grown)} MB by a "
        f"download, {number((at_once - before) / MB)} MB by {AT_ONCE} at once, {number((stalled - before) / MB)} MB "
        f"by {STALLED} that stall.",
    )
    shares = [ours / theirs for ours, theirs in zip(served, plain, strict=True)]
    section.requirements += [
        Requirement("growth of the API's memory by a download, MB", max(grown), GROWTH_MAX_MB, at_most=True),
        Requirement("a download's speed, of S3's own", middle(shares), SHARE_MIN),
    ]
    return section


async def _ready(house: House, workspace_id: WorkspaceId, reader: Member) -> Ready:
    """Store a file as if it had been scanned."""
    known = hashlib.sha256()

    async def data() -> AsyncIterator[bytes]:
        for _ in range(SIZE // MB):
            block = os.urandom(MB)
            known.update(block)
            yield block

    key = f"content/{new_id()}"
    await house.objects.put(key, data())
    content = await house.contents.add(
        Content(
            id=ContentId(new_id()),
            workspace_id=workspace_id,
            sha256=known.hexdigest(),
            size=SIZE,
            key=key,
            mime_type="application/octet-stream",
            kind="other",
            created_at=now(),
            verdict=Verdict(result="clean", at=now()),
            processed=True,
        )
    )
    record = FileRecord(
        id=FileId(new_id()),
        workspace_id=workspace_id,
        uploader_id=reader.user_id,
        name="large.bin",
        size=SIZE,
        state="ready",
        created_at=now(),
        updated_at=now(),
        content_id=content.id,
    )
    await house.files.add(record)
    return Ready(house.settings, record.id, key, reader)


async def _plain(ready: Ready) -> None:
    """Read the object as S3 sends it."""
    got = await obstore.get_async(_store(ready.settings), ready.key)
    size = 0
    async for chunk in got.stream(MB):
        size += len(chunk)
    _check(size)


def _store(settings: Settings) -> S3Store:
    return S3Store(
        settings.s3_bucket,
        endpoint=settings.s3_url,
        region=settings.s3_region,
        access_key_id=settings.s3_access_key.get_secret_value(),
        secret_access_key=settings.s3_secret_key.get_secret_value(),
        client_options={"allow_http": True},
    )


async def _served(ready: Ready) -> None:
    async with _asked(ready) as session, session.get(ready.url) as answer:
        size = 0
        async for chunk in answer.content.iter_any():
            size += len(chunk)
        _check(size)


async def _stall(ready: Ready) -> None:
    async with _asked(ready) as session, session.get(ready.url) as answer:
        await answer.content.readexactly(MB)
        await asyncio.sleep(STALLED_S)
        answer.close()


def _asked(ready: Ready) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {ready.reader.token}"}, read_bufsize=2**18
    )


def _check(size: int) -> None:
    if size != SIZE:
        raise RuntimeError(f"{size} bytes came of {SIZE}")


async def _timed(work: Awaitable[None]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def _watched(usage: Usage, work: Awaitable[Result]) -> tuple[Result, int]:
    """Return what some work returns, and the most memory the API had meanwhile, in bytes."""
    most = usage.resident(API)
    doing = asyncio.ensure_future(work)
    while not doing.done():
        await asyncio.wait([doing], timeout=LOOK_S)
        most = max(most, usage.resident(API))
    return await doing, most
