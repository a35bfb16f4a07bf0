"""Many files at once: how fast they are accepted, scanned and ready, and what that does to sending messages."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from multiprocessing import get_context

import aiohttp

from deploy.failure import StackError
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import FileId, WorkspaceId
from tests.bench.effort import Effort
from tests.bench.people import Member, Room, crew
from tests.bench.processes import Usage, Watch
from tests.bench.report import Requirement, Section, middle, spread, table
from tests.bench.site import WORKER, Site
from tests.bench.upload import FILE_BYTES, FILES, MB, OFFSET

PEOPLE = 20
SENDERS = 5
SEND_EVERY_S = 0.1
IDLE_S = 8
ROUNDS_MAX = 3
SLOWER_MOST = 1.5
WITHIN_S = 300
SCANNER = "clamav"
WHILE = {
    "before": "idle",
    "while they come in": "coming_in",
    "while they are scanned and made ready": "taken_in",
}
SCANS, COMMITS = "parlour_scan_seconds", "parlour_commit_seconds"


@dataclass
class Sending:
    """Messages: when each was sent, and the milliseconds until the API acknowledged it."""

    sent: list[tuple[float, float]] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """Return what this share of them did not exceed."""
        ordered = sorted(took_ms for _, took_ms in self.sent)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def between(self, begin: float, end: float) -> "Sending":
        """Return those sent in a stretch of time."""
        return Sending([each for each in self.sent if begin <= each[0] < end])


@dataclass(frozen=True)
class Turn:
    """One load of files: seconds until all were accepted, and until each and all were ready; and messages meanwhile."""

    accepted_s: float
    ready_s: Sequence[float]
    all_ready_s: float
    scans_s: float
    scan_ms: float
    commits_ms: Sequence[float]
    cpu_s: dict[str, float]
    idle: Sending
    coming_in: Sending
    taken_in: Sending
    others_cores: float

    @property
    def slower_coming_in(self) -> float:
        """How many times as long a message took while the API received the files, in the median."""
        return self.coming_in.percentile(0.5) / self.idle.percentile(0.5)

    @property
    def slower(self) -> float:
        """How many times as long a message took while they were scanned and made ready, in the median."""
        return self.taken_in.percentile(0.5) / self.idle.percentile(0.5)


def measure(site: Site, effort: Effort) -> Section:
    """Take in some loads of files, one after the other."""
    section = Section(f"{FILES} files of {FILE_BYTES // MB} MB at once, and messages meanwhile")
    asyncio.run(_measure(site, effort, section))
    return section


async def _measure(site: Site, effort: Effort, section: Section) -> None:
    # Whoever uploads has an interpreter of its own: in ours, it would be in the way of the messages.
    with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:
        async with (
            crew(site.settings) as maker,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=SENDERS)) as http,
        ):
            room = await maker.room(await maker.workspace(), "private", PEOPLE)
            turns = []
            for _ in range(min(effort.rounds, ROUNDS_MAX)):
                await asyncio.to_thread(site.settle)
                turns.append(await _turn(site, maker.house, http, elsewhere, room))
                effort.tell(
                    f"ready after {turns[-1].all_ready_s:.1f} s, messages {turns[-1].slower_coming_in:.2f} and then "
                    f"{turns[-1].slower:.2f} times as slow"
                )
    _tell(section, turns)


async def _turn(
    site: Site, house: House, http: aiohttp.ClientSession, elsewhere: ProcessPoolExecutor, room: Room
) -> Turn:
    client = _Client(http, site.settings.address, room)
    ports = site.settings.worker_port, site.settings.api_port
    commits = [await _counted(http, ports[1], COMMITS)]
    async with client.messages() as idle:
        await asyncio.sleep(IDLE_S)
    commits.append(await _counted(http, ports[1], COMMITS))
    usage, watch = Usage(site.pids), Watch(site.all_pids)
    scans_before = await _counted(http, ports[0], SCANS)
    async with client.messages() as busy:
        began = time.perf_counter()
        accepted = await asyncio.get_running_loop().run_in_executor(
            elsewhere,
            upload_all,
            site.settings.address,
            room.workspace_id,
            [who.token for who in room.members],
        )
        accepted_s = time.perf_counter() - began
        commits.append(await _counted(http, ports[1], COMMITS))
        ready = await _all_ready(house, list(accepted))
        all_ready_s = time.perf_counter() - began
    commits.append(await _counted(http, ports[1], COMMITS))
    scans = await _counted(http, ports[0], SCANS)
    took = [(ready[file_id] - at).total_seconds() for file_id, at in accepted.items()]
    return Turn(
        accepted_s=accepted_s,
        ready_s=took,
        all_ready_s=all_ready_s,
        scans_s=scans[0] - scans_before[0],
        scan_ms=_mean_ms(scans, scans_before),
        commits_ms=[_mean_ms(after, before) for before, after in pairwise(commits)],
        cpu_s=usage.seconds(),
        idle=idle,
        coming_in=busy.between(began, began + accepted_s),
        taken_in=busy.between(began + accepted_s, began + all_ready_s),
        others_cores=watch.others_cores(),
    )


class _Client:
    """People of one channel, through the front door."""

    def __init__(self, http: aiohttp.ClientSession, address: str, room: Room) -> None:
        self._http = http
        self._address = address
        self._room = room

    @asynccontextmanager
    async def messages(self) -> AsyncIterator[Sending]:
        """Send messages at a steady pace all along."""
        sending = Sending()
        senders = [asyncio.create_task(self._send(sending, who)) for who in self._room.members[:SENDERS]]
        try:
            yield sending
        finally:
            for sender in senders:
                sender.cancel()
            await asyncio.gather(*senders, return_exceptions=True)

    async def _send(self, sending: Sending, who: Member) -> None:
        path = f"{self._address}/api/v1/channels/{self._room.channel_id}/messages"
        while True:
            began = time.perf_counter()
            async with self._http.post(path, json={"text": "hello"}, headers=self._headers(who)) as answer:
                answer.raise_for_status()
                await answer.read()
            took = time.perf_counter() - began
            sending.sent.append((began, took * 1000))
            await asyncio.sleep(max(0, SEND_EVERY_S - took))

    def _headers(self, who: Member) -> dict[str, str]:
        return {"Authorization": f"Bearer {who.token}"}


def upload_all(address: str, workspace_id: WorkspaceId, tokens: Sequence[str]) -> dict[FileId, datetime]:
    """Upload all files at once; return when the last byte of each was acknowledged."""
    return asyncio.run(_upload_all(address, workspace_id, tokens))


async def _upload_all(
    address: str, workspace_id: WorkspaceId, tokens: Sequence[str]
) -> dict[FileId, datetime]:
    path = f"{address}/api/v1/workspaces/{workspace_id}/uploads"
    begin = {"Tus-Resumable": "1.0.0", "Upload-Length": str(FILE_BYTES), "Content-Type": OFFSET}

    async def upload(http: aiohttp.ClientSession, token: str, data: bytes) -> tuple[FileId, datetime]:
        headers = begin | {"Authorization": f"Bearer {token}"}
        async with http.post(path, data=BytesIO(data), headers=headers) as answer:
            answer.raise_for_status()
            return FileId(answer.headers["Location"].rpartition("/")[2]), now()

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=FILES)) as http:
        files = [os.urandom(FILE_BYTES) for _ in range(FILES)]
        sent = [upload(http, tokens[number % len(tokens)], data) for number, data in enumerate(files)]
        return dict(await asyncio.gather(*sent))


async def _all_ready(house: House, file_ids: Sequence[FileId]) -> dict[FileId, datetime]:
    """Return when each file was ready, by its record."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        records = await house.files.many(file_ids)
        if all(record.state == "ready" for record in records.values()):
            return {record.id: record.updated_at for record in records.values()}
        await asyncio.sleep(0.5)
    raise StackError(f"not every file was ready within {WITHIN_S} s")


