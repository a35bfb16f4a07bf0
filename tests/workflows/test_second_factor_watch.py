"""`SecondFactorDemand` with skipped time, against a demand kept by an activity of the test."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import SEE_TO_DEMAND
from parlour.core.clock import now
from parlour.core.ids import WorkspaceId
from parlour.core.model.promises import Due, DueRequest, Wake
from parlour.core.settings import Settings
from parlour.workflows.due import DueState
from parlour.workflows.second_factor_demand import SecondFactorDemand, promise_of

DAY = timedelta(days=1)


class Demand:
    """A demand as the store has it: looked at each day, and lifted on the day before `ends`."""

    def __init__(self, environment: WorkflowEnvironment, settings: Settings) -> None:
        self.environment = environment
        self.settings = settings
        workspace = WorkspaceId(uuid4().hex)
        self.began = now()
        self.wake = Wake("demand", workspace, workspace, 1, self.began, "then")
        self.looks: list[datetime] = []
        self.days = 5
        self.fails = 0

    async def tell(self, due_at: datetime) -> None:
        self.wake = replace(self.wake, version=self.wake.version + 1, due_at=due_at)
        await promise_of(self.wake).tell(self.environment.client, self.settings, self.wake)

    async def over(self) -> DueState:
        handle = self.environment.client.get_workflow_handle(promise_of(self.wake).id, result_type=DueState)
        await self.environment.fast_forward(handle)
        return await handle.result()

    @activity.defn(name=SEE_TO_DEMAND)
    async def see_to(self, request: DueRequest) -> Due:
        if self.fails:
            self.fails -= 1
            raise ApplicationError("MongoDB does not answer.")
        assert request.id == self.wake.workspace_id
        self.looks.append(self.wake.due_at)
        if len(self.looks) >= self.days:
            return Due("gone", "Its record was deleted", replace(self.wake, over=True))
        self.wake = replace(self.wake, version=self.wake.version + 1, due_at=self.wake.due_at + DAY)
        return Due("watching", "1 seen to; 1 lack a second step", self.wake)


@pytest.fixture
async def demand(temporal: WorkflowEnvironment, stack_settings: Settings) -> AsyncIterator[Demand]:
    queue = f"demands-{uuid4().hex}"
    made = Demand(temporal, stack_settings.model_copy(update={"temporal_task_queue": queue}))
    async with Worker(
        temporal.client, task_queue=queue, workflows=[SecondFactorDemand], activities=[made.see_to]
    ):
        yield made


async def test_members_are_looked_at_day_by_day_until_it_is_lifted(demand: Demand) -> None:
    await demand.tell(demand.began)
    assert (await demand.over()).state == "lifted"
    assert demand.looks == [demand.began + n * DAY for n in range(5)]


async def test_whoever_comes_is_seen_to_before_the_day_is_over(demand: Demand) -> None:
    demand.days = 1
    await demand.tell(demand.began + 20 * DAY)
    await demand.tell(demand.began + DAY)
    assert (await demand.over()).state == "lifted"
    assert demand.looks == [demand.began + DAY]


async def test_a_look_that_fails_is_taken_again_until_it_succeeds(demand: Demand) -> None:
    demand.fails = 7
    await demand.tell(demand.began)
    assert (await demand.over()).state == "lifted"
    assert len(demand.looks) == 5
