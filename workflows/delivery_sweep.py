"""`DeliverySweep`: on a schedule, find channels whose log is ahead of their delivery and tell it.

An event lost to a crash so delays a promise by seconds and never breaks it.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import SWEEP_CHANNELS
    from parlour.core.model.promises import SweepRequest, Swept
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_sweep, sweep


@workflow.defn
class DeliverySweep:
    """One sweep over all channels."""

    @workflow.run
    async def run(self, request: SweepRequest) -> Swept:
        """Sweep once; a sweep that fails is followed by the next one of the schedule."""
        swept = await sweep(SWEEP_CHANNELS, request, Swept)
        workflow.set_current_details(f"Looked at {swept.channels} channels; {swept.behind} were behind.")
        return swept


async def ensure_sweep_schedule(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    await ensure_sweep(
        client,
        settings,
        DeliverySweep.run,
        of="deliveries",
        batch=settings.sweep_page,
        seconds=settings.sweep_interval,
        summary="Finds channels whose delivery was left behind",
    )
