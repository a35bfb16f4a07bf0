"""`MemberNotifications`: whatever someone is to hear of reaches them, or it is on record why not.

One workflow a person, `notify/<user>`, alive while something is pending. It carries no messages and no lists: what
there is to tell, every way it may take and every attempt are records. It plans, has attempts made at what is due, and
waits by a durable timer for the next time there is something to do, or for news: something new, read, or chosen.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import (
    RetryPolicy,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
)

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import ATTEMPT_DISPATCH, PLAN_NOTIFICATIONS
    from parlour.core.ids import UserId
    from parlour.core.model.notification_promises import (
        Attempted,
        AttemptRequest,
        DueDispatch,
        Planned,
        PlanRequest,
    )
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT
    from parlour.workflows.links import notify_id

# Planning is the promise itself: it is tried until it is done, however long MongoDB is away.
# A worker that was killed over an attempt is missed after this, not only after the time for an attempt.
STILL_ALIVE = timedelta(seconds=10)
BACKOFF = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30))


@dataclass
class MemberNotificationsState:
    """What a run begins with, and what continue-as-new carries on. `look_at` none: at once."""

    user_id: UserId
    attempt_seconds: float
    look_at: datetime | None = None
    plans: int = 0
    attempts: int = 0


async def tell_person(
    client: Client, settings: Settings, user_id: UserId, *, look_by: datetime | None = None
) -> None:
    """Tell someone's notifications to look at once, or by a time, starting the workflow if there is none.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; telling again is harmless.
    """
    await client.start_workflow(
        MemberNotifications.run,
        MemberNotificationsState(user_id, _attempt_seconds(settings), look_by),
        id=notify_id(user_id),
        task_queue=settings.temporal_task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="news",
        start_signal_args=[look_by],
        static_summary=f"Notifies {user_id}",
        search_attributes=TypedSearchAttributes(
            [SearchAttributePair(SUBJECT, user_id), SearchAttributePair(STATE, "waiting")]
        ),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


def _attempt_seconds(settings: Settings) -> float:
    """Return what one attempt may take: what the worlds outside get, and the database's own time."""
    return max(settings.push_timeout, 2 * settings.smtp_timeout) + 4 * settings.mongo_timeout


@workflow.defn
class MemberNotifications:
    """Plans, has attempts made, waits."""

    @workflow.init
    def __init__(self, state: MemberNotificationsState) -> None:
        self._state = state
        self._shown = ""

    @workflow.run
    async def run(self, _state: MemberNotificationsState) -> MemberNotificationsState:
        """See to someone's notifications until nothing is pending; return what was done."""
        while True:
            await self._until_time()
            planned = await self._plan()
            await self._attempt(planned.due)
            if self._is_over(planned):
                return self._state
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)

    @workflow.signal
    def news(self, look_by: datetime | None) -> None:
        """There is something to look at: by then, or at once."""
        at = look_by or workflow.now()
        if self._state.look_at is None or at < self._state.look_at:
            self._state.look_at = at

    @workflow.query
    def progress(self) -> MemberNotificationsState:
        """How far this is."""
        return self._state

    async def _until_time(self) -> None:
        """Wait until the next look, which news may bring forward."""
        while (at := self._state.look_at) and (left := at - workflow.now()) > timedelta(0):
            try:
                await workflow.wait_condition(lambda at=at: self._state.look_at != at, timeout=left)  # type: ignore[misc]
            except TimeoutError:
                return

    async def _plan(self) -> Planned:
        state = self._state
        state.look_at = None
        state.plans += 1
        # A local activity: it looks at our own records for milliseconds, while its way through Temporal's queues, and
        # three events of history each time, would cost more than it does (`tests/bench/run notify`).
        planned: Planned = await workflow.execute_local_activity(
            PLAN_NOTIFICATIONS,
            PlanRequest(state.user_id, workflow.now()),
            result_type=Planned,
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=BACKOFF,
        )
        if planned.look_at:
            self.news(planned.look_at)
        self._show(planned)
        return planned

    async def _attempt(self, due: Sequence[DueDispatch]) -> None:
        """Make an attempt at each that is due; what they lead to is planned at once."""
        if not due:
            return
        self._state.attempts += len(due)
        at = workflow.now()
        await asyncio.gather(*(self._attempt_one(dispatch, at) for dispatch in due))
        self.news(None)

    async def _attempt_one(self, dispatch: DueDispatch, at: datetime) -> Attempted:
        attempted: Attempted = await workflow.execute_activity(
            ATTEMPT_DISPATCH,
            AttemptRequest(dispatch.dispatch_id, at),
            result_type=Attempted,
            start_to_close_timeout=timedelta(seconds=self._state.attempt_seconds),
            heartbeat_timeout=STILL_ALIVE,
            retry_policy=BACKOFF,
            summary=dispatch.words,
        )
        return attempted

    def _is_over(self, planned: Planned) -> bool:
        return planned.look_at is None and self._state.look_at is None

    def _show(self, planned: Planned) -> None:
        workflow.set_current_details(planned.words)
        if planned.state != self._shown:
            self._shown = planned.state
            workflow.upsert_search_attributes([STATE.value_set(planned.state)])
