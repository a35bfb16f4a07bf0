"""`WebhookDelivery`: whatever a webhook is to be told of reaches its address, signed, or it is on record why not.

One workflow a webhook, `webhook/<id>`, alive while something waits. It carries no events: what there is to tell, and
every attempt, are records. It has all sent that is due, in their order, and waits by a durable timer for the next
attempt, or for news. So one that is slow or gone holds up no other, and a busy channel costs a wake every few seconds,
not one each message.
"""

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

    from parlour.activities.names import DELIVER_WEBHOOK
    from parlour.core.ids import WebhookId, WorkspaceId
    from parlour.core.model.promises import WebhookRequest, WebhookStep
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
    from parlour.workflows.links import webhook_delivery_id

# What the receiver does never raises: what does is our own store, and is tried until it answers.
BACKOFF = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
# A worker that was killed over an attempt is missed after this: it says that it lives while it waits for an answer.
STILL_ALIVE = timedelta(seconds=10)


@dataclass
class WebhookDeliveryState:
    """What a run begins with, and what continue-as-new carries on. `look_at` none: at once."""

    webhook_id: WebhookId
    run_seconds: float
    look_at: datetime | None = None
    sent: int = 0
    failed: int = 0


async def tell_webhook(
    client: Client, settings: Settings, webhook_id: WebhookId, workspace_id: WorkspaceId
) -> None:
    """Tell a webhook's workflow that something waits, starting it if there is none.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; telling again is harmless.
    """
    run_seconds = settings.webhook_batch * (settings.webhook_timeout + 4 * settings.mongo_timeout)
    await client.start_workflow(
        WebhookDelivery.run,
        WebhookDeliveryState(webhook_id, run_seconds),
        id=webhook_delivery_id(webhook_id),
        task_queue=settings.temporal_task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="news",
        static_summary=f"Tells webhook {webhook_id} of events",
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(WORKSPACE, workspace_id),
                SearchAttributePair(SUBJECT, webhook_id),
                SearchAttributePair(STATE, "sending"),
            ]
        ),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


@workflow.defn
class WebhookDelivery:
    """Has sent what is due, waits, and ends when nothing is left."""

    @workflow.init
    def __init__(self, state: WebhookDeliveryState) -> None:
        self._state = state
        self._shown = "sending"

    @workflow.run
    async def run(self, _state: WebhookDeliveryState) -> WebhookDeliveryState:
        """See to a webhook until nothing waits for it; return what was done."""
        while True:
            await self._until_time()
            step = await self._deliver()
            if step.look_at is None and self._state.look_at is None:
                return self._state
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)

    @workflow.signal
    def news(self) -> None:
        """Something waits that is to be sent at once."""
        self._state.look_at = workflow.now()

    @workflow.query
    def progress(self) -> WebhookDeliveryState:
        """How far this is."""
        return self._state

    async def _until_time(self) -> None:
        """Wait until the next look, which news may bring forward."""
        while (at := self._state.look_at) and (left := at - workflow.now()) > timedelta(0):
            try:
                await workflow.wait_condition(lambda at=at: self._state.look_at != at, timeout=left)  # type: ignore[misc]
            except TimeoutError:
                return

    async def _deliver(self) -> WebhookStep:
        state = self._state
        state.look_at = None
        step: WebhookStep = await workflow.execute_activity(
            DELIVER_WEBHOOK,
            WebhookRequest(state.webhook_id, workflow.now()),
            result_type=WebhookStep,
            start_to_close_timeout=timedelta(seconds=state.run_seconds),
            heartbeat_timeout=STILL_ALIVE,
            retry_policy=BACKOFF,
        )
        state.sent += step.sent
        state.failed += step.failed
        if step.look_at and state.look_at is None:
            state.look_at = step.look_at
        self._show(step)
        return step

    def _show(self, step: WebhookStep) -> None:
        workflow.set_current_details(
            f"{step.words} {self._state.sent} events were taken, {self._state.failed} attempts failed."
        )
        if step.state != self._shown:
            self._shown = step.state
            workflow.upsert_search_attributes([STATE.value_set(step.state)])
