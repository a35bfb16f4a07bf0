"""Sweeps: how one is made, and their schedules, made at the worker's start and brought up to date by the next one."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from parlour.core.model.promises import SweepRequest
from parlour.core.settings import Settings

Result = TypeVar("Result")


def every(seconds: float, action: ScheduleActionStartWorkflow) -> Schedule:
    """Return the schedule of a sweep: again and again, never two at once, none caught up on."""
    interval = timedelta(seconds=seconds)
    return Schedule(
        action=action,
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(interval)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=interval),
    )


async def ensure_schedule(client: Client, schedule_id: str, schedule: Schedule) -> None:
    """Make a schedule, or bring an existing one up to date."""

    def replace(_found: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(schedule)

    try:
        await client.create_schedule(schedule_id, schedule)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(schedule_id).update(replace)


async def ensure_sweep(
    client: Client,
    settings: Settings,
    run: Callable[[Any, SweepRequest], Awaitable[Any]],
    *,
    of: str,
    batch: int,
    seconds: float,
    summary: str,
) -> None:
    """Make the schedule `sweep/<of>`, or bring an existing one up to date: every so many `seconds`, by batches."""
    action = ScheduleActionStartWorkflow(
        run,
        SweepRequest(batch),
        id=f"sweep/{of}/run",
        task_queue=settings.temporal_task_queue,
        static_summary=summary,
    )
    await ensure_schedule(client, f"sweep/{of}", every(seconds, action))


async def sweep(activity: str, request: SweepRequest, result_type: type[Result]) -> Result:
    """Have everything looked at once, and return what was done; called by a workflow."""
    swept: Result = await workflow.execute_activity(
        activity,
        request,
        result_type=result_type,
        start_to_close_timeout=timedelta(minutes=10),
        schedule_to_close_timeout=timedelta(minutes=15),
        heartbeat_timeout=timedelta(seconds=30),
    )
    return swept
