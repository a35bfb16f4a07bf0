"""`FileRescan` and `FileSweep` with skipped time, against contents kept by activities of the test."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import BEGIN_RESCAN, END_RESCAN, NEXT_CONTENTS, RESCAN_CONTENT, SWEEP_FILES
from parlour.core.ids import ContentId, WorkspaceId
from parlour.core.model.file_promises import (
    FilesSwept,
    FileSweepRequest,
    FileSweepStep,
    RescanCursor,
    Rescanned,
    RescanPage,
    RescanRequest,
)
from parlour.core.model.promises import SweepRequest
from parlour.core.settings import Settings
from parlour.workflows.channel_delivery import STATE, WORKSPACE
from parlour.workflows.file_intake import scan_queue
from parlour.workflows.file_rescan import FileRescan, FileRescanState, start_rescan
from parlour.workflows.file_sweep import STEPS, FileSweep
from parlour.workflows.links import rescan_id


@dataclass
class Contents:
    """A workspace's contents as the activities see them: two in each page, the bad ones by number."""

    count: int
    bad: set[int] = field(default_factory=set)
    away: int = 0
    store_away: int = 0
    begun: int = 0
    scanned: list[int] = field(default_factory=list)
    ended: list[RescanCursor] = field(default_factory=list)
    waited: list[str] = field(default_factory=list)
    failing: set[FileSweepStep] = field(default_factory=set)
    swept: list[FileSweepStep] = field(default_factory=list)

    @activity.defn(name=BEGIN_RESCAN)
    async def begin(self, _workspace_id: WorkspaceId) -> RescanCursor:
        self.begun += 1
        return RescanCursor(contents=self.count)

    @activity.defn(name=NEXT_CONTENTS)
    async def next(self, request: RescanRequest) -> RescanPage:
        self.waited += [request.waits_for] if request.waits_for else []
        if self.away:
            self.away -= 1
            return RescanPage(0, [], request.cursor.after, "the virus scanner")
        first = int(request.cursor.after or -1) + 1
        page = range(first, min(first + 2, self.count))
        unseen = [ContentId(str(number)) for number in page if number not in self.scanned]
        return RescanPage(len(page), unseen, str(page[-1]) if page else request.cursor.after)

    @activity.defn(name=RESCAN_CONTENT)
    async def scan(self, content_id: ContentId) -> Rescanned:
        if self.store_away:
            self.store_away -= 1
            return Rescanned("waits", "the file store")
        self.scanned.append(int(content_id))
        return Rescanned("quarantined" if int(content_id) in self.bad else "kept")

    @activity.defn(name=END_RESCAN)
    async def end(self, request: RescanRequest) -> None:
        self.ended.append(request.cursor)

    @activity.defn(name=SWEEP_FILES)
    async def sweep(self, request: FileSweepRequest) -> FilesSwept:
        self.swept.append(request.step)
        if request.step in self.failing:
            raise ApplicationError("the file store is away")
        return FilesSwept(objects_deleted=request.batch)


class Workspace:
    """One workspace under test."""

    def __init__(self, environment: WorkflowEnvironment, settings: Settings) -> None:
        self.id = WorkspaceId(uuid.uuid4().hex)
        self.client = environment.client
        self.settings = settings

    async def start(self) -> WorkflowHandle[FileRescan, FileRescanState]:
        await start_rescan(self.client, self.settings, self.id)
        return self.client.get_workflow_handle_for(FileRescan.run, rescan_id(self.id))

    async def sweep(self) -> FilesSwept:
        return await self.client.execute_workflow(
            FileSweep.run,
            SweepRequest(page=7),
            id=f"sweep/{self.id}",
            task_queue=self.settings.temporal_task_queue,
        )


@asynccontextmanager
async def workspace_of(environment: WorkflowEnvironment, contents: Contents) -> AsyncIterator[Workspace]:
    queue = f"queue-{uuid.uuid4().hex}"
    client = environment.client
    keeping: list[Callable[..., Any]] = [contents.begin, contents.next, contents.end, contents.sweep]
    async with (
        Worker(client, task_queue=queue, workflows=[FileRescan, FileSweep], activities=keeping),
        Worker(client, task_queue=scan_queue(queue), activities=[contents.scan]),
    ):
        yield Workspace(environment, Settings(temporal_task_queue=queue))


async def test_every_content_is_scanned_and_the_end_is_on_record(temporal: WorkflowEnvironment) -> None:
    contents = Contents(5, bad={3})
    async with workspace_of(temporal, contents) as workspace:
        handle = await workspace.start()
        done = await handle.result()
        assert done.cursor == RescanCursor(contents=5, after="4", looked_at=5, scanned=5, quarantined=1)
        assert done.cursor.words == "5 of 5 contents looked at, 5 scanned, 1 put into quarantine."
        assert (sorted(contents.scanned), contents.ended) == ([0, 1, 2, 3, 4], [done.cursor])
        described = await handle.describe()
        assert described.typed_search_attributes[WORKSPACE] == workspace.id
        assert described.typed_search_attributes[STATE] == "scanned"


async def test_a_scanner_or_a_store_that_is_away_for_hours_is_waited_for_and_nothing_scanned_twice(
    temporal: WorkflowEnvironment,
) -> None:
    contents = Contents(4, away=50, store_away=3)
    async with workspace_of(temporal, contents) as workspace:
        done = await (await workspace.start()).result()
        assert done.cursor is not None
        assert (done.cursor.scanned, done.cursor.looked_at, done.waits_for) == (4, 4, "")
        assert sorted(contents.scanned) == [0, 1, 2, 3]
        assert (contents.begun, set(contents.waited)) == (1, {"the virus scanner", "the file store"})


async def test_asking_again_while_it_goes_on_starts_nothing(temporal: WorkflowEnvironment) -> None:
    contents = Contents(4, away=3)
    async with workspace_of(temporal, contents) as workspace:
        await workspace.start()
        await (await workspace.start()).result()
        assert (contents.begun, len(contents.scanned)) == (1, 4)


async def test_a_long_history_continues_as_new_where_it_was(temporal: WorkflowEnvironment) -> None:
    contents = Contents(80)
    async with workspace_of(temporal, contents) as workspace:
        done = await (await workspace.start()).result()
        assert done.cursor is not None
        assert (done.cursor.scanned, contents.begun) == (80, 1)
        assert sorted(contents.scanned) == list(range(80))
        runs = temporal.client.list_workflows(f"WorkflowId = '{rescan_id(workspace.id)}'")
        assert WorkflowExecutionStatus.CONTINUED_AS_NEW in [run.status async for run in runs]


async def test_a_sweep_takes_every_step_and_tells_what_it_did(temporal: WorkflowEnvironment) -> None:
    contents = Contents(0)
    async with workspace_of(temporal, contents) as workspace:
        swept = await workspace.sweep()
        assert contents.swept == list(STEPS)
        assert (swept.objects_deleted, swept.failed) == (7 * len(STEPS), [])


async def test_a_step_of_a_sweep_that_fails_keeps_no_other_from_its_turn(
    temporal: WorkflowEnvironment,
) -> None:
    contents = Contents(0, failing={"files"})
    async with workspace_of(temporal, contents) as workspace:
        swept = await workspace.sweep()
        assert (swept.objects_deleted, swept.failed) == (7 * (len(STEPS) - 1), ["files"])
        assert set(contents.swept) == set(STEPS)
        assert swept.words.endswith("These steps failed: files.")
