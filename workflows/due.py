"""What promises that wait for a time have in common: how they are started, told, wait, and act when it is due."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import (
    RetryPolicy,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
)
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client
    from temporalio.service import RPCError, RPCStatusCode

    from parlour.core.model.promises import Due, DueRequest, Wake
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE

ONE_ATTEMPT = timedelta(seconds=20)
BACKOFF = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30))
CHANGED = "changed"
"""The signal by which a promise hears that its record is another now."""


@dataclass
class DueState:
    """What a run begins with, and what continue-as-new carries on: the last that is known of the record."""

    wake: Wake
    keep_trying_seconds: float
    state: str = "waiting"

    def hears(self, wake: Wake) -> bool:
        """Take what is newer than what is known; return whether it was."""
        if wake.version <= self.wake.version:
            return False
        self.wake = wake
        return True


@dataclass(frozen=True)
class Promised:
    """One promise from outside: its workflow's run, its id, and what it does in a few words."""

    run: Callable[[Any, DueState], Awaitable[DueState]]
    id: str
    summary: str

    async def tell(self, client: Client, settings: Settings, wake: Wake) -> None:
        """Tell it of a change, starting the workflow if there is none.

        Raises:
            temporalio.service.RPCError: Temporal did not take it; telling again is harmless.
        """
        if wake.over:
            await self._tell_over(client, settings, wake)
        else:
            await self._start(client, settings, wake, signal=CHANGED)

    async def ensure(self, client: Client, settings: Settings, wake: Wake) -> None:
        """Start the workflow if there is none, and leave one that is there alone.

        Raises:
            temporalio.service.RPCError: Temporal did not take it; asking again is harmless.
        """
        await self._start(client, settings, wake)

    async def _start(
        self, client: Client, settings: Settings, wake: Wake, *, signal: str | None = None
    ) -> None:
        await client.start_workflow(
            self.run,
            DueState(wake, settings.scheduled_keep_trying),
            id=self.id,
            task_queue=settings.temporal_task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=self.summary,
            search_attributes=TypedSearchAttributes(
                [
                    SearchAttributePair(WORKSPACE, wake.workspace_id),
                    SearchAttributePair(SUBJECT, wake.id),
                    SearchAttributePair(STATE, "waiting"),
                ]
            ),
            start_signal=signal,
            start_signal_args=[wake] if signal else [],
            rpc_timeout=timedelta(seconds=settings.temporal_timeout),
        )

    async def _tell_over(self, client: Client, settings: Settings, wake: Wake) -> None:
        handle = client.get_workflow_handle(self.id)
        try:
            await handle.signal(CHANGED, wake, rpc_timeout=timedelta(seconds=settings.temporal_timeout))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # there is nothing that could still act
                raise


async def is_due(state: DueState) -> bool:
    """Wait, in a workflow, for the time of its record; false when the record changed meanwhile."""
    known = state.wake
    left = known.due_at - workflow.now()
    if left <= timedelta(0):
        return True
    try:
        await workflow.wait_condition(
            lambda: state.wake is not known, timeout=left, timeout_summary="until it is due"
        )
    except TimeoutError:
        return True
    return False


async def act(state: DueState, activity: str, *, give_up: str) -> Due:
    """Have an activity act on what is due, as long as it is to be tried; then have another give up on record."""
    request = DueRequest(state.wake.id, state.wake.version)
    try:
        due: Due = await workflow.execute_activity(
            activity,
            request,
            result_type=Due,
            start_to_close_timeout=ONE_ATTEMPT,
            schedule_to_close_timeout=timedelta(seconds=state.keep_trying_seconds),
            retry_policy=BACKOFF,
            summary=f"due {state.wake.words}",
        )
    except ActivityError:
        # Recording that it was not done is the end of the promise, and so is tried until that is done.
        due = await workflow.execute_activity(
            give_up,
            request,
            result_type=Due,
            start_to_close_timeout=ONE_ATTEMPT,
            retry_policy=BACKOFF,
            summary="its author is told why",
        )
    return due


async def see_to(state: DueState, activity: str, *, attempt: timedelta = ONE_ATTEMPT) -> bool:
    """Have an activity see to what is due, as long as it takes; return whether the promise is over with it."""
    due: Due = await workflow.execute_activity(
        activity,
        DueRequest(state.wake.id, state.wake.version),
        result_type=Due,
        start_to_close_timeout=attempt,
        retry_policy=BACKOFF,
        summary=f"due {state.wake.words}",
    )
    state.state, is_over = due.state, False
    if due.wake.version >= state.wake.version:
        state.wake = due.wake
        is_over = due.wake.over
    elif due.wake.due_at <= workflow.now():
        # What is on record is older than what was told: it is looked at again, a moment later.
        await workflow.sleep(timedelta(seconds=1))
    show(state, f"{due.told}.")
    return is_over


def show(state: DueState, words: str) -> None:
    """Show where a promise is, in the Temporal UI."""
    workflow.set_current_details(words)
    workflow.upsert_search_attributes([STATE.value_set(state.state)])
