"""`Welcome`: a newcomer is led through first steps, and reminded in their morning, until all is done or they say stop.

One workflow a newcomer and workspace, `welcome/<workspace>/<user>`. The record is the truth: this asks what is due, and
waits until then, or until a step is ticked off. It carries ids alone.
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

    from parlour.activities.names import ATTEND_WELCOME
    from parlour.core.ids import UserId, WorkspaceId
    from parlour.core.model.onboarding_promises import WelcomeLook, WelcomeRequest
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
    from parlour.workflows.links import welcome_id

BACKOFF = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30))
ONE_LOOK = timedelta(seconds=30)


@dataclass
class WelcomePromise:
    """Whose welcome, where, and how it is: in a word, and in words."""

    workspace_id: WorkspaceId
    user_id: UserId
    state: str = "open"
    words: str = ""


async def tell_welcome(
    client: Client, settings: Settings, workspace_id: WorkspaceId, user_id: UserId
) -> None:
    """Tell somebody's welcome that their first steps are others, starting it if there is none.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; telling again is harmless.
    """
    await client.start_workflow(
        Welcome.run,
        WelcomePromise(workspace_id, user_id),
        id=welcome_id(workspace_id, user_id),
        task_queue=settings.temporal_task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="changed",
        static_summary="Leads a newcomer through first steps",
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(WORKSPACE, workspace_id),
                SearchAttributePair(SUBJECT, user_id),
                SearchAttributePair(STATE, "open"),
            ]
        ),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


@workflow.defn
class Welcome:
    """Asks what is due, and waits."""

    @workflow.init
    def __init__(self, state: WelcomePromise) -> None:
        self._state = state
        self._changed = False

    @workflow.run
    async def run(self, _state: WelcomePromise) -> WelcomePromise:
        """Lead somebody until nothing follows any more; return how it ended."""
        while True:
            self._changed = False
            look = await self._attend()
            if look.look_at is None and not self._changed:
                return self._state
            await self._until(look.look_at or workflow.now())
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)

    @workflow.signal
    def changed(self) -> None:
        """A step was ticked off, it was stopped, or their morning is another."""
        self._changed = True

    @workflow.query
    def progress(self) -> WelcomePromise:
        """How it is."""
        return self._state

    async def _attend(self) -> WelcomeLook:
        look: WelcomeLook = await workflow.execute_activity(
            ATTEND_WELCOME,
            WelcomeRequest(self._state.workspace_id, self._state.user_id, workflow.now()),
            result_type=WelcomeLook,
            start_to_close_timeout=ONE_LOOK,
            retry_policy=BACKOFF,
        )
        workflow.set_current_details(look.words)
        if look.state != self._state.state:
            workflow.upsert_search_attributes([STATE.value_set(look.state)])
        self._state.state, self._state.words = look.state, look.words
        return look

    async def _until(self, at: datetime) -> None:
        left = at - workflow.now()
        if left > timedelta(0):
            try:
                await workflow.wait_condition(lambda: self._changed, timeout=left)
            except TimeoutError:
                return
