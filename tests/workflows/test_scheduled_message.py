"""`ScheduledMessage` with skipped time, against a record kept by activities of the test."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import GIVE_UP_SCHEDULED, SEND_SCHEDULED
from parlour.core.ids import ScheduledId, WorkspaceId
from parlour.core.model.promises import Due, DueRequest, Wake
from parlour.core.settings import Settings
from parlour.workflows.due import DueState
from parlour.workflows.links import scheduled_id
from parlour.workflows.scheduled_message import ScheduledMessage, promise_of


@dataclass
class Record:
    """What the activities know: the record's version and time, and when its message was sent."""

    wake: Wake
    refused: str = ""
    failures: int = 0
    killed_after_sending: int = 0
    attempts: int = 0
    sent_at: list[datetime] = field(default_factory=list)
    given_up: int = 0

    @activity.defn(name=SEND_SCHEDULED)
    async def send(self, request: DueRequest) -> Due:
        self.attempts += 1
        if self.failures:
            self.failures -= 1
            raise ApplicationError("the database is away")
        if request.version != self.wake.version or self.wake.over:
            return self._due("waiting", over=self.wake.over)
        if self.refused:
            return self._due("failed", over=True)
        if not self.sent_at:  # the unique index: again returns the first
            self.sent_at.append(activity.info().scheduled_time)
        if self.killed_after_sending:
            self.killed_after_sending -= 1
            raise ApplicationError("the worker is gone before it could say that it has sent")
        return self._due("sent", over=True)

    @activity.defn(name=GIVE_UP_SCHEDULED)
    async def give_up(self, _request: DueRequest) -> Due:
        self.given_up += 1
        return self._due("failed", over=True)

    def _due(self, state: str, *, over: bool) -> Due:
        return Due(state, self.refused or state, replace(self.wake, over=over))


class Message:
    """One scheduled message under test."""

    def __init__(self, environment: WorkflowEnvironment, record: Record, settings: Settings) -> None:
        self.record = record
        self.environment = environment
        self.client = environment.client
        self.settings = settings

    async def tell(self, **changes: object) -> None:
        """Change the record, and tell its promise."""
        wake = self.record.wake
        self.record.wake = replace(wake, version=wake.version + 1, **changes)  # type: ignore[arg-type]
        await promise_of(self.record.wake).tell(self.client, self.settings, self.record.wake)

    def handle(self) -> WorkflowHandle[ScheduledMessage, DueState]:
        return self.client.get_workflow_handle_for(
            ScheduledMessage.run, scheduled_id(ScheduledId(self.record.wake.id))
        )

    async def ended(self) -> DueState:
        """Skip time until the promise ends; return how."""
        with suppress(RPCError):  # it has ended already
            await self.environment.fast_forward(self.handle())
        return await self.handle().result()


@asynccontextmanager
async def scheduled(
    environment: WorkflowEnvironment, *, ahead: timedelta = timedelta(days=3)
) -> AsyncIterator[Message]:
    """Schedule a message; time is skipped only when its end is waited for."""
    queue = f"queue-{uuid.uuid4().hex}"
    settings = Settings(temporal_task_queue=queue, scheduled_keep_trying=60)  # type: ignore[call-arg]
    due_at = datetime.now(UTC) + ahead
    wake = Wake("scheduled", uuid.uuid4().hex, WorkspaceId("w1"), 1, due_at, "2026-11-30 09:00 Europe/Berlin")
    record = Record(wake)
    async with Worker(
        environment.client,
        task_queue=queue,
        workflows=[ScheduledMessage],
        activities=[record.send, record.give_up],
    ):
        message = Message(environment, record, settings)
        with environment.with_time_skipping_disabled():
            await promise_of(wake).tell(environment.client, settings, wake)
        yield message


def on_time(message: Message, due_at: datetime) -> bool:
    [sent_at] = message.record.sent_at
    return timedelta(0) <= sent_at - due_at < timedelta(seconds=30)


async def test_a_message_is_sent_at_its_time(temporal: WorkflowEnvironment) -> None:
    async with scheduled(temporal, ahead=timedelta(days=119)) as message:
        done = await message.ended()
        assert (done.state, message.record.attempts) == ("sent", 1)
        assert on_time(message, message.record.wake.due_at)


