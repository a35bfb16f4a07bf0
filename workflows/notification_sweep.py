"""`NotificationSweep`: on a schedule, find people whose notifications should have been looked at, and were not.

What was lost with a process, or told while Temporal was away, is delayed by seconds.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import SWEEP_NOTIFICATIONS
    from parlour.core.model.notification_promises import NotificationsSwept
    from parlour.core.model.promises import SweepRequest
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_sweep, sweep


@workflow.defn
class NotificationSweep:
    """One sweep over all people who have something pending."""

    @workflow.run
    async def run(self, request: SweepRequest) -> NotificationsSwept:
        """Sweep once; a sweep that fails is followed by the next one of the schedule."""
        swept = await sweep(SWEEP_NOTIFICATIONS, request, NotificationsSwept)
        workflow.set_current_details(f"The notifications of {swept.people} people had been left behind.")
        return swept


async def ensure_notification_sweep(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    await ensure_sweep(
        client,
        settings,
        NotificationSweep.run,
        of="notifications",
        batch=settings.sweep_page,
        seconds=settings.notify_sweep_interval,
        summary="Finds people whose notifications were left behind",
    )
