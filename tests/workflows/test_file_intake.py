"""`FileIntake` with skipped time: nothing is passed over, whatever is away and for however long."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import (
    ASSEMBLE_FILE,
    FINISH_FILE,
    GIVE_UP_FILE,
    PROCESS_CONTENT,
    SCAN_CONTENT,
)
from parlour.core.ids import FileId, WorkspaceId
from parlour.core.model.file_promises import IntakeEnd, IntakeRequest, IntakeStep
from parlour.core.settings import Settings
from parlour.workflows.file_intake import (
    FileIntake,
    FileIntakeState,
    files_queue,
    previews_queue,
    scan_queue,
)
from parlour.workflows.links import file_workflow_id
from parlour.workflows.teller import TemporalTeller

PUT_TOGETHER = IntakeStep("scanning", "scanning", "Put together; to be scanned.")
CLEAN = IntakeStep("processing", "processing", "Clean; to be previewed.")
INFECTED = IntakeStep("over", "quarantined", "In quarantine.")
STORE_AWAY = IntakeStep("assembling", "waiting", "The file store does not answer.", "the file store")
SCANNER_AWAY = IntakeStep("scanning", "waiting", "The virus scanner does not answer.", "the virus scanner")
Answer = Callable[[], IntakeStep]


@dataclass
class World:
    """What is behind the steps: `store` and `scanner` answer them; every step taken is on record with its time."""

    store: Answer = lambda: PUT_TOGETHER
    scanner: Answer = lambda: CLEAN
    preview_failures: int = 0
    steps: list[tuple[str, datetime]] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    meanwhile: Callable[[], "asyncio.Future[None] | asyncio.Task[None]"] | None = None

    @activity.defn(name=ASSEMBLE_FILE)
    async def assemble_file(self, _: IntakeRequest) -> IntakeStep:
        return self._took("assemble", self.store())

    @activity.defn(name=SCAN_CONTENT)
    async def scan_content(self, _: IntakeRequest) -> IntakeStep:
        if self.meanwhile:
            await self.meanwhile()
        return self._took("scan", self.scanner())

    @activity.defn(name=PROCESS_CONTENT)
    async def process_content(self, _: IntakeRequest) -> IntakeStep:
        if self.preview_failures:
            self.preview_failures -= 1
            raise ApplicationError("it ran out of memory")
        return self._took("process", IntakeStep("finishing", "processing", "Clean and processed."))

    @activity.defn(name=FINISH_FILE)
    async def finish_file(self, _: IntakeRequest) -> IntakeStep:
        return self._took("finish", IntakeStep("over", "ready", "Clean and ready."))

    @activity.defn(name=GIVE_UP_FILE)
    async def give_up_file(self, end: IntakeEnd) -> IntakeStep:
        self.given_up.append(end.words)
        return self._took("give up", IntakeStep("over", "failed", "Not taken."))

    def names(self) -> list[str]:
        return [name for name, _ in self.steps]

    def times(self, name: str) -> list[datetime]:
        return [at for step, at in self.steps if step == name]

    def _took(self, name: str, step: IntakeStep) -> IntakeStep:
        self.steps.append((name, activity.info().scheduled_time))
        return step


def away_for(outage: timedelta, step: IntakeStep, then: IntakeStep) -> Answer:
    """Answer `step` until so much time has passed since it was asked first, and `then` from there on."""
    asked: list[datetime] = []

    def answer() -> IntakeStep:
        asked.append(activity.info().scheduled_time)
        return then if asked[-1] - asked[0] >= outage else step

    return answer


class Intake:
    """The intake of one file."""

    def __init__(self, environment: WorkflowEnvironment, settings: Settings) -> None:
        self.client = environment.client
        self.file_id = FileId(uuid.uuid4().hex)
        self._teller = TemporalTeller(settings, environment.client)

    async def asked(self) -> None:
        await self._teller.take_in(self.file_id, WorkspaceId("w1"))

    def handle(self) -> WorkflowHandle[FileIntake, FileIntakeState]:
        return self.client.get_workflow_handle_for(FileIntake.run, file_workflow_id(self.file_id))


@asynccontextmanager
async def intake(environment: WorkflowEnvironment, world: World, **chosen: int) -> AsyncIterator[Intake]:
    queue = f"queue-{uuid.uuid4().hex}"
    steps: list[Callable[..., Any]] = [
        world.assemble_file,
        world.process_content,
        world.finish_file,
        world.give_up_file,
    ]
    workers = [
        Worker(environment.client, task_queue=queue, workflows=[FileIntake]),
        Worker(environment.client, task_queue=files_queue(queue), activities=steps),
        Worker(environment.client, task_queue=scan_queue(queue), activities=[world.scan_content]),
        Worker(environment.client, task_queue=previews_queue(queue), activities=[world.process_content]),
    ]
    async with AsyncExitStack() as running:
        for worker in workers:
            await running.enter_async_context(worker)
        yield Intake(environment, Settings(temporal_task_queue=queue, **chosen))  # type: ignore[arg-type]


async def test_a_file_goes_from_step_to_step(temporal: WorkflowEnvironment) -> None:
    world = World()
    async with intake(temporal, world) as file:
        await file.asked()
        ended = await file.handle().result()
    assert world.names() == ["assemble", "scan", "process", "finish"]
    assert (ended.stage, ended.state) == ("over", "ready")


async def test_a_file_that_is_not_clean_is_not_processed(temporal: WorkflowEnvironment) -> None:
    world = World(scanner=lambda: INFECTED)
    async with intake(temporal, world) as file:
        await file.asked()
        ended = await file.handle().result()
    assert world.names() == ["assemble", "scan"]
    assert ended.state == "quarantined"


async def test_a_scanner_that_is_away_for_days_is_waited_for(temporal: WorkflowEnvironment) -> None:
    outage = timedelta(days=3)
    world = World(scanner=away_for(outage, SCANNER_AWAY, CLEAN))
    async with intake(temporal, world) as file:
        await file.asked()
        ended = await file.handle().result()
    tries = world.times("scan")
    assert ended.state == "ready"
    assert tries[-1] - tries[0] >= outage
    pauses = sorted(later - earlier for earlier, later in pairwise(tries))
    assert timedelta(seconds=5) <= pauses[0] < timedelta(seconds=7)
    # It begins anew when its history grows long. In this server the clock of each new run jumps ahead, so the longest
    # pauses are not the workflow's own.
    anew = await runs_of(file) - 1
    assert anew > 1
    assert pauses[-1 - anew] < timedelta(minutes=11)
    assert world.names().count("assemble") == 1


async def runs_of(file: Intake) -> int:
    query = f"WorkflowId = '{file_workflow_id(file.file_id)}'"
    return len([run async for run in file.client.list_workflows(query)])


async def test_what_is_waited_for_can_be_seen(temporal: WorkflowEnvironment) -> None:
    seen: list[FileIntakeState] = []
    world = World()
    async with intake(temporal, world) as file:

        def answer() -> IntakeStep:
            return SCANNER_AWAY if len(seen) < 1 else CLEAN

        async def look() -> None:
            if world.times("scan"):
                seen.append(await file.handle().query(FileIntake.progress))

        world.scanner, world.meanwhile = answer, lambda: asyncio.ensure_future(look())
        await file.asked()
        await file.handle().result()
    assert (seen[0].stage, seen[0].waits_for) == ("scanning", "the virus scanner")
    assert seen[0].waiting_since is not None
    assert seen[0].next_try is not None


async def test_a_file_store_that_is_away_is_waited_for_too(temporal: WorkflowEnvironment) -> None:
    world = World(store=away_for(timedelta(hours=2), STORE_AWAY, PUT_TOGETHER))
    async with intake(temporal, world) as file:
        await file.asked()
        ended = await file.handle().result()
    assert ended.state == "ready"
    assert world.names()[-4:] == ["assemble", "scan", "process", "finish"]


async def test_who_asks_again_does_not_wait_for_the_next_try(temporal: WorkflowEnvironment) -> None:
    tries = [SCANNER_AWAY] * 30 + [CLEAN]
    world = World(scanner=lambda: tries.pop(0))
    async with intake(temporal, world) as file:
        # Each try is asked for while the one before it still goes on.
        world.meanwhile = lambda: asyncio.ensure_future(file.asked())
        await file.asked()
        ended = await file.handle().result()
    assert ended.state == "ready"
    at = world.times("scan")
    assert at[-1] - at[0] < timedelta(seconds=30), "thirty tries without a pause of five seconds each"


async def test_it_gives_up_after_the_days_that_were_set_and_says_so(temporal: WorkflowEnvironment) -> None:
    world = World(scanner=lambda: SCANNER_AWAY)
    async with intake(temporal, world, scan_keep_trying_days=1) as file:
        await file.asked()
        ended = await file.handle().result()
    assert ended.state == "failed"
    assert world.given_up == [
        "The virus scanner does not answer. It was waited for during 1 day (scan_keep_trying_days)."
    ]
    tries = world.times("scan")
    assert tries[-1] - tries[0] >= timedelta(days=1)


async def test_a_preview_that_fails_is_tried_a_few_times_and_the_file_is_ready_without(
    temporal: WorkflowEnvironment,
) -> None:
    world = World(preview_failures=99)
    async with intake(temporal, world) as file:
        await file.asked()
        ended = await file.handle().result()
    assert world.preview_failures == 96
    assert world.names() == ["assemble", "scan", "finish"]
    assert ended.state == "ready"


async def test_a_step_that_a_worker_died_over_is_taken_again(temporal: WorkflowEnvironment) -> None:
    left = [True]

    async def die() -> None:
        if left.pop() if left else False:
            await asyncio.Event().wait()

    world = World(meanwhile=lambda: asyncio.ensure_future(die()))
    async with intake(temporal, world) as file:
        await file.asked()
        ended = await file.handle().result()
    assert ended.state == "ready"
    assert world.names() == ["assemble", "scan", "process", "finish"]


async def test_a_file_that_is_asked_for_again_when_all_is_over_stays_as_it_is(
    temporal: WorkflowEnvironment,
) -> None:
    world = World(store=lambda: IntakeStep("over", "ready", "Clean and ready."))
    async with intake(temporal, world) as file:
        await file.asked()
        await file.handle().result()
        await file.asked()
        ended = await file.handle().result()
    assert world.names() == ["assemble", "assemble"]
    assert ended.state == "ready"
