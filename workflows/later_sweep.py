"""`LaterSweep`: on a schedule, find promises that wait for a time and whose workflow was not told, or is missing.

What was accepted while Temporal was away so is kept; what was lost with a process is delayed by seconds.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
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

    from parlour.activities.names import SWEEP_LATER
    from parlour.core.model.promises import LaterSwept, SweepRequest
    from parlour.core.settings import Settings

SCHEDULE_ID = "sweep/later"


@workflow.defn
class LaterSweep:
    """One sweep over all records."""

    @workflow.run
    async def run(self, request: SweepRequest) -> LaterSwept:
        """Sweep once; a sweep that fails is followed by the next one of the schedule."""
        swept: LaterSwept = await workflow.execute_activity(
            SWEEP_LATER,
            request,
            result_type=LaterSwept,
            start_to_close_timeout=timedelta(minutes=10),
            schedule_to_close_timeout=timedelta(minutes=15),
            heartbeat_timeout=timedelta(seconds=30),
        )
        workflow.set_current_details(f"{swept.told} promises had been left behind.")
        return swept


async def ensure_later_sweep(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            LaterSweep.run,
            SweepRequest(settings.sweep_page),
            id="sweep/later/run",
            task_queue=settings.temporal_task_queue,
            static_summary="Finds scheduled messages and reminders that were left behind",
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(timedelta(seconds=settings.sweep_interval))]),
        policy=SchedulePolicy(
            overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(seconds=settings.sweep_interval)
        ),
    )

    def replace(_found: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(schedule)

    try:
        await client.create_schedule(SCHEDULE_ID, schedule)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(SCHEDULE_ID).update(replace)
