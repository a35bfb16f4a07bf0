"""What the workflows of runs have in common: how they are started and told, and how they show where they are."""

from collections.abc import Callable
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

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client
    from temporalio.service import RPCError, RPCStatusCode

    from parlour.core.model.run_promises import RunWake
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE

# A step is the promise itself: it is tried until it is done, however long a server is away.
BACKOFF = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30))
# A worker that was killed is missed after this, not only after the time for a step.
STILL_ALIVE = timedelta(seconds=15)
CHANGED = "changed"
"""The signal by which a run hears that its record is another now."""


@dataclass(frozen=True)
class Running:
    """The workflow of a run: its type, what it begins with, its id, and what it does in a few words."""

    run: Callable[..., Any]
    state: object
    id: str
    summary: str

    async def wake(self, client: Client, settings: Settings, wake: RunWake) -> None:
        """Tell it that its record is another, starting it if there is none; one that is over is only told.

        Raises:
            temporalio.service.RPCError: Temporal did not take it; telling again is harmless.
        """
        if wake.over:
            await self._tell(client, settings)
        else:
            await self._start(client, settings, wake)

    async def _start(self, client: Client, settings: Settings, wake: RunWake) -> None:
        await client.start_workflow(
            self.run,
            self.state,
            id=self.id,
            task_queue=settings.temporal_task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal=CHANGED,
            static_summary=self.summary,
            search_attributes=TypedSearchAttributes(
                [
                    SearchAttributePair(WORKSPACE, wake.workspace_id),
                    SearchAttributePair(SUBJECT, wake.key),
                    SearchAttributePair(STATE, "begun"),
                ]
            ),
            rpc_timeout=timedelta(seconds=settings.temporal_timeout),
        )

    async def _tell(self, client: Client, settings: Settings) -> None:
        handle = client.get_workflow_handle(self.id)
        try:
            await handle.signal(CHANGED, rpc_timeout=timedelta(seconds=settings.temporal_timeout))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:  # there is nothing that could still go on
                raise


def show(state: str, words: str) -> None:
    """Show where a run is, in the Temporal UI."""
    workflow.set_current_details(words)
    known = workflow.info().typed_search_attributes.get(STATE)
    if known != state:
        workflow.upsert_search_attributes([STATE.value_set(state)])
