"""`LaterSweep`: on a schedule, find promises that wait for a time and whose workflow was not told, or is missing.

What was accepted while Temporal was away so is kept; what was lost with a process is delayed by seconds.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client, ScheduleActionStartWorkflow

    from parlour.activities.names import SWEEP_LATER
    from parlour.core.model.promises import LaterSwept, SweepRequest
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_schedule, every

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
    action = ScheduleActionStartWorkflow(
        LaterSweep.run,
        SweepRequest(settings.sweep_page),
        id="sweep/later/run",
        task_queue=settings.temporal_task_queue,
        static_summary="Finds scheduled messages and reminders that were left behind",
    )
    await ensure_schedule(client, SCHEDULE_ID, every(settings.sweep_interval, action))
