"""`LinkPreview`: what a message links to is looked up, and shown below it; again when the message is edited.

One workflow a message, `preview/<message>`, started by its channel's delivery. It carries ids and numbers; the
links, and what is found behind them, stay in the log.
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

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import UNFURL
    from parlour.core.ids import EntryId
    from parlour.core.model.promises import PreviewRequest, Unfurled
    from parlour.core.settings import Settings
    from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
    from parlour.workflows.links import preview_id

KEEP_TRYING = timedelta(hours=6)
BACKOFF = RetryPolicy(initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=2))


@dataclass
class LinkPreviewState:
    """What a run begins with, and how far it is: `done_seq` is the entry whose text was looked up last."""

    request: PreviewRequest
    attempt_seconds: float
    done_seq: int = 0
    previews: int = 0


async def tell_preview(client: Client, settings: Settings, request: PreviewRequest) -> None:
    """Have a message's links looked up; once for each text it has, however often this is told.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; telling again is harmless.
    """
    await client.start_workflow(
        LinkPreview.run,
        # The time for an attempt covers fetching and the database's own limits.
        LinkPreviewState(request, settings.preview_timeout + 4 * settings.mongo_timeout),
        id=preview_id(EntryId(request.message_id)),
        task_queue=settings.temporal_task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="edited",
        start_signal_args=[request],
        static_summary="Looks up what a message links to",
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(WORKSPACE, request.workspace_id),
                SearchAttributePair(SUBJECT, request.message_id),
                SearchAttributePair(STATE, "looking up"),
            ]
        ),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


@workflow.defn
class LinkPreview:
    """Has a message's last text looked up."""

    @workflow.init
    def __init__(self, state: LinkPreviewState) -> None:
        self._state = state

    @workflow.run
    async def run(self, _state: LinkPreviewState) -> LinkPreviewState:
        """Look up until no newer text has come; return how far it is."""
        state = self._state
        while state.request.seq > state.done_seq:
            wanted = state.request
            workflow.set_current_details("Fetching the pages that the message links to.")
            unfurled = await workflow.execute_activity(
                UNFURL,
                wanted,
                result_type=Unfurled,
                start_to_close_timeout=timedelta(seconds=state.attempt_seconds),
                schedule_to_close_timeout=KEEP_TRYING,
                retry_policy=BACKOFF,
                summary=f"the text of entry {wanted.seq}",
            )
            state.done_seq, state.previews = wanted.seq, unfurled.previews
        workflow.set_current_details(f"Looked up; {state.previews} previews are shown.")
        workflow.upsert_search_attributes([STATE.value_set("done")])
        return state

    @workflow.signal
    def edited(self, request: PreviewRequest) -> None:
        """The message has a newer text."""
        if request.seq > self._state.request.seq:
            self._state.request = request

    @workflow.query
    def progress(self) -> LinkPreviewState:
        """How far this is."""
        return self._state
