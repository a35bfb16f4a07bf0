"""`SearchReindex` with skipped time, against an index kept by activities of the test."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import BEGIN_REINDEX, END_REINDEX, INDEX_BEHIND, REINDEX_CHANNELS
from parlour.core.ids import WorkspaceId
from parlour.core.model.promises import ReindexCursor, Reindexed, ReindexRequest, SweepRequest, Swept
from parlour.core.settings import Settings
from parlour.workflows.channel_delivery import STATE, WORKSPACE
from parlour.workflows.links import reindex_id
from parlour.workflows.search_reindex import SearchReindex, SearchReindexState, start_reindex
from parlour.workflows.search_sweep import SearchSweep


@dataclass
class Index:
    """A workspace of so many channels as the activities see it: one channel in each turn."""

    channels: int
    failures: int = 0
    begun: int = 0
    turns: list[int] = field(default_factory=list)
    ended: list[ReindexCursor] = field(default_factory=list)

    @activity.defn(name=BEGIN_REINDEX)
    async def begin(self, _workspace_id: WorkspaceId) -> ReindexCursor:
        self.begun += 1
        return ReindexCursor(generation=2, channels=self.channels)

    @activity.defn(name=REINDEX_CHANNELS)
    async def turn(self, request: ReindexRequest) -> Reindexed:
        if self.failures:
            self.failures -= 1
            raise ApplicationError("the database is away")
        self.turns.append(request.cursor.channels_done)
        done = replace(
            request.cursor,
            channels_done=request.cursor.channels_done + 1,
            messages=request.cursor.messages + 10,
        )
        return Reindexed(done, done.channels_done == self.channels)

    @activity.defn(name=END_REINDEX)
    async def end(self, request: ReindexRequest) -> None:
        self.ended.append(request.cursor)

    @activity.defn(name=INDEX_BEHIND)
    async def behind(self, request: SweepRequest) -> Swept:
        return Swept(request.page, 1)


class Workspace:
    """One workspace's rebuilding under test."""

    def __init__(self, environment: WorkflowEnvironment, settings: Settings) -> None:
        self.id = WorkspaceId(uuid.uuid4().hex)
        self.client = environment.client
        self.settings = settings

    async def start(self) -> WorkflowHandle[SearchReindex, SearchReindexState]:
        await start_reindex(self.client, self.settings, self.id)
        return self.client.get_workflow_handle_for(SearchReindex.run, reindex_id(self.id))


@asynccontextmanager
async def workspace_of(environment: WorkflowEnvironment, index: Index) -> AsyncIterator[Workspace]:
    queue = f"queue-{uuid.uuid4().hex}"
    activities: list[Callable[..., Any]] = [index.begin, index.turn, index.end, index.behind]
    async with Worker(
        environment.client, task_queue=queue, workflows=[SearchReindex, SearchSweep], activities=activities
    ):
        yield Workspace(environment, Settings(temporal_task_queue=queue))


async def test_every_channel_is_rebuilt_and_the_end_is_on_record(temporal: WorkflowEnvironment) -> None:
    index = Index(channels=3)
    async with workspace_of(temporal, index) as workspace:
        handle = await workspace.start()
        done = await handle.result()
        assert done.cursor == ReindexCursor(generation=2, channels=3, channels_done=3, messages=30)
        assert (index.begun, index.turns, index.ended) == (1, [0, 1, 2], [done.cursor])
        assert (await handle.query(SearchReindex.progress)).cursor == done.cursor
        described = await handle.describe()
        assert described.typed_search_attributes[WORKSPACE] == workspace.id
        assert described.typed_search_attributes[STATE] == "rebuilt"


async def test_failures_are_outlasted_and_nothing_is_begun_again(temporal: WorkflowEnvironment) -> None:
    index = Index(channels=2, failures=40)
    async with workspace_of(temporal, index) as workspace:
        await (await workspace.start()).result()
        assert (index.begun, index.turns) == (1, [0, 1])


async def test_asking_again_while_it_goes_on_starts_nothing(temporal: WorkflowEnvironment) -> None:
    index = Index(channels=5, failures=3)
    async with workspace_of(temporal, index) as workspace:
        await workspace.start()
        await (await workspace.start()).result()
        assert (index.begun, len(index.turns)) == (1, 5)


async def test_a_long_history_continues_as_new_where_it_was(temporal: WorkflowEnvironment) -> None:
    index = Index(channels=60)
    async with workspace_of(temporal, index) as workspace:
        handle = await workspace.start()
        done = await handle.result()
        assert done.cursor
        assert (done.cursor.channels_done, index.begun) == (60, 1)
        assert index.turns == list(range(60))
        runs = [
            run.status
            async for run in temporal.client.list_workflows(f"WorkflowId = '{reindex_id(workspace.id)}'")
        ]
        assert WorkflowExecutionStatus.CONTINUED_AS_NEW in runs


async def test_a_sweep_tells_what_it_did(temporal: WorkflowEnvironment) -> None:
    async with workspace_of(temporal, Index(channels=0)) as workspace:
        swept = await temporal.client.execute_workflow(
            SearchSweep.run,
            SweepRequest(page=7),
            id=f"sweep/{workspace.id}",
            task_queue=workspace.settings.temporal_task_queue,
        )
        assert swept == Swept(7, 1)
