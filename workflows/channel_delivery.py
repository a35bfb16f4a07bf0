"""`ChannelDelivery`: every committed message of a channel is routed to every member, live or kept, on record.

One workflow a channel, `delivery/<channel>`, alive while there is something to do. It is told how far the log is
by the signal `reached`, routes a batch with one activity, and remembers how far it is. It carries numbers and ids only.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from temporalio import workflow
from temporalio.common import (
    RetryPolicy,
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
)

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import ROUTE_ENTRIES
    from parlour.core.bus import MERGED_IDS, Reached
    from parlour.core.ids import ChannelId, WorkspaceId
    from parlour.core.model.promises import ReachedSignal, Routed, RouteRequest
    from parlour.core.settings import Settings
    from parlour.workflows.links import delivery_id

WORKSPACE = SearchAttributeKey.for_keyword("ParlourWorkspace")
SUBJECT = SearchAttributeKey.for_keyword("ParlourSubject")
STATE = SearchAttributeKey.for_keyword("ParlourState")

ONE_BATCH = timedelta(seconds=60)
# A worker that was killed is missed after this, not only after the time for a batch: what it was routing has to
# be settled within a minute. Routing says that it lives after each page of members, a fraction of a second.
STILL_ALIVE = timedelta(seconds=10)
# Routing is the promise itself, so it is tried for a day, through long outages; then the run
# fails on record, and the sweeper starts a new one.
KEEP_TRYING = timedelta(days=1)
BACKOFF = RetryPolicy(initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=10))


@dataclass
class ChannelDeliveryState:
    """What a run begins with, and what continue-as-new carries on. `settled_seq` 0: ask the record."""

    channel_id: ChannelId
    workspace_id: WorkspaceId
    route_batch: int
    idle_seconds: float
    wanted_seq: int = 0
    settled_seq: int = 0
    messages: int = 0
    notifications: int = 0
    correlation_ids: list[str] = field(default_factory=list)


async def tell_reached(client: Client, settings: Settings, event: Reached) -> None:
    """Tell a channel's delivery how far its log is, starting the workflow if it sleeps.

    Raises:
        temporalio.service.RPCError: Temporal did not take it; telling again is harmless.
    """
    await client.start_workflow(
        ChannelDelivery.run,
        ChannelDeliveryState(
            channel_id=event.channel_id,
            workspace_id=event.workspace_id,
            route_batch=settings.route_batch,
            idle_seconds=settings.delivery_idle,
        ),
        id=delivery_id(event.channel_id),
        task_queue=settings.temporal_task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="reached",
        start_signal_args=[ReachedSignal(event.seq, event.correlation_ids)],
        static_summary=f"Delivers the messages of channel {event.channel_id}",
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(WORKSPACE, event.workspace_id),
                SearchAttributePair(SUBJECT, event.channel_id),
                SearchAttributePair(STATE, "routing"),
            ]
        ),
        rpc_timeout=timedelta(seconds=settings.temporal_timeout),
    )


@workflow.defn
class ChannelDelivery:
    """Routes a channel's log."""

    @workflow.init
    def __init__(self, state: ChannelDeliveryState) -> None:
        self._state = state

    @workflow.run
    async def run(self, _state: ChannelDeliveryState) -> ChannelDeliveryState:
        """Route until nothing has come for a while; return what was done."""
        while await self._has_work():
            await self._route()
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(self._state)
        workflow.upsert_search_attributes([STATE.value_set("settled")])
        return self._state

    @workflow.signal
    def reached(self, signal: ReachedSignal) -> None:
        """The channel's log reached a seq."""
        self._state.wanted_seq = max(self._state.wanted_seq, signal.seq)
        merged = dict.fromkeys([*self._state.correlation_ids, *signal.correlation_ids])
        self._state.correlation_ids = list(merged)[-MERGED_IDS:]

    @workflow.query
    def progress(self) -> ChannelDeliveryState:
        """How far this delivery is."""
        return self._state

    async def _has_work(self) -> bool:
        """Wait for entries to route; false when none came within the idle time."""
        state = self._state
        try:
            await workflow.wait_condition(
                lambda: state.wanted_seq > state.settled_seq, timeout=timedelta(seconds=state.idle_seconds)
            )
        except TimeoutError:
            return False
        return True

    async def _route(self) -> None:
        state = self._state
        ids, state.correlation_ids = state.correlation_ids, []
        routed = await workflow.execute_activity(
            ROUTE_ENTRIES,
            RouteRequest(state.channel_id, state.workspace_id, state.route_batch, ids),
            result_type=Routed,
            start_to_close_timeout=ONE_BATCH,
            heartbeat_timeout=STILL_ALIVE,
            schedule_to_close_timeout=KEEP_TRYING,
            retry_policy=BACKOFF,
            summary=f"up to entry {state.wanted_seq}",
        )
        self._record(routed)

    def _record(self, routed: Routed) -> None:
        state = self._state
        state.settled_seq = routed.settled_seq
        state.messages += routed.messages
        state.notifications += routed.notifications
        if not routed.entries:
            # Told of a seq that is not in the log (yet): the sweeper tells again once it is.
            state.wanted_seq = routed.settled_seq
        workflow.set_current_details(self._in_words())

    def _in_words(self) -> str:
        state = self._state
        left = state.wanted_seq - state.settled_seq
        next_step = f"{left} entries are next" if left > 0 else "waiting for the next message"
        return (
            f"Routed up to entry {state.settled_seq}, {state.messages} messages in all; "
            f"{state.notifications} notifications were made of them; {next_step}."
        )
