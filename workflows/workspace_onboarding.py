"""`WorkspaceOnboarding`: a workspace is set up whole, or not at all.

One workflow a workspace, `onboard/<workspace>`. It takes step after step, each of which may be taken again at any time;
what it makes is on record before. A step that cannot be done is taken back with all before it, in reverse; where people
may be in it already, it waits for somebody who continues or undoes it. It carries an id, never names.
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
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import (
        INVITATIONS_QUEUED,
        MARK_ONBOARDING,
        TAKE_BACK_ONBOARDING_STEP,
        TAKE_ONBOARDING_STEP,
    )
    from parlour.core.ids import WorkspaceId
    from parlour.core.model.onboarding import STEPS, OnboardingState, StepName
    from parlour.core.model.onboarding_promises import OnboardingMark, OnboardingStep, OnboardingStepRequest
    from parlour.core.model.promises import OnboardingAsk
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
    from parlour.workflows.links import onboard_id

BACKOFF = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=20))
# A worker that was killed over a step is missed after this, not only after the time for a step.
STILL_ALIVE = timedelta(seconds=10)
A_RECORD = timedelta(seconds=30)
UNSEEN: tuple[StepName, ...] = ("address", "workspace")
"""What is refused here nobody has seen, and is taken back at once."""
TRIED = "It was tried"
FIRST_LOOK_S, LONGEST_LOOK_S = 2, 30


@dataclass
class WorkspaceOnboardingState:
    """Which workspace, how far it is (`at` counts steps that are done), and how long steps are tried and waited for."""

    workspace_id: WorkspaceId
    step_seconds: float
    keep_trying_seconds: float
    wait_seconds: float
    report_after_seconds: float
    at: int = 0
    state: OnboardingState = "running"
    words: str = ""


async def start_onboarding(
    client: Client, settings: Settings, workspace_id: WorkspaceId, ask: OnboardingAsk | None = None
) -> None:
    """Have a workspace set up, unless that is going on; tell it what somebody asks.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; asking again is harmless.
    """
    await client.start_workflow(
        WorkspaceOnboarding.run,
        WorkspaceOnboardingState(
            workspace_id,
            step_seconds=settings.onboarding_step_seconds,
            keep_trying_seconds=settings.onboarding_keep_trying,
            wait_seconds=timedelta(days=settings.onboarding_waits_days).total_seconds(),
            report_after_seconds=settings.onboarding_report_after,
        ),
        id=onboard_id(workspace_id),
        task_queue=settings.temporal_task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="ask" if ask else None,
        start_signal_args=[ask] if ask else [],
        static_summary="Sets up a workspace",
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(WORKSPACE, workspace_id),
                SearchAttributePair(SUBJECT, workspace_id),
                SearchAttributePair(STATE, "running"),
            ]
        ),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


@workflow.defn
class WorkspaceOnboarding:
    """Takes steps, waits for somebody where it has to, or takes all back."""

    @workflow.init
    def __init__(self, state: WorkspaceOnboardingState) -> None:
        self._state = state
        self._asked: OnboardingAsk | None = None

    @workflow.run
    async def run(self, _state: WorkspaceOnboardingState) -> WorkspaceOnboardingState:
        """Set the workspace up, or take back what was begun; return which."""
        while self._state.at < len(STEPS):
            name = STEPS[self._state.at]
            if name == "report":
                await self._until_mailed()
            if self._asked == "undo":
                return await self._take_all_back("It was asked to be undone.")
            done = await self._take(name)
            if done.outcome == "gone":
                return self._state
            if done.outcome == "done":
                self._state.at += 1
            elif await self._ends_by(name, done):
                return await self._take_all_back(done.words)
        await self._mark("done", "It is set up.")
        return self._state

    @workflow.signal
    def ask(self, what: OnboardingAsk) -> None:
        """Somebody continues what waits, or wants all undone; of both, the latter counts."""
        self._asked = "undo" if "undo" in (what, self._asked) else what

    @workflow.query
    def progress(self) -> WorkspaceOnboardingState:
        """How far it is."""
        return self._state

    async def _ends_by(self, name: StepName, done: OnboardingStep) -> bool:
        """Return whether what could not be done is taken back; else somebody mended it, and it is tried again."""
        at_once = name in UNSEEN and not done.words.startswith(TRIED)
        return done.outcome == "undo" or at_once or not await self._somebody_continues(done.words)

    async def _take(self, name: StepName) -> OnboardingStep:
        """Take a step; what was tried long enough in vain counts as refused, too."""
        self._show(f"{name}: under way")
        state = self._state
        try:
            done: OnboardingStep = await workflow.execute_activity(
                TAKE_ONBOARDING_STEP,
                OnboardingStepRequest(state.workspace_id, name),
                result_type=OnboardingStep,
                start_to_close_timeout=timedelta(seconds=state.step_seconds),
                schedule_to_close_timeout=timedelta(seconds=state.keep_trying_seconds),
                heartbeat_timeout=STILL_ALIVE,
                retry_policy=BACKOFF,
                summary=name,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            minutes = round(state.keep_trying_seconds / 60)
            return OnboardingStep(
                "refused", f"{TRIED} for {minutes} minutes in vain (onboarding_keep_trying)."
            )
        return done

    async def _until_mailed(self) -> None:
        """Wait until no invitation is queued any more, or long enough: the report says how many arrived."""
        ends, pause = workflow.now() + timedelta(seconds=self._state.report_after_seconds), FIRST_LOOK_S
        while self._asked != "undo" and workflow.now() < ends:
            self._forget("continue")
            queued: int = await workflow.execute_activity(
                INVITATIONS_QUEUED,
                self._state.workspace_id,
                result_type=int,
                start_to_close_timeout=A_RECORD,
                retry_policy=BACKOFF,
            )
            if not queued:
                return
            self._show(f"{queued} invitations are on their way")
            await self._listen(pause)
            pause = min(pause * 2, LONGEST_LOOK_S)

    async def _listen(self, seconds: float) -> None:
        try:
            await workflow.wait_condition(lambda: self._asked is not None, timeout=seconds)
        except TimeoutError:
            return

    async def _somebody_continues(self, words: str) -> bool:
        """Wait for somebody who continues; false when they want it undone, or nobody came for days."""
        self._forget("continue")
        await self._mark("waiting", f"{words} It waits for somebody to continue, or to undo it.")
        await self._listen(self._state.wait_seconds)
        if self._asked != "continue":
            return False
        self._forget("continue")
        await self._mark("running", "It goes on.")
        return True

    def _forget(self, what: OnboardingAsk) -> None:
        self._asked = None if self._asked == what else self._asked

    async def _take_all_back(self, words: str) -> WorkspaceOnboardingState:
        await self._mark("undoing", words)
        for name in reversed(STEPS):
            self._show(f"{name}: being taken back")
            await workflow.execute_activity(
                TAKE_BACK_ONBOARDING_STEP,
                OnboardingStepRequest(self._state.workspace_id, name),
                result_type=OnboardingStep,
                start_to_close_timeout=timedelta(seconds=self._state.step_seconds),
                heartbeat_timeout=STILL_ALIVE,
                retry_policy=BACKOFF,
                summary=f"{name}, back",
            )
        await self._mark("undone", f"{words} Nothing of it is left.")
        return self._state

    async def _mark(self, state: OnboardingState, words: str) -> None:
        self._state.state, self._state.words = state, words
        workflow.upsert_search_attributes([STATE.value_set(state)])
        await workflow.execute_activity(
            MARK_ONBOARDING,
            OnboardingMark(self._state.workspace_id, state, words),
            result_type=OnboardingStep,
            start_to_close_timeout=A_RECORD,
            retry_policy=BACKOFF,
            summary=state,
        )
        self._show(words)

    def _show(self, words: str) -> None:
        """Show a checklist in the Temporal UI: words about counts and channels, never about people."""
        marks = [f"- [{'x' if at < self._state.at else ' '}] {name}" for at, name in enumerate(STEPS)]
        workflow.set_current_details("\n".join([words, "", *marks]))
