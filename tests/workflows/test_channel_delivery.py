"""`ChannelDelivery` with skipped time, against a record kept by activities of the test."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from temporalio import activity
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import ROUTE_ENTRIES
from parlour.core.bus import Reached
from parlour.core.ids import ChannelId, WorkspaceId
from parlour.core.model.promises import Routed, RouteRequest
from parlour.core.settings import Settings
from parlour.workflows.channel_delivery import ChannelDelivery, ChannelDeliveryState, tell_reached
from parlour.workflows.links import delivery_id


@dataclass
class Log:
    """A channel's log as the activity sees it: how long it is, and how far it is settled."""

    last_seq: int = 0
    settled_seq: int = 0
    failures: int = 0
    batches: list[tuple[int, int]] = field(default_factory=list)
    correlation_ids: list[str] = field(default_factory=list)

    @activity.defn(name=ROUTE_ENTRIES)
    async def route(self, request: RouteRequest) -> Routed:
        if self.failures:
            self.failures -= 1
            raise ApplicationError("the database is away")
        upto = min(self.last_seq, self.settled_seq + request.limit)
        count, self.settled_seq = upto - self.settled_seq, upto
        self.correlation_ids += request.correlation_ids
        if count:
            self.batches.append((upto - count + 1, upto))
        return Routed(self.settled_seq, count, count, 2 if count else 0)


class Channel:
    """One channel's delivery under test."""

    def __init__(self, environment: WorkflowEnvironment, log: Log, settings: Settings) -> None:
        self.id = ChannelId(uuid.uuid4().hex)
        self.log = log
        self._client = environment.client
        self._settings = settings

    async def reach(self, seq: int, *correlation_ids: str, really: bool = True) -> None:
        if really:
            self.log.last_seq = max(seq, self.log.last_seq)
        event = Reached(
            channel_id=self.id,
            workspace_id=WorkspaceId("w1"),
            seq=seq,
            correlation_ids=list(correlation_ids),
        )
        await tell_reached(self._client, self._settings, event)

    def handle(self) -> WorkflowHandle[ChannelDelivery, ChannelDeliveryState]:
        return self._client.get_workflow_handle_for(ChannelDelivery.run, delivery_id(self.id))


@asynccontextmanager
async def channel_in(environment: WorkflowEnvironment, **overrides: float) -> AsyncIterator[Channel]:
    queue = f"queue-{uuid.uuid4().hex}"
    settings = Settings(temporal_task_queue=queue, **overrides)  # type: ignore[arg-type]
    log = Log()
    async with Worker(
        environment.client, task_queue=queue, workflows=[ChannelDelivery], activities=[log.route]
    ):
        yield Channel(environment, log, settings)


async def test_a_channel_is_routed_to_its_end_and_the_workflow_ends_when_idle(
    temporal: WorkflowEnvironment,
) -> None:
    async with channel_in(temporal) as channel:
        await channel.reach(3, "request-1")
        done = await channel.handle().result()
        assert (done.settled_seq, done.messages, done.notifications) == (3, 3, 2)
        assert channel.log.correlation_ids == ["request-1"]


async def test_what_is_more_than_a_batch_is_routed_batch_by_batch(temporal: WorkflowEnvironment) -> None:
    async with channel_in(temporal, route_batch=10) as channel:
        await channel.reach(25)
        await channel.handle().result()
        assert channel.log.batches == [(1, 10), (11, 20), (21, 25)]


async def test_being_told_twice_routes_once(temporal: WorkflowEnvironment) -> None:
    async with channel_in(temporal) as channel:
        await asyncio.gather(*(channel.reach(5) for _ in range(5)))
        await channel.handle().result()
        assert channel.log.batches == [(1, 5)]


async def test_an_event_ahead_of_the_log_does_not_spin(temporal: WorkflowEnvironment) -> None:
    async with channel_in(temporal) as channel:
        await channel.reach(9, really=False)
        done = await channel.handle().result()
        assert (done.settled_seq, channel.log.batches) == (0, [])


async def test_routing_is_tried_again_through_an_outage(temporal: WorkflowEnvironment) -> None:
    async with channel_in(temporal) as channel:
        channel.log.failures = 5
        await channel.reach(2)
        done = await channel.handle().result()
        assert (done.settled_seq, channel.log.failures) == (2, 0)


async def test_a_channel_that_sleeps_is_woken_where_it_was(temporal: WorkflowEnvironment) -> None:
    async with channel_in(temporal) as channel:
        await channel.reach(2)
        await channel.handle().result()
        await channel.reach(4)
        await channel.handle().result()
        assert channel.log.batches == [(1, 2), (3, 4)]


async def test_long_histories_continue_as_new_and_lose_nothing(temporal: WorkflowEnvironment) -> None:
    async with channel_in(temporal, route_batch=1) as channel:
        # Each entry is a batch of its own here, and some 6 events; `conftest` makes 200 of them long.
        await channel.reach(80)
        done = await channel.handle().result()
        assert done.settled_seq == 80
        assert channel.log.batches == [(n, n) for n in range(1, 81)]
        runs = [
            run async for run in temporal.client.list_workflows(f"WorkflowId = '{delivery_id(channel.id)}'")
        ]
        assert WorkflowExecutionStatus.CONTINUED_AS_NEW in {run.status for run in runs}


async def test_the_promise_can_be_found_and_read_in_plain_words(temporal: WorkflowEnvironment) -> None:
    async with channel_in(temporal, delivery_idle=3600) as channel:
        await channel.reach(3)
        handle = channel.handle()
        progress = await handle.query(ChannelDelivery.progress)
        while progress.settled_seq < 3:
            progress = await handle.query(ChannelDelivery.progress)
        described = await handle.describe()
        assert await described.static_summary() == f"Delivers the messages of channel {channel.id}"
        found = described.typed_search_attributes
        values = {pair.key.name: pair.value for pair in found}
        assert values["ParlourWorkspace"] == "w1"
        assert values["ParlourSubject"] == channel.id
        assert values["ParlourState"] in {"routing", "settled"}
        await handle.result()
        text = str(await handle.fetch_history())
        assert "hello" not in text
