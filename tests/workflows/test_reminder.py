"""`Reminder` with skipped time, against a record kept by activities of the test."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from temporalio import activity
from temporalio.client import WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import GIVE_UP_REMINDER, RING_REMINDER
from parlour.core.ids import WorkspaceId
from parlour.core.later.recurrence import next_after
from parlour.core.later.zones import moment
from parlour.core.model.later import Recurrence
from parlour.core.model.promises import Due, DueRequest, Wake
from parlour.core.settings import Settings
from parlour.workflows.due import DueState
from parlour.workflows.reminder import Reminder, promise_of

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = Recurrence(every="day")


@dataclass
class Record:
    """A daily reminder as the activities know it; it is over after some rings."""

    wake: Wake
    starts: datetime
    rings_left: int
    failures: int = 0
    rung_at: list[datetime] = field(default_factory=list)

    @activity.defn(name=RING_REMINDER)
    async def ring(self, request: DueRequest) -> Due:
        if self.failures:
            self.failures -= 1
            raise ApplicationError("the database is away")
        if request.version != self.wake.version:
            return Due("waiting", "changed", self.wake)
        self.rung_at.append(self.wake.due_at)
        self.rings_left -= 1
        following = next_after(DAILY, starts=self.starts, after=self.wake.due_at, zone=BERLIN)
        self.wake = replace(
            self.wake, version=self.wake.version + 1, due_at=following, over=not self.rings_left
        )
        return Due("waiting" if self.rings_left else "due", "rang", self.wake)

    @activity.defn(name=GIVE_UP_REMINDER)
    async def give_up(self, _request: DueRequest) -> Due:
        return Due("failed", "gave up", replace(self.wake, over=True))


class Reminding:
    """One reminder under test."""

    def __init__(self, environment: WorkflowEnvironment, record: Record, settings: Settings) -> None:
        self.environment = environment
        self.record = record
        self.settings = settings

    async def tell(self, **changes: object) -> None:
        wake = self.record.wake
        self.record.wake = replace(wake, version=wake.version + 1, **changes)  # type: ignore[arg-type]
        await promise_of(wake).tell(self.environment.client, self.settings, self.record.wake)

    async def ended(self) -> DueState:
        client, promise = self.environment.client, promise_of(self.record.wake)
        handle = client.get_workflow_handle(promise.id, result_type=DueState)
        with suppress(RPCError):  # it has ended already
            await self.environment.fast_forward(handle)
        return await handle.result()


@asynccontextmanager
async def reminding(
    environment: WorkflowEnvironment, *, rings: int, starts: datetime | None = None
) -> AsyncIterator[Reminding]:
    queue = f"queue-{uuid.uuid4().hex}"
    settings = Settings(temporal_task_queue=queue, scheduled_keep_trying=60)  # type: ignore[call-arg]
    wall = starts or (datetime.now(BERLIN) + timedelta(days=1)).replace(tzinfo=None)
    wake = Wake("reminder", uuid.uuid4().hex, WorkspaceId("w1"), 1, moment(wall, BERLIN), "tomorrow")
    record = Record(wake, wall, rings)
    async with Worker(
        environment.client, task_queue=queue, workflows=[Reminder], activities=[record.ring, record.give_up]
    ):
        with environment.with_time_skipping_disabled():
            await promise_of(wake).tell(environment.client, settings, wake)
        yield Reminding(environment, record, settings)


async def test_a_reminder_rings_at_its_time_and_ends(temporal: WorkflowEnvironment) -> None:
    async with reminding(temporal, rings=1) as reminder:
        assert (await reminder.ended()).state == "due"
        assert reminder.record.rung_at == [moment(reminder.record.starts, BERLIN)]


async def test_a_daily_reminder_keeps_its_hour_across_both_changes_of_the_clocks(
    temporal: WorkflowEnvironment,
) -> None:
    # From the day before the clocks go back to the day after: skipped time passes them for real.
    year = datetime.now(UTC).year + 1
    for starts in (
        datetime(year, 3, 25, 9),  # noqa: DTZ001 - a wall clock
        datetime(year, 10, 22, 9),  # noqa: DTZ001
    ):
        async with reminding(temporal, rings=10, starts=starts) as reminder:
            await reminder.ended()
            rung = reminder.record.rung_at
            assert len(rung) == 10
            assert {at.astimezone(BERLIN).hour for at in rung} == {9}
            assert {at.hour for at in rung} == {7, 8}, "the clocks changed in between"


async def test_a_changed_or_deleted_reminder_obeys(temporal: WorkflowEnvironment) -> None:
    async with reminding(temporal, rings=1) as reminder:
        moved = reminder.record.wake.due_at + timedelta(days=30)
        await reminder.tell(due_at=moved)
        await reminder.ended()
        assert reminder.record.rung_at == [moved]
    async with reminding(temporal, rings=1) as reminder:
        await reminder.tell(over=True)
        assert (await reminder.ended()).state == "done"
        assert reminder.record.rung_at == []


async def test_an_outage_delays_a_reminder_and_does_not_repeat_it(temporal: WorkflowEnvironment) -> None:
    async with reminding(temporal, rings=2) as reminder:
        reminder.record.failures = 3
        await reminder.ended()
        assert len(reminder.record.rung_at) == 2


async def test_a_long_life_continues_as_new(temporal: WorkflowEnvironment) -> None:
    async with reminding(temporal, rings=40) as reminder:
        await reminder.ended()
        assert len(reminder.record.rung_at) == 40
        promise = promise_of(reminder.record.wake)
        runs = [run async for run in temporal.client.list_workflows(f"WorkflowId = '{promise.id}'")]
        assert WorkflowExecutionStatus.CONTINUED_AS_NEW in {run.status for run in runs}
