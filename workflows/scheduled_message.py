"""`ScheduledMessage`: a message is sent at its time, once; its author may change, cancel or hasten it until then.

One workflow a message, `scheduled/<id>`. It waits by a durable timer and carries an id and times, never text: the
record has that, and is the truth. The signal `changed` says that the record is another now.
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
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client
    from temporalio.service import RPCError, RPCStatusCode

    from parlour.activities.names import GIVE_UP_SCHEDULED, SEND_SCHEDULED
    from parlour.core.ids import ScheduledId
    from parlour.core.model.promises import Due, DueRequest, Wake
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
    from parlour.workflows.links import scheduled_id

ONE_ATTEMPT = timedelta(seconds=20)
BACKOFF = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30))


@dataclass
class ScheduledMessageState:
    """What a run begins with, and what continue-as-new carries on: the last that is known of the record."""

    wake: Wake
    keep_trying_seconds: float
    state: str = "waiting"


async def tell_scheduled(client: Client, settings: Settings, wake: Wake) -> None:
    """Tell a scheduled message's promise of a change, starting the workflow if there is none.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; telling again is harmless.
    """
    if wake.over:
        await _tell_over(client, settings, wake)
    else:
        await _start(client, settings, wake, signal="changed")


async def ensure_scheduled(client: Client, settings: Settings, wake: Wake) -> None:
    """Start the workflow if there is none, and leave one that is there alone.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; asking again is harmless.
    """
    await _start(client, settings, wake)


async def _start(client: Client, settings: Settings, wake: Wake, *, signal: str | None = None) -> None:
    await client.start_workflow(
        ScheduledMessage.run,
        ScheduledMessageState(wake, settings.scheduled_keep_trying),
        id=scheduled_id(ScheduledId(wake.id)),
        task_queue=settings.temporal_task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        static_summary="Sends a scheduled message at its time",
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


async def _tell_over(client: Client, settings: Settings, wake: Wake) -> None:
    handle = client.get_workflow_handle(scheduled_id(ScheduledId(wake.id)))
    try:
        await handle.signal("changed", wake, rpc_timeout=timedelta(seconds=settings.temporal_timeout))
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:  # there is nothing that could still send it
            raise


@workflow.defn
class ScheduledMessage:
    """Waits, and has the message sent."""

    @workflow.init
    def __init__(self, state: ScheduledMessageState) -> None:
        self._state = state
        self._over = False

    @workflow.run
    async def run(self, _state: ScheduledMessageState) -> ScheduledMessageState:
        """Wait until it is due, and send; return what became of it."""
        while not self._over:
            self._show(f"Waiting until {self._state.wake.words} to send.")
            if await self._is_due():
                self._record(await self._send())
            elif workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)
        return self._state

    @workflow.signal
    def changed(self, wake: Wake) -> None:
        """The record is another: a new time, or over."""
        state = self._state
        if wake.version <= state.wake.version:
            return
        state.wake = wake
        if wake.over:
            self._over = True
            state.state = "cancelled"
            self._show("Cancelled by its author.")

    @workflow.query
    def progress(self) -> ScheduledMessageState:
        """What is waited for, or what became of it."""
        return self._state

    async def _is_due(self) -> bool:
        """Wait for its time; false when the record changed meanwhile."""
        known = self._state.wake
        left = known.due_at - workflow.now()
        if left <= timedelta(0):
            return True
        try:
            await workflow.wait_condition(
                lambda: self._state.wake is not known, timeout=left, timeout_summary="until it is due"
            )
        except TimeoutError:
            return True
        return False

    async def _send(self) -> Due:
        state = self._state
        request = DueRequest(state.wake.id, state.wake.version)
        try:
            due: Due = await workflow.execute_activity(
                SEND_SCHEDULED,
                request,
                result_type=Due,
                start_to_close_timeout=ONE_ATTEMPT,
                schedule_to_close_timeout=timedelta(seconds=state.keep_trying_seconds),
                retry_policy=BACKOFF,
                summary=f"due {state.wake.words}",
            )
        except ActivityError:
            # Recording that it was not sent is the end of the promise, and so is tried until it is done.
            due = await workflow.execute_activity(
                GIVE_UP_SCHEDULED,
                request,
                result_type=Due,
                start_to_close_timeout=ONE_ATTEMPT,
                retry_policy=BACKOFF,
                summary="its author is told why",
            )
        return due

    def _record(self, due: Due) -> None:
        state = self._state
        state.state = due.state
        if due.wake.version >= state.wake.version:
            state.wake = due.wake
            self._over = due.wake.over
        self._show(f"{due.told}.")

    def _show(self, words: str) -> None:
        workflow.set_current_details(words)
        workflow.upsert_search_attributes([STATE.value_set(self._state.state)])
