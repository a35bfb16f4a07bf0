"""`SearchReindex`: a workspace's search index is made anew from its logs, while people search and write.

One workflow a workspace, `reindex/<workspace>`, started by its owner. It carries how far it is: a worker that dies is
replaced, and the next one goes on behind the last batch that was put.
"""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow
from temporalio.common import (
    RetryPolicy,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
)

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import BEGIN_REINDEX, END_REINDEX, REINDEX_CHANNELS
    from parlour.core.ids import WorkspaceId
    from parlour.core.model.promises import ReindexCursor, Reindexed, ReindexRequest
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
    from parlour.workflows.links import reindex_id

BATCHES = 50
"""Batches in one activity: some tens of seconds, so that progress is told while it goes on."""
ONE_TURN = timedelta(minutes=10)
STILL_ALIVE = timedelta(seconds=60)
# Whoever asked for it wants it done, however long a server is away.
KEEP_TRYING = timedelta(days=7)
BACKOFF = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))


@dataclass
class SearchReindexState:
    """What a run begins with, and what continue-as-new carries on. Without a cursor it is the beginning."""

    workspace_id: WorkspaceId
    cursor: ReindexCursor | None = None


async def start_reindex(client: Client, settings: Settings, workspace_id: WorkspaceId) -> None:
    """Rebuild a workspace's index; while that is going on already, nothing more.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; asking again is harmless.
    """
    await client.start_workflow(
        SearchReindex.run,
        SearchReindexState(workspace_id),
        id=reindex_id(workspace_id),
        task_queue=settings.temporal_task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=f"Rebuilds the search index of workspace {workspace_id}",
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(WORKSPACE, workspace_id),
                SearchAttributePair(SUBJECT, workspace_id),
                SearchAttributePair(STATE, "reindexing"),
            ]
        ),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


@workflow.defn
class SearchReindex:
    """Rebuilds one workspace's index."""

    @workflow.init
    def __init__(self, state: SearchReindexState) -> None:
        self._state = state

    @workflow.run
    async def run(self, _state: SearchReindexState) -> SearchReindexState:
        """Put every channel again, then use the new counts; return what was done."""
        cursor = self._state.cursor or await self._begin()
        self._record(cursor)
        while True:
            turn = await self._turn(cursor)
            cursor = turn.cursor
            self._record(cursor)
            if turn.ended:
                break
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(self._state)
        await self._end(cursor)
        workflow.upsert_search_attributes([STATE.value_set("rebuilt")])
        workflow.set_current_details(
            f"Rebuilt: {cursor.messages} messages of {cursor.channels_done} channels."
        )
        return self._state

    @workflow.query
    def progress(self) -> SearchReindexState:
        """How far it is."""
        return self._state

    async def _begin(self) -> ReindexCursor:
        begun: ReindexCursor = await workflow.execute_activity(
            BEGIN_REINDEX,
            self._state.workspace_id,
            result_type=ReindexCursor,
            start_to_close_timeout=timedelta(seconds=60),
            schedule_to_close_timeout=KEEP_TRYING,
            retry_policy=BACKOFF,
            summary="count the channels",
        )
        return begun

    async def _turn(self, cursor: ReindexCursor) -> Reindexed:
        turn: Reindexed = await workflow.execute_activity(
            REINDEX_CHANNELS,
            ReindexRequest(self._state.workspace_id, cursor, BATCHES),
            result_type=Reindexed,
            start_to_close_timeout=ONE_TURN,
            heartbeat_timeout=STILL_ALIVE,
            schedule_to_close_timeout=KEEP_TRYING,
            retry_policy=BACKOFF,
            summary=f"from channel {cursor.channels_done + 1} of {cursor.channels}",
        )
        return turn

    async def _end(self, cursor: ReindexCursor) -> None:
        await workflow.execute_activity(
            END_REINDEX,
            ReindexRequest(self._state.workspace_id, cursor, 0),
            start_to_close_timeout=timedelta(minutes=5),
            schedule_to_close_timeout=KEEP_TRYING,
            retry_policy=BACKOFF,
            summary="use the new counts",
        )

    def _record(self, cursor: ReindexCursor) -> None:
        self._state.cursor = cursor
        workflow.set_current_details(
            f"{cursor.channels_done} of {cursor.channels} channels, {cursor.messages} messages so far."
        )