async def _counted(http: aiohttp.ClientSession, port: int, what: str) -> tuple[float, float]:
    """Return how many seconds something took together, and how often it was, by a role's own count."""
    async with http.get(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = [line.split() for line in (await answer.text()).splitlines()]
    found = {line[0]: float(line[1]) for line in lines if len(line) == 2}
    return found[f"{what}_sum"], found[f"{what}_count"]


def _mean_ms(after: tuple[float, float], before: tuple[float, float]) -> float:
    return (after[0] - before[0]) / max(1, after[1] - before[1]) * 1000


def _tell(section: Section, turns: Sequence[Turn]) -> None:
    def of(take: str, share: float) -> str:
        return spread([getattr(turn, take).percentile(share) for turn in turns])

    ready = [sorted(turn.ready_s) for turn in turns]
    rows = [
        ["accepted a second", spread([FILES / turn.accepted_s for turn in turns])],
        ["ready after it was accepted, s, median", spread([middle(each) for each in ready])],
        ["and 99 of 100", spread([each[int(0.99 * len(each))] for each in ready])],
        ["ready a second, from the first byte on", spread([FILES / turn.all_ready_s for turn in turns])],
        ["a scan, ms", spread([turn.scan_ms for turn in turns])],
        [
            "ClamAV's share of a file's time, %",
            spread([100 * turn.scans_s / sum(turn.ready_s) for turn in turns]),
        ],
    ]
    programs = sorted(turns[0].cpu_s, key=lambda name: -turns[0].cpu_s[name])
    cpu = [[name, spread([turn.cpu_s[name] for turn in turns])] for name in programs[:8]]
    section.say(
        f"Sent by {PEOPLE} people, scanned by real signatures or the test's; {SENDERS} people write a message every "
        f"{SEND_EVERY_S * 1000:.0f} ms before and meanwhile, until all are ready. Others took "
        f"{spread([turn.others_cores for turn in turns])} cores meanwhile.",
        table(["files", ""], rows),
        table(
            ["messages, ms", "median", "95 of 100", "99 of 100", "of these in MongoDB, mean"],
            [
                [
                    what,
                    *(of(take, share) for share in (0.5, 0.95, 0.99)),
                    spread([turn.commits_ms[number] for turn in turns]),
                ]
                for number, (what, take) in enumerate(WHILE.items())
            ],
        ),
        table(["CPU of", "s"], cpu),
    )
    for name in (WORKER, SCANNER):
        if name not in turns[0].cpu_s:
            section.faults.append(f"{name} did not run")
    for what, slower in (
        ("come in", [turn.slower_coming_in for turn in turns]),
        ("are scanned and made ready", [turn.slower for turn in turns]),
    ):
        name = f"times as long a message takes while files {what}, median"
        section.requirements.append(Requirement(name, middle(slower), SLOWER_MOST, at_most=True))
