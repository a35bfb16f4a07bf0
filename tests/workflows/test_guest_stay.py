"""`GuestStay` with skipped time, against a stay kept by an activity of the test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import SEE_TO_GUEST
from parlour.core.clock import now
from parlour.core.ids import WorkspaceId
from parlour.core.model.promises import Due, DueRequest, Wake
from parlour.core.settings import Settings
from parlour.workflows.due import DueState
from parlour.workflows.guest_stay import GuestStay, promise_of

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
WARNED = timedelta(days=3)


class Stay:
    """A stay as the store has it, and what was done at it, by the workflow's own time."""

    def __init__(self, environment: WorkflowEnvironment, settings: Settings) -> None:
        self.environment = environment
        self.settings = settings
        self.ends_at = LONG_AGO
        self.wake = Wake("guest", f"w/{uuid4().hex}", WorkspaceId("w"), 1, LONG_AGO, "then")
        self.done: list[tuple[str, datetime]] = []
        self.fails = 0

    async def begins(self, *, days: int) -> None:
        self.ends_at = now() + timedelta(days=days)
        await self.tell(due_at=self.ends_at - WARNED)

    async def tell(self, *, due_at: datetime, over: bool = False) -> None:
        self.wake = replace(self.wake, version=self.wake.version + 1, due_at=due_at, over=over)
        await promise_of(self.wake).tell(self.environment.client, self.settings, self.wake)

    async def over(self) -> DueState:
        handle = self.environment.client.get_workflow_handle(promise_of(self.wake).id, result_type=DueState)
        await self.environment.fast_forward(handle)
        return await handle.result()

    @activity.defn(name=SEE_TO_GUEST)
    async def see_to(self, request: DueRequest) -> Due:
        at = activity.info().current_attempt_scheduled_time
        if self.fails:
            self.fails -= 1
            raise ApplicationError("MongoDB does not answer.")
        if self.wake.due_at < self.ends_at:
            self.done.append(("warned", self.wake.due_at))
            self.wake = replace(self.wake, version=self.wake.version + 1, due_at=self.ends_at)
            return Due("warned", "The guest was told", self.wake)
        self.done.append(("ended", self.wake.due_at))
        assert request.id == self.wake.id
        assert at
        return Due("ended", "The stay is over", replace(self.wake, over=True))


@pytest.fixture
async def stay(temporal: WorkflowEnvironment, stack_settings: Settings) -> AsyncIterator[Stay]:
    queue = f"guests-{uuid4().hex}"
    settings = stack_settings.model_copy(update={"temporal_task_queue": queue})
    async with _working(temporal, Stay(temporal, settings), queue) as made:
        yield made


@asynccontextmanager
async def _working(temporal: WorkflowEnvironment, made: Stay, queue: str) -> AsyncIterator[Stay]:
    worker = Worker(temporal.client, task_queue=queue, workflows=[GuestStay], activities=[made.see_to])
    async with worker:
        yield made


async def test_a_guest_is_told_three_days_before_and_leaves_at_the_end(stay: Stay) -> None:
    await stay.begins(days=30)
    assert (await stay.over()).state == "ended"
    assert stay.done == [("warned", stay.ends_at - WARNED), ("ended", stay.ends_at)]


async def test_a_stay_that_is_prolonged_ends_later(stay: Stay) -> None:
    await stay.begins(days=10)
    first = stay.ends_at
    stay.ends_at += timedelta(days=50)
    await stay.tell(due_at=stay.ends_at - WARNED)
    assert (await stay.over()).state == "ended"
    assert stay.done == [("warned", first + timedelta(days=47)), ("ended", stay.ends_at)]


async def test_an_end_that_cannot_be_done_is_tried_until_it_is(stay: Stay) -> None:
    stay.fails = 7
    await stay.begins(days=5)
    assert (await stay.over()).state == "ended"
    assert [what for what, _ in stay.done] == ["warned", "ended"]


async def test_the_workflow_of_a_stay_without_an_end_any_more_is_over(stay: Stay) -> None:
    await stay.begins(days=5)
    await stay.tell(due_at=stay.ends_at, over=True)
    assert (await stay.over()).wake.over
    assert stay.done == []
