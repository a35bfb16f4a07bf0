"""`Export`: channels with all their messages are put into a zip file, which can be loaded for a while.

One workflow an export, `export/<run>`. It carries how far it is: a worker that dies is replaced, and the next one goes
on behind the last part that was kept. Who may see which channel is asked for anew at each part.
"""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from parlour.activities.names import COUNT_EXPORT, PACK_EXPORT, READ_EXPORT
    from parlour.core.ids import RunKey, WorkspaceId
    from parlour.core.model.run_promises import ExportCursor, ExportRequest, ExportStep, RunRequest
    from parlour.workflows.running import BACKOFF, STILL_ALIVE, show

PARTS = 50
"""Parts in one activity: some tens of seconds, so that progress is told while it goes on."""
ONE_TURN = timedelta(minutes=30)
ONE_PACK = timedelta(hours=12)


@dataclass
class ExportState:
    """What a run begins with, and what continue-as-new carries on. Without a cursor it is the beginning."""

    key: RunKey
    workspace_id: WorkspaceId
    cursor: ExportCursor | None = None


@workflow.defn
class Export:
    """Reads, and packs what was read."""

    @workflow.init
    def __init__(self, state: ExportState) -> None:
        self._state = state

    @workflow.run
    async def run(self, _state: ExportState) -> ExportState:
        """Read every channel, then pack all; return what was done."""
        state = self._state
        state.cursor = state.cursor or await self._count()
        while True:
            step = await self._read(state.cursor)
            state.cursor = step.cursor
            show("reading", self._in_words(state.cursor))
            if step.over:
                show("over", "Ended before it was done.")
                return state
            if step.is_read:
                break
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(state)
        await self._pack(state.cursor)
        show("done", f"Packed. {self._in_words(state.cursor)}")
        return state

    @workflow.signal
    def changed(self) -> None:
        """The record is another: each step looks for itself."""

    @workflow.query
    def progress(self) -> ExportState:
        """How far this is."""
        return self._state

    async def _count(self) -> ExportCursor:
        begun: ExportCursor = await workflow.execute_activity(
            COUNT_EXPORT,
            RunRequest(self._state.key, self._state.workspace_id),
            result_type=ExportCursor,
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=BACKOFF,
            summary="count the channels",
        )
        return begun

    async def _read(self, cursor: ExportCursor) -> ExportStep:
        step: ExportStep = await workflow.execute_activity(
            READ_EXPORT,
            ExportRequest(self._state.key, self._state.workspace_id, cursor, PARTS),
            result_type=ExportStep,
            start_to_close_timeout=ONE_TURN,
            heartbeat_timeout=STILL_ALIVE,
            retry_policy=BACKOFF,
            summary=f"behind {cursor.channels_done} of {cursor.channels} channels",
        )
        return step

    async def _pack(self, cursor: ExportCursor) -> ExportStep:
        step: ExportStep = await workflow.execute_activity(
            PACK_EXPORT,
            ExportRequest(self._state.key, self._state.workspace_id, cursor, 0),
            result_type=ExportStep,
            start_to_close_timeout=ONE_PACK,
            heartbeat_timeout=STILL_ALIVE,
            retry_policy=BACKOFF,
            summary=f"{cursor.messages} messages",
        )
        return step

    @staticmethod
    def _in_words(cursor: ExportCursor) -> str:
        return f"Read {cursor.messages} messages of {cursor.channels_done} of {cursor.channels} channels."