async def test_a_message_is_sent_at_its_new_time_whether_later_or_sooner(
    temporal: WorkflowEnvironment,
) -> None:
    for days in (-2, 2):
        async with scheduled(temporal) as message:
            moved = message.record.wake.due_at + timedelta(days=days)
            await message.tell(due_at=moved)
            await message.ended()
            assert on_time(message, moved)


async def test_a_message_can_be_sent_now(temporal: WorkflowEnvironment) -> None:
    async with scheduled(temporal) as message:
        planned = message.record.wake.due_at
        await message.tell(due_at=datetime.now(UTC))
        assert (await message.ended()).state == "sent"
        assert message.record.sent_at[0] < planned - timedelta(days=2)


async def test_a_cancelled_message_is_never_sent(temporal: WorkflowEnvironment) -> None:
    async with scheduled(temporal) as message:
        await message.tell(over=True)
        assert (await message.ended()).state == "cancelled"
        assert message.record.sent_at == []


async def test_a_change_that_was_not_told_is_found_when_it_is_due(temporal: WorkflowEnvironment) -> None:
    async with scheduled(temporal) as message:
        later = message.record.wake.due_at + timedelta(days=1)
        message.record.wake = replace(message.record.wake, version=2, due_at=later)
        await message.ended()
        assert on_time(message, later)


async def test_what_is_refused_for_good_ends_with_the_reason_in_plain_words(
    temporal: WorkflowEnvironment,
) -> None:
    async with scheduled(temporal) as message:
        message.record.refused = "Not sent: You are not in this channel any more"
        assert (await message.ended()).state == "failed"
        described = await message.handle().describe()
        values = {pair.key.name: pair.value for pair in described.typed_search_attributes}
        assert values["ParlourState"] == "failed"


async def test_an_outage_delays_a_message_and_does_not_repeat_it(temporal: WorkflowEnvironment) -> None:
    async with scheduled(temporal) as message:
        message.record.failures = 4
        assert (await message.ended()).state == "sent"
        assert (message.record.attempts, len(message.record.sent_at)) == (5, 1)


async def test_a_worker_killed_between_sending_and_recording_sends_once(
    temporal: WorkflowEnvironment,
) -> None:
    async with scheduled(temporal) as message:
        message.record.killed_after_sending = 2
        assert (await message.ended()).state == "sent"
        assert (message.record.attempts, len(message.record.sent_at)) == (3, 1)


async def test_trying_ends_on_record(temporal: WorkflowEnvironment) -> None:
    async with scheduled(temporal) as message:
        message.record.failures = 1000
        assert (await message.ended()).state == "failed"
        assert message.record.given_up == 1


async def test_being_told_twice_or_made_sure_of_sends_once(temporal: WorkflowEnvironment) -> None:
    async with scheduled(temporal) as message:
        for _ in range(3):
            await promise_of(message.record.wake).tell(message.client, message.settings, message.record.wake)
            await promise_of(message.record.wake).ensure(
                message.client, message.settings, message.record.wake
            )
        await message.ended()
        assert message.record.attempts == 1


async def test_a_long_life_of_changes_continues_as_new(temporal: WorkflowEnvironment) -> None:
    async with scheduled(temporal) as message:
        for minutes in range(80):
            await message.tell(due_at=message.record.wake.due_at + timedelta(minutes=minutes))
            while (await message.handle().query(ScheduledMessage.progress)).wake.version < minutes + 2:
                pass
        due_at = message.record.wake.due_at
        await message.ended()
        assert on_time(message, due_at)


async def test_the_promise_can_be_found_and_read_in_plain_words(temporal: WorkflowEnvironment) -> None:
    async with scheduled(temporal) as message:
        handle = message.handle()
        assert (await handle.query(ScheduledMessage.progress)).wake.words == "2026-11-30 09:00 Europe/Berlin"
        described = await handle.describe()
        assert await described.static_summary() == "Sends a scheduled message at its time"
        values = {pair.key.name: pair.value for pair in described.typed_search_attributes}
        assert values["ParlourWorkspace"] == "w1"
        assert values["ParlourSubject"] == message.record.wake.id
        await message.ended()
