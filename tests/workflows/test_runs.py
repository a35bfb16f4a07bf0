"""The workflows of runs with skipped time: `Announcement`, `Export` and `FileCheck`, against records of the test."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import (
    ANNOUNCE_NEXT,
    COUNT_EXPORT,
    PACK_EXPORT,
    READ_EXPORT,
    RESCAN_CONTENT,
    STEP_FILE_CHECK,
    SWEEP_RUNS,
)
from parlour.core.ids import ContentId, RunKey, WorkspaceId
from parlour.core.model.file_promises import Rescanned
from parlour.core.model.promises import SweepRequest
from parlour.core.model.run_promises import (
    AnnounceStep,
    ExportCursor,
    ExportRequest,
    ExportStep,
    FileChecked,
    FileCheckStep,
    RunKind,
    RunRequest,
    RunsSwept,
    RunWake,
)
from parlour.core.settings import Settings
from parlour.workflows.announcement import Announcement
from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
from parlour.workflows.export import Export
from parlour.workflows.file_check import FileCheck
from parlour.workflows.file_intake import scan_queue
from parlour.workflows.run_sweep import RunSweep
from parlour.workflows.runs import RUNNING


@dataclass
class Records:
    """What the activities see: `channels` to announce to or export, and how often a server is away."""

    channels: int = 0
    away: int = 0
    paused: bool = False
    stopped: bool = False
    turns: int = 0
    sent: int = 0
    read: list[int] = field(default_factory=list)
    packed: int = 0
    scans: int = 0
    noted: list[FileChecked] = field(default_factory=list)

    @activity.defn(name=ANNOUNCE_NEXT)
    async def announce_next(self, _request: RunRequest) -> AnnounceStep:
        self.turns += 1
        self._fail_while_away()
        if self.stopped:
            return AnnounceStep("over", "Stopped.")
        if self.paused:
            return AnnounceStep("paused", "Paused.")
        self.sent += 1
        over = self.sent >= self.channels
        return AnnounceStep("over" if over else "going", f"Sent to {self.sent}.", 60)

    @activity.defn(name=COUNT_EXPORT)
    async def count_export(self, _request: RunRequest) -> ExportCursor:
        return ExportCursor(channels=self.channels)

    @activity.defn(name=READ_EXPORT)
    async def read_export(self, request: ExportRequest) -> ExportStep:
        self._fail_while_away()
        if self.stopped:
            return ExportStep(request.cursor, over=True)
        self.read.append(request.cursor.channels_done)
        done = replace(
            request.cursor,
            channels_done=request.cursor.channels_done + 1,
            messages=request.cursor.messages + 10,
        )
        return ExportStep(done, is_read=done.channels_done == self.channels)

    @activity.defn(name=PACK_EXPORT)
    async def pack_export(self, request: ExportRequest) -> ExportStep:
        self.packed += 1
        return ExportStep(request.cursor, is_read=True, over=True)

    @activity.defn(name=STEP_FILE_CHECK)
    async def step_file_check(self, checked: FileChecked) -> FileCheckStep:
        self.noted.append(checked)
        if self.stopped or (checked.rescanned and not checked.rescanned.waits_for):
            return FileCheckStep(over=True, words="Nothing was found in it.")
        return FileCheckStep(over=False, words="To be scanned.", content_id=ContentId("c1"))

    @activity.defn(name=RESCAN_CONTENT)
    async def rescan_content(self, _content_id: ContentId) -> Rescanned:
        self.scans += 1
        if self.away:
            self.away -= 1
            return Rescanned("waits", "the virus scanner")
        return Rescanned("kept")

    @activity.defn(name=SWEEP_RUNS)
    async def sweep_runs(self, request: SweepRequest) -> RunsSwept:
        return RunsSwept(told=request.page, looked_at=2, released=1)

    def _fail_while_away(self) -> None:
        if self.away:
            self.away -= 1
            raise ApplicationError("the database is away")


@dataclass
class Run:
    """One run under test."""

    client: Client
    settings: Settings
    kind: RunKind
    key: RunKey

    async def wake(self, *, over: bool = False) -> None:
        wake = RunWake(self.kind, self.key, WorkspaceId("w1"), over)
        await RUNNING[self.kind](wake, self.settings).wake(self.client, self.settings, wake)

    @property
    def handle(self) -> Any:
        prefix = {"announce": "announce", "export": "export", "file.scan": "check"}[self.kind]
        return self.client.get_workflow_handle(f"{prefix}/{self.key}")


@asynccontextmanager
async def run_of(environment: WorkflowEnvironment, kind: RunKind, records: Records) -> AsyncIterator[Run]:
    queue = f"queue-{uuid.uuid4().hex}"
    settings, client = Settings(temporal_task_queue=queue), environment.client
    activities: list[Callable[..., Any]] = [
        records.announce_next,
        records.count_export,
        records.read_export,
        records.pack_export,
        records.step_file_check,
        records.sweep_runs,
    ]
    workflows = [Announcement, Export, FileCheck, RunSweep]
    async with (
        Worker(client, task_queue=queue, workflows=workflows, activities=activities),
        Worker(client, task_queue=scan_queue(queue), activities=[records.rescan_content]),
    ):
        yield Run(client, settings, kind, RunKey(uuid.uuid4().hex))


async def test_an_announcement_goes_on_at_its_pace_until_every_channel_has_it(
    temporal: WorkflowEnvironment,
) -> None:
    records = Records(channels=5, away=3)
    async with run_of(temporal, "announce", records) as run:
        await run.wake()
        await run.wake()
        await run.handle.result()
        assert records.sent == 5
        described = await run.handle.describe()
        values = described.typed_search_attributes
        assert (values[WORKSPACE], values[SUBJECT], values[STATE]) == ("w1", run.key, "over")


async def test_a_paused_announcement_sends_nothing_until_it_is_told_to_go_on(
    temporal: WorkflowEnvironment,
) -> None:
    records = Records(channels=3, paused=True)
    async with run_of(temporal, "announce", records) as run:
        await run.wake()
        while not records.turns:
            await run.handle.query(Announcement.progress)
        assert records.sent == 0
        records.paused = False
        await run.wake()
        await run.handle.result()
        assert records.sent == 3


async def test_an_announcement_that_was_stopped_while_nobody_could_tell_it_looks_itself(
    temporal: WorkflowEnvironment,
) -> None:
    records = Records(channels=3, paused=True)
    async with run_of(temporal, "announce", records) as run:
        await run.wake()
        records.stopped = True
        await run.handle.result()
        assert records.sent == 0


async def test_a_long_announcement_continues_as_new(temporal: WorkflowEnvironment) -> None:
    records = Records(channels=60)
    async with run_of(temporal, "announce", records) as run:
        await run.wake()
        await run.handle.result()
        assert records.sent == 60
        statuses = [one.status async for one in run.client.list_workflows(f"WorkflowId = '{run.handle.id}'")]
        assert WorkflowExecutionStatus.CONTINUED_AS_NEW in statuses


async def test_an_export_reads_every_channel_once_and_packs_them(temporal: WorkflowEnvironment) -> None:
    records = Records(channels=60, away=20)
    async with run_of(temporal, "export", records) as run:
        await run.wake()
        done = await run.handle.result()
        assert records.read == list(range(60))
        assert (records.packed, done["cursor"]["messages"]) == (1, 600)
        assert (await run.handle.describe()).typed_search_attributes[STATE] == "done"


async def test_an_export_that_was_stopped_packs_nothing(temporal: WorkflowEnvironment) -> None:
    records = Records(channels=5, stopped=True)
    async with run_of(temporal, "export", records) as run:
        await run.wake()
        await run.handle.result()
        assert (records.read, records.packed) == ([], 0)


async def test_telling_a_run_that_is_over_starts_nothing(temporal: WorkflowEnvironment) -> None:
    records = Records(channels=1)
    async with run_of(temporal, "export", records) as run:
        await run.wake(over=True)
        await run.wake()
        await run.handle.result()
        await run.wake(over=True)
        assert records.packed == 1


async def test_a_file_is_scanned_again_once_the_scanner_is_back(temporal: WorkflowEnvironment) -> None:
    records = Records(away=6)
    async with run_of(temporal, "file.scan", records) as run:
        await run.wake()
        done = await run.handle.result()
        assert (records.scans, done["tries"]) == (7, 6)
        waited = [one.rescanned.waits_for for one in records.noted if one.rescanned]
        assert waited == ["the virus scanner"] * 6 + [""]


async def test_a_scan_that_nobody_wants_any_more_ends(temporal: WorkflowEnvironment) -> None:
    records = Records(stopped=True)
    async with run_of(temporal, "file.scan", records) as run:
        await run.wake()
        await run.handle.result()
        assert records.scans == 0


async def test_a_sweep_of_runs_tells_what_it_did(temporal: WorkflowEnvironment) -> None:
    async with run_of(temporal, "export", Records()) as run:
        swept = await run.client.execute_workflow(
            RunSweep.run,
            SweepRequest(page=7),
            id=f"sweep/{run.key}",
            task_queue=run.settings.temporal_task_queue,
        )
        assert swept == RunsSwept(told=7, looked_at=2, released=1)
