"""`LaterSweep`: on a schedule, find promises that wait for a time and whose workflow was not told, or is missing.

What was accepted while Temporal was away so is kept; what was lost with a process is delayed by seconds.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import SWEEP_LATER
    from parlour.core.model.promises import LaterSwept, SweepRequest
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_sweep, sweep


@workflow.defn
class LaterSweep:
    """One sweep over all records."""

    @workflow.run
    async def run(self, request: SweepRequest) -> LaterSwept:
        """Sweep once; a sweep that fails is followed by the next one of the schedule."""
        swept = await sweep(SWEEP_LATER, request, LaterSwept)
        workflow.set_current_details(f"{swept.told} promises had been left behind.")
        return swept


async def ensure_later_sweep(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    await ensure_sweep(
        client,
        settings,
        LaterSweep.run,
        of="later",
        batch=settings.sweep_page,
        seconds=settings.sweep_interval,
        summary="Finds scheduled messages and reminders that were left behind",
    )
