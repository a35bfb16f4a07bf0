"""`MailSweep`: on a schedule, find account mails that should have been tried, and were not.

Their workflow could not be started, since Temporal was away or the process died that queued them.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import SWEEP_MAILS
    from parlour.core.model.promises import MailsSwept, SweepRequest
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_sweep, sweep


@workflow.defn
class MailSweep:
    """One sweep over all mails that are open."""

    @workflow.run
    async def run(self, request: SweepRequest) -> MailsSwept:
        """Sweep once; a sweep that fails is followed by the next one of the schedule."""
        swept = await sweep(SWEEP_MAILS, request, MailsSwept)
        workflow.set_current_details(f"{swept.mails} account mails had no workflow, and were given one.")
        return swept


async def ensure_mail_sweep(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    await ensure_sweep(
        client,
        settings,
        MailSweep.run,
        of="mails",
        batch=settings.sweep_page,
        seconds=settings.mail_sweep_interval,
        summary="Finds account mails that nobody sends",
    )
