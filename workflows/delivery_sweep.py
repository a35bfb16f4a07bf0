"""`DeliverySweep`: on a schedule, find channels whose log is ahead of their delivery and tell it.

An event lost to a crash so delays a promise by seconds and never breaks it.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client, ScheduleActionStartWorkflow

    from parlour.activities.names import SWEEP_CHANNELS
    from parlour.core.model.promises import SweepRequest, Swept
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_schedule, every

SCHEDULE_ID = "sweep/deliveries"


@workflow.defn
class DeliverySweep:
    """One sweep over all channels."""

    @workflow.run
    async def run(self, request: SweepRequest) -> Swept:
        """Sweep once; a sweep that fails is followed by the next one of the schedule."""
        swept: Swept = await workflow.execute_activity(
            SWEEP_CHANNELS,
            request,
            result_type=Swept,
            start_to_close_timeout=timedelta(minutes=10),
            schedule_to_close_timeout=timedelta(minutes=15),
            heartbeat_timeout=timedelta(seconds=30),
        )
        workflow.set_current_details(f"Looked at {swept.channels} channels; {swept.behind} were behind.")
        return swept


async def ensure_sweep_schedule(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    action = ScheduleActionStartWorkflow(
        DeliverySweep.run,
        SweepRequest(settings.sweep_page),
        id="sweep/deliveries/run",
        task_queue=settings.temporal_task_queue,
        static_summary="Finds channels whose delivery was left behind",
    )
    await ensure_schedule(client, SCHEDULE_ID, every(settings.sweep_interval, action))
