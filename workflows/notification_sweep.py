"""`NotificationSweep`: on a schedule, find people whose notifications should have been looked at, and were not.

What was lost with a process, or told while Temporal was away, is delayed by seconds.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client, ScheduleActionStartWorkflow

    from parlour.activities.names import SWEEP_NOTIFICATIONS
    from parlour.core.model.promises import NotificationsSwept, SweepRequest
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_schedule, every

SCHEDULE_ID = "sweep/notifications"


@workflow.defn
class NotificationSweep:
    """One sweep over all people who have something pending."""

    @workflow.run
    async def run(self, request: SweepRequest) -> NotificationsSwept:
        """Sweep once; a sweep that fails is followed by the next one of the schedule."""
        swept: NotificationsSwept = await workflow.execute_activity(
            SWEEP_NOTIFICATIONS,
            request,
            result_type=NotificationsSwept,
            start_to_close_timeout=timedelta(minutes=10),
            schedule_to_close_timeout=timedelta(minutes=15),
            heartbeat_timeout=timedelta(seconds=30),
        )
        workflow.set_current_details(f"The notifications of {swept.people} people had been left behind.")
        return swept


async def ensure_notification_sweep(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    action = ScheduleActionStartWorkflow(
        NotificationSweep.run,
        SweepRequest(settings.sweep_page),
        id="sweep/notifications/run",
        task_queue=settings.temporal_task_queue,
        static_summary="Finds people whose notifications were left behind",
    )
    await ensure_schedule(client, SCHEDULE_ID, every(settings.notify_sweep_interval, action))
