"""`FileIntake`: no file is served before the virus scanner said that it is clean.

One workflow a file, `file/<file>`. It puts the upload together, has it scanned and processed, and ends in a state that
says what became of it. Whatever is away (the scanner, its signatures, the file store) is waited for by a durable timer,
visibly, and for days; nothing is passed over. It carries ids, never names or text.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import (
    RetryPolicy,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
)
from temporalio.exceptions import ActivityError, WorkflowAlreadyStartedError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import (
        ASSEMBLE_FILE,
        FINISH_FILE,
        GIVE_UP_FILE,
        PROCESS_CONTENT,
        SCAN_CONTENT,
    )
    from parlour.core.ids import FileId, WorkspaceId
    from parlour.core.model.file_promises import IntakeEnd, IntakeRequest, IntakeStage, IntakeStep
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
    from parlour.workflows.links import file_workflow_id

# A step is the promise itself: it is tried until it is done, however long the database is away. What a step waits for
# outside is an answer, not a failure, and is waited for below.
BACKOFF = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
# A preview is no part of the promise, and what it is made of may kill the one who makes it.
A_FEW_TIMES = RetryPolicy(initial_interval=timedelta(seconds=2), maximum_attempts=3)
# A worker that was killed is missed after this, not only after the time for a step.
STILL_ALIVE = timedelta(seconds=20)
ONE_COPY = timedelta(hours=2)
# What is away is asked again after a quarter of the time it has been: soon after a restart, rarely in a long night.
SHORTEST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
ACTIVITIES: dict[IntakeStage, str] = {
    "assembling": ASSEMBLE_FILE,
    "scanning": SCAN_CONTENT,
    "processing": PROCESS_CONTENT,
    "finishing": FINISH_FILE,
}
DOING: dict[IntakeStage, str] = {
    "assembling": "Putting the upload together.",
    "scanning": "Being scanned for viruses, or next in line for it.",
    "processing": "Clean. Previews are being made.",
    "finishing": "Clean and processed.",
}


@dataclass
class FileIntakeState:
    """What a run begins with, how far it is, and what continue-as-new carries on.

    `tries` are those of the present stage; `waiting_since` is set while something is away.
    """

    file_id: FileId
    workspace_id: WorkspaceId
    queues: dict[IntakeStage, str]
    scan_seconds: float
    process_seconds: float
    keep_trying_seconds: float
    stage: IntakeStage = "assembling"
    tries: int = 0
    waits_for: str = ""
    waiting_since: datetime | None = None
    next_try: datetime | None = None
    state: str = "scanning"


async def ensure_intake(
    client: Client, settings: Settings, file_id: FileId, workspace_id: WorkspaceId
) -> bool:
    """Have a file taken in that is not; return whether it was not. One that waits goes on waiting.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; asking again is harmless.
    """
    try:
        await start_intake(
            client, settings, file_id, workspace_id, conflict=WorkflowIDConflictPolicy.FAIL, signal=None
        )
    except WorkflowAlreadyStartedError:
        return False
    return True


async def start_intake(
    client: Client,
    settings: Settings,
    file_id: FileId,
    workspace_id: WorkspaceId,
    *,
    conflict: WorkflowIDConflictPolicy = WorkflowIDConflictPolicy.USE_EXISTING,
    signal: str | None = "retry",
) -> None:
    """Have a file taken in; one that is, and waits, tries again at once.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; asking again is harmless.
    """
    queue = settings.temporal_task_queue
    await client.start_workflow(
        FileIntake.run,
        FileIntakeState(
            file_id,
            workspace_id,
            queues={
                "assembling": files_queue(queue),
                "scanning": scan_queue(queue),
                "processing": previews_queue(queue),
                "finishing": files_queue(queue),
            },
            # Sending may take as long as waiting for the answer; beside that, our own records.
            scan_seconds=2 * settings.scan_timeout + 4 * settings.mongo_timeout,
            process_seconds=10 * settings.preview_make_seconds + 4 * settings.mongo_timeout,
            keep_trying_seconds=timedelta(days=settings.scan_keep_trying_days).total_seconds(),
        ),
        id=file_workflow_id(file_id),
        task_queue=queue,
        id_conflict_policy=conflict,
        start_signal=signal,
        static_summary="Scans and previews a file",
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(WORKSPACE, workspace_id),
                SearchAttributePair(SUBJECT, file_id),
                SearchAttributePair(STATE, "scanning"),
            ]
        ),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


def files_queue(queue: str) -> str:
    """Return the task queue of what is done with files, so that many of them keep nothing else from its turn."""
    return f"{queue}-files"


def previews_queue(queue: str) -> str:
    """Return the task queue of previews: a film that takes its time keeps no other file from being ready."""
    return f"{queue}-previews"


def scan_queue(queue: str) -> str:
    """Return the task queue of scans, whose rate is bounded."""
    return f"{queue}-scan"


@workflow.defn
class FileIntake:
    """Assembles, scans, processes, finishes; waits for what is away."""

    @workflow.init
    def __init__(self, state: FileIntakeState) -> None:
        self._state = state
        self._woken = False
        self._shown = state.state

    @workflow.run
    async def run(self, _state: FileIntakeState) -> FileIntakeState:
        """Take step after step until it is over; return what became of the file."""
        state = self._state
        while state.stage != "over":
            step = await self._step()
            if not step.waits_for:
                self._go_on(step)
            elif self._has_waited_enough():
                await self._give_up(step)
            else:
                await self._wait(step)
        return state

    @workflow.signal
    def retry(self) -> None:
        """Somebody asks to try at once, instead of when it would be time."""
        self._woken = True

    @workflow.query
    def progress(self) -> FileIntakeState:
        """How far it is, what it waits for, and since when."""
        return self._state

    async def _step(self) -> IntakeStep:
        state = self._state
        state.tries += 1
        self._woken = False
        if not state.waits_for:
            workflow.set_current_details(DOING[state.stage])
        if state.stage == "processing":
            return await self._process()
        return await self._do(ONE_COPY if state.stage == "assembling" else self._scan_limit(), BACKOFF)

    async def _process(self) -> IntakeStep:
        """Have previews made; without them the file is ready all the same."""
        try:
            return await self._do(timedelta(seconds=self._state.process_seconds), A_FEW_TIMES)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return IntakeStep("finishing", "processing", "Clean; no preview could be made.")

    async def _do(self, limit: timedelta, retry: RetryPolicy) -> IntakeStep:
        state = self._state
        step: IntakeStep = await workflow.execute_activity(
            ACTIVITIES[state.stage],
            IntakeRequest(state.file_id, state.workspace_id, state.tries),
            result_type=IntakeStep,
            task_queue=state.queues[state.stage],
            start_to_close_timeout=limit,
            heartbeat_timeout=STILL_ALIVE,
            retry_policy=retry,
            summary=f"{state.stage}, try {state.tries}",
        )
        return step

    def _scan_limit(self) -> timedelta:
        return timedelta(seconds=self._state.scan_seconds)

    def _go_on(self, step: IntakeStep) -> None:
        state = self._state
        state.stage, state.tries, state.state = step.stage, 0, step.state
        state.waits_for, state.waiting_since, state.next_try = "", None, None
        # On its way it is shown as it began, `scanning`: each other word costs Temporal as much as a step.
        self._show(step.state if step.stage == "over" else "scanning", step.words)

    def _has_waited_enough(self) -> bool:
        since = self._state.waiting_since
        return (
            since is not None and (workflow.now() - since).total_seconds() >= self._state.keep_trying_seconds
        )

    async def _wait(self, step: IntakeStep) -> None:
        """Wait for the time of the next try, or for someone who asks for it; a long history begins anew."""
        state, now = self._state, workflow.now()
        state.waiting_since = state.waiting_since or now
        pause = min(max((now - state.waiting_since) / 4, SHORTEST_PAUSE), LONGEST_PAUSE)
        state.waits_for, state.next_try = step.waits_for, now + pause
        self._show(
            "waiting",
            f"{step.words} Waiting for {step.waits_for} since {_time(state.waiting_since)}; "
            f"next try {_time(state.next_try)}.",
        )
        with suppress(TimeoutError):
            await workflow.wait_condition(lambda: self._woken, timeout=pause)
        if workflow.info().is_continue_as_new_suggested():
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(state)

    async def _give_up(self, step: IntakeStep) -> None:
        state = self._state
        days = round(state.keep_trying_seconds / 86_400)
        lasted = "1 day" if days == 1 else f"{days} days"
        words = f"{step.words} It was waited for during {lasted} (scan_keep_trying_days)."
        ended: IntakeStep = await workflow.execute_activity(
            GIVE_UP_FILE,
            IntakeEnd(state.file_id, state.workspace_id, words),
            result_type=IntakeStep,
            task_queue=state.queues["finishing"],
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=BACKOFF,
            summary="give up",
        )
        self._go_on(ended)

    def _show(self, shown: str, words: str) -> None:
        workflow.set_current_details(words)
        if shown != self._shown:
            self._shown = shown
            workflow.upsert_search_attributes([STATE.value_set(shown)])


def _time(moment: datetime) -> str:
    return f"{moment:%-d %b %H:%M:%S} UTC"
