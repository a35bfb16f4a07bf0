"""`Erasure`: an account is erased when its days of grace are over, unless that is taken back.

One workflow an account, `erasure/<user>`. It waits by a durable timer, then takes one step after the other; each may be
taken again, so that a worker may be killed at any point. It carries ids, never names. What was erased, and what was
kept and why, stands in its details and its result.
"""

from dataclasses import dataclass
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributePair, TypedSearchAttributes

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import ERASE, LOOK_AT_ERASURE
    from parlour.core.ids import ErasureId, UserId
    from parlour.core.model.promises import ErasureFacts, ErasureRequest, ErasureStep
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT
    from parlour.workflows.links import erasure_id as id_of

# What was promised is done, however long a server is away.
BACKOFF = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
A_STEP = timedelta(minutes=10)
STILL_ALIVE = timedelta(seconds=15)
A_MOMENT, A_WHILE = timedelta(seconds=1), timedelta(seconds=20)


@dataclass
class ErasureState:
    """Which erasure, and how far it is: `step` is the one that follows, `words` say what was done last."""

    erasure_id: ErasureId
    user_id: UserId
    begun: bool = False
    step: str = ""
    words: str = ""


async def tell_erasure(client: Client, settings: Settings, erasure_id: ErasureId, user_id: UserId) -> None:
    """Have an erasure look how its record is, starting it if need be.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; telling again is harmless.
    """
    await client.start_workflow(
        Erasure.run,
        ErasureState(erasure_id, user_id),
        id=id_of(user_id),
        task_queue=settings.temporal_task_queue,
        start_signal="changed",
        static_summary="Erases an account",
        search_attributes=TypedSearchAttributes(
            [SearchAttributePair(SUBJECT, user_id), SearchAttributePair(STATE, "waiting")]
        ),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


@workflow.defn
class Erasure:
    """Erases one account."""

    @workflow.init
    def __init__(self, state: ErasureState) -> None:
        self._state = state
        self._changed = False

    @workflow.run
    async def run(self, _state: ErasureState) -> ErasureState:
        """Wait, and erase; return the report."""
        state = self._state
        if not state.begun and not await self._is_wanted():
            return state
        state.begun = True
        pause = A_MOMENT
        while True:
            step = await self._take()
            state.step, state.words = step.step, step.words
            self._show("erased" if step.over else "erasing")
            if step.over:
                return state
            if step.waits:
                await workflow.sleep(pause)
            pause = min(2 * pause, A_WHILE) if step.waits else A_MOMENT
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(state)

    @workflow.signal
    def changed(self) -> None:
        """Its record is another: it was taken back, or is to begin at another time."""
        self._changed = True

    @workflow.query
    def progress(self) -> ErasureState:
        """How far it is."""
        return self._state

    async def _is_wanted(self) -> bool:
        """Wait for the end of the days of grace; return whether nobody took it back."""
        while True:
            self._changed = False
            facts = await self._look()
            self._state.words = facts.words
            self._show(facts.state)
            if facts.state not in ("waiting", "erasing"):
                return False
            left = facts.begins_at - workflow.now()
            if facts.state == "erasing" or left <= timedelta():
                return True
            try:
                await workflow.wait_condition(lambda: self._changed, timeout=left)
            except TimeoutError:
                return True

    async def _look(self) -> ErasureFacts:
        facts: ErasureFacts = await workflow.execute_activity(
            LOOK_AT_ERASURE,
            self._state.erasure_id,
            result_type=ErasureFacts,
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=BACKOFF,
            summary="how it is",
        )
        return facts

    async def _take(self) -> ErasureStep:
        step: ErasureStep = await workflow.execute_activity(
            ERASE,
            ErasureRequest(self._state.erasure_id, self._state.step),
            result_type=ErasureStep,
            start_to_close_timeout=A_STEP,
            heartbeat_timeout=STILL_ALIVE,
            retry_policy=BACKOFF,
            summary=self._state.step or "begin",
        )
        return step

    def _show(self, state: str) -> None:
        workflow.upsert_search_attributes([STATE.value_set(state)])
        workflow.set_current_details(self._state.words)
