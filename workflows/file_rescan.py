"""`FileRescan`: everything a workspace has stored is scanned again, by the signatures of today.

One workflow a workspace, `rescan/<workspace>`, started by its owner. What today's signatures have seen already is
passed over, so a page may be taken twice, and a rescan asked for again does little. It carries how far it is; while the
scanner or the file store is away it waits, visibly.
"""

import asyncio
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

    from parlour.activities.names import BEGIN_RESCAN, END_RESCAN, NEXT_CONTENTS, RESCAN_CONTENT
    from parlour.core.ids import ContentId, WorkspaceId
    from parlour.core.model.file_promises import RescanCursor, Rescanned, RescanPage, RescanRequest
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
    from parlour.workflows.file_intake import scan_queue
    from parlour.workflows.links import rescan_id

# Whoever asked for it wants it done, however long a server is away.
BACKOFF = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
STILL_ALIVE = timedelta(seconds=20)
FIRST_PAUSE_S = 5
LONGEST_PAUSE_S = 120


@dataclass
class FileRescanState:
    """What a run begins with, and what continue-as-new carries on. Without a cursor it is the beginning.

    `waits_for` says what is away; `tries` counts in vain ones.
    """

    workspace_id: WorkspaceId
    scan_queue: str
    scan_seconds: float
    cursor: RescanCursor | None = None
    waits_for: str = ""
    tries: int = 0


async def start_rescan(client: Client, settings: Settings, workspace_id: WorkspaceId) -> None:
    """Scan a workspace's contents again; while that is going on already, nothing more.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; asking again is harmless.
    """
    queue = settings.temporal_task_queue
    await client.start_workflow(
        FileRescan.run,
        FileRescanState(
            workspace_id,
            scan_queue=scan_queue(queue),
            # Sending may take as long as waiting for the answer; beside that, our own records.
            scan_seconds=2 * settings.scan_timeout + 4 * settings.mongo_timeout,
        ),
        id=rescan_id(workspace_id),
        task_queue=queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary=f"Scans the files of workspace {workspace_id} again",
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(WORKSPACE, workspace_id),
                SearchAttributePair(SUBJECT, workspace_id),
                SearchAttributePair(STATE, "scanning"),
            ]
        ),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


@workflow.defn
class FileRescan:
    """Scans one workspace's contents again, page by page."""

    @workflow.init
    def __init__(self, state: FileRescanState) -> None:
        self._state = state

    @workflow.run
    async def run(self, _state: FileRescanState) -> FileRescanState:
        """Scan what today's signatures have not seen; return what was done."""
        state = self._state
        cursor = state.cursor or await self._begin()
        while True:
            self._record(cursor)
            page = await self._next(cursor)
            if not (page.looked_at or page.waits_for):
                break
            results = await asyncio.gather(*(self._scan(one) for one in page.content_ids))
            away = page.waits_for or next((one.waits_for for one in results if one.waits_for), "")
            cursor = cursor.behind(page, results, is_done=not away)
            self._record(cursor)
            await self._wait(away) if away else self._go_on()
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(state)
        await self._end(cursor)
        workflow.upsert_search_attributes([STATE.value_set("scanned")])
        workflow.set_current_details(f"Done: {cursor.words}")
        return state

    @workflow.query
    def progress(self) -> FileRescanState:
        """How far it is, and what it waits for."""
        return self._state

    async def _begin(self) -> RescanCursor:
        begun: RescanCursor = await workflow.execute_activity(
            BEGIN_RESCAN,
            self._state.workspace_id,
            result_type=RescanCursor,
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=BACKOFF,
            summary="count the contents",
        )
        return begun

    async def _next(self, cursor: RescanCursor) -> RescanPage:
        page: RescanPage = await workflow.execute_activity(
            NEXT_CONTENTS,
            RescanRequest(self._state.workspace_id, cursor, self._state.waits_for),
            result_type=RescanPage,
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=BACKOFF,
            summary=f"behind {cursor.looked_at} of {cursor.contents}",
        )
        return page

    async def _scan(self, content_id: ContentId) -> Rescanned:
        done: Rescanned = await workflow.execute_activity(
            RESCAN_CONTENT,
            content_id,
            result_type=Rescanned,
            task_queue=self._state.scan_queue,
            start_to_close_timeout=timedelta(seconds=self._state.scan_seconds),
            heartbeat_timeout=STILL_ALIVE,
            retry_policy=BACKOFF,
            summary=f"content {content_id}",
        )
        return done

    async def _end(self, cursor: RescanCursor) -> None:
        await workflow.execute_activity(
            END_RESCAN,
            RescanRequest(self._state.workspace_id, cursor),
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=BACKOFF,
            summary="put the end on record",
        )

    async def _wait(self, waits_for: str) -> None:
        state = self._state
        pause = min(FIRST_PAUSE_S * 2 ** min(state.tries, 10), LONGEST_PAUSE_S)
        state.waits_for, state.tries = waits_for, state.tries + 1
        workflow.upsert_search_attributes([STATE.value_set("waiting")])
        workflow.set_current_details(f"Waiting for {waits_for}; tried again every few minutes.")
        await workflow.sleep(pause)

    def _go_on(self) -> None:
        state = self._state
        if state.waits_for:
            workflow.upsert_search_attributes([STATE.value_set("scanning")])
        state.waits_for, state.tries = "", 0

    def _record(self, cursor: RescanCursor) -> None:
        self._state.cursor = cursor
        if not self._state.waits_for:
            workflow.set_current_details(cursor.words)
