"""`WebhookSweep`: on a schedule, find webhooks for which something was due, and whose workflow does not know of it.

What was lost with a process, or told while Temporal was away, is delayed by seconds.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import SWEEP_WEBHOOKS
    from parlour.core.model.promises import SweepRequest, WebhooksSwept
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_sweep


@workflow.defn
class WebhookSweep:
    """One sweep over all webhooks for which something waits."""

    @workflow.run
    async def run(self, request: SweepRequest) -> WebhooksSwept:
        """Sweep once; a sweep that fails is followed by the next one of the schedule."""
        swept: WebhooksSwept = await workflow.execute_activity(
            SWEEP_WEBHOOKS,
            request,
            result_type=WebhooksSwept,
            start_to_close_timeout=timedelta(minutes=5),
            schedule_to_close_timeout=timedelta(minutes=10),
        )
        workflow.set_current_details(f"{swept.webhooks} webhooks had been left behind.")
        return swept


async def ensure_webhook_sweep(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    await ensure_sweep(
        client,
        settings,
        WebhookSweep.run,
        of="webhooks",
        batch=settings.sweep_page,
        seconds=settings.webhook_sweep_interval,
        summary="Finds webhooks for which something was left behind",
    )
