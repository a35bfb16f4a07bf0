"""Uploading: what a large file asks of the API's memory and how fast it is, and many small files at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import aiohttp

from parlour.core.house import House
from parlour.core.ids import FileId, WorkspaceId, new_id
from tests.bench.effort import Effort
from tests.bench.people import Member, crew
from tests.bench.processes import Usage, family
from tests.bench.report import Requirement, Section, number, table
from tests.bench.site import Site

API = "api-1"
MB = 1_000_000
LARGE_BYTES = 1_000 * MB
BLOCK = bytes(range(256)) * 4096
GROWS_MOST_MB = 64
FILES = 200
FILE_BYTES = MB
PEOPLE = 20
SAMPLE_S = 0.05
OFFSET = "application/offset+octet-stream"


@dataclass(frozen=True)
class Large:
    """What the large upload took: seconds, the API's memory before and at most, its CPU; seconds of the same to S3."""

    seconds: float
    before: int
    peak: int
    cpu_s: float
    direct_s: float

    @property
    def grown_mb(self) -> float:
        """By how much the API grew."""
        return (self.peak - self.before) / MB


class Uploader:
    """One person's client, through the front door."""

    def __init__(
        self, http: aiohttp.ClientSession, address: str, workspace: WorkspaceId, who: Member
    ) -> None:
        self._http = http
        self._path = f"{address}/api/v1/workspaces/{workspace}/uploads"
        self._address = address
        self._headers = {"Authorization": f"Bearer {who.token}", "Tus-Resumable": "1.0.0"}

    async def upload(self, chunks: AsyncIterator[bytes], size: int) -> FileId:
        """Upload a file by tus, in two requests; return its id once its last byte was acknowledged."""
        begin = self._headers | {"Upload-Length": str(size)}
        async with self._http.post(self._path, headers=begin) as answer:
            answer.raise_for_status()
            location = answer.headers["Location"]
        more = {"Upload-Offset": "0", "Content-Type": OFFSET, "Content-Length": str(size)}
        async with self._http.patch(
            f"{self._address}{location}", data=chunks, headers=self._headers | more
        ) as answer:
            answer.raise_for_status()
        return FileId(location.rpartition("/")[2])


def measure(site: Site, effort: Effort) -> Section:
    """Upload a large file, and the same to S3 by itself; then many files at once."""
    section = Section("Uploading")
    asyncio.run(_measure(site, effort, section))
    return section


async def _measure(site: Site, effort: Effort, section: Section) -> None:
    async with (
        crew(site.settings) as maker,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=FILES)) as http,
    ):
        workspace = await maker.workspace()
        people = await maker.people(workspace, PEOPLE)
        uploaders = [Uploader(http, site.settings.address, workspace, who) for who in people]
        await asyncio.to_thread(site.settle)
        large = await _large(site, maker.house, uploaders[0])
        _tell_large(section, large)
        effort.tell(
            f"{LARGE_BYTES // MB} MB in {large.seconds:.1f} s, the API grew by {large.grown_mb:.0f} MB"
        )
        await asyncio.to_thread(site.settle)
        await _many(site, section, uploaders)


async def _large(site: Site, house: House, uploader: Uploader) -> Large:
    usage = Usage({API: family(site.stack.pid(API))})
    before = usage.resident(API)
    peak = before

    async def watch() -> None:
        nonlocal peak
        while True:
            peak = max(peak, usage.resident(API))
            await asyncio.sleep(SAMPLE_S)

    watching = asyncio.create_task(watch())
    began = time.perf_counter()
    await uploader.upload(_blocks(LARGE_BYTES), LARGE_BYTES)
    seconds = time.perf_counter() - began
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    cpu_s = usage.seconds()[API]
    await asyncio.to_thread(site.settle)
    key = f"uploads/{new_id()}/direct"
    began = time.perf_counter()
    await house.objects.put(key, _blocks(LARGE_BYTES))
    direct_s = time.perf_counter() - began
    await house.objects.delete([key])
    return Large(seconds, before, peak, cpu_s, direct_s)


async def _many(site: Site, section: Section, uploaders: list[Uploader]) -> None:
    usage = Usage({API: family(site.stack.pid(API))})
    before = usage.resident(API)
    began = time.perf_counter()
    each = [uploaders[number % len(uploaders)] for number in range(FILES)]
    await asyncio.gather(*(uploader.upload(_unlike(n), FILE_BYTES) for n, uploader in enumerate(each)))
    seconds = time.perf_counter() - began
    cells = [
        number(FILES / seconds),
        number(FILES * FILE_BYTES / MB / seconds),
        number(usage.seconds()[API] / FILES * 1000),
        number((usage.resident(API) - before) / MB),
    ]
    section.say(
        f"{FILES} files of {FILE_BYTES // MB} MB at once by {PEOPLE} people, each begun and then sent; accepted is a "
        "file whose last byte was acknowledged.",
        table(["accepted/s", "MB/s", "API's CPU, ms a file", "API larger after it, MB"], [["", *cells][1:]]),
    )


def _tell_large(section: Section, large: Large) -> None:
    size = LARGE_BYTES / MB
    rows = [
        [
            "by tus, through the front door",
            number(size / large.seconds),
            number(large.grown_mb),
            number(large.cpu_s),
        ],
        ["to S3 by itself", number(size / large.direct_s), "", ""],
    ]
    section.say(
        f"{size:.0f} MB in one request, against the same bytes put into the file store directly, in the same run. The "
        f"API had {number(large.before / MB)} MB before; its memory was looked at every {SAMPLE_S * 1000:.0f} ms.",
        table(["", "MB/s", "API grew at most, MB", "API's CPU, s"], rows),
    )
    section.requirements.append(
        Requirement(
            f"MB by which the API grows in an upload of {size:.0f}",
            large.grown_mb,
            GROWS_MOST_MB,
            at_most=True,
        )
    )


async def _blocks(size: int) -> AsyncIterator[bytes]:
    for begin in range(0, size, len(BLOCK)):
        yield BLOCK[: size - begin]


async def _unlike(which: int) -> AsyncIterator[bytes]:
    """Yield a file that is like no other: the same content is stored once."""
    yield which.to_bytes(8, "big")
    async for block in _blocks(FILE_BYTES - 8):
        yield block
