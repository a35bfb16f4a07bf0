"""`FileCheck`: the virus scanner looks at a file again, and what it finds acts on the file.

One workflow a run, `check/<run>`. While the scanner or the file store is away it waits, visibly. It carries ids alone.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from parlour.activities.names import RESCAN_CONTENT, STEP_FILE_CHECK
    from parlour.core.ids import ContentId, RunKey, WorkspaceId
    from parlour.core.model.file_promises import Rescanned
    from parlour.core.model.run_promises import FileChecked, FileCheckStep
    from parlour.workflows.running import BACKOFF, STILL_ALIVE, show

FIRST_PAUSE_S = 5
LONGEST_PAUSE_S = 600


@dataclass
class FileCheckState:
    """What a run begins with, and what continue-as-new carries on. `tries` counts those in vain."""

    key: RunKey
    workspace_id: WorkspaceId
    scan_queue: str
    scan_seconds: float
    tries: int = 0
    last: Rescanned | None = None


@workflow.defn
class FileCheck:
    """Has a file's content scanned, and waits for what is away."""

    @workflow.init
    def __init__(self, state: FileCheckState) -> None:
        self._state = state
        self._told = False

    @workflow.run
    async def run(self, _state: FileCheckState) -> FileCheckState:
        """Scan until there is a verdict, or nobody wants one; return how often it was tried in vain."""
        state = self._state
        while True:
            step = await self._step()
            show("over" if step.over else "scanning", step.words)
            if step.over or step.content_id is None:
                return state
            state.last = await self._scan(step.content_id)
            if state.last.waits_for:
                await self._wait(state.last.waits_for)
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(state)

    @workflow.signal
    def changed(self) -> None:
        """The record is another, or somebody asks to try at once."""
        self._told = True

    @workflow.query
    def progress(self) -> FileCheckState:
        """What was found, or what is waited for."""
        return self._state

    async def _step(self) -> FileCheckStep:
        state = self._state
        step: FileCheckStep = await workflow.execute_activity(
            STEP_FILE_CHECK,
            FileChecked(state.key, state.workspace_id, state.last),
            result_type=FileCheckStep,
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=BACKOFF,
            summary="what was found" if state.last else "what is to be scanned",
        )
        return step

    async def _scan(self, content_id: ContentId) -> Rescanned:
        rescanned: Rescanned = await workflow.execute_activity(
            RESCAN_CONTENT,
            content_id,
            result_type=Rescanned,
            task_queue=self._state.scan_queue,
            start_to_close_timeout=timedelta(seconds=self._state.scan_seconds),
            heartbeat_timeout=STILL_ALIVE,
            retry_policy=BACKOFF,
        )
        return rescanned

    async def _wait(self, waits_for: str) -> None:
        state = self._state
        state.tries += 1
        self._told = False
        pause = timedelta(seconds=min(FIRST_PAUSE_S * 2 ** min(state.tries - 1, 10), LONGEST_PAUSE_S))
        show("waiting", f"Waiting for {waits_for}; tried {state.tries} times.")
        with suppress(TimeoutError):
            await workflow.wait_condition(lambda: self._told, timeout=pause)
