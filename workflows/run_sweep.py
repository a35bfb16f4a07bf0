"""`RunSweep`: on a schedule, find runs that were not begun or not told, and clear away what exports keep too long."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import SWEEP_RUNS
    from parlour.core.model.promises import SweepRequest
    from parlour.core.model.run_promises import RunsSwept
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_sweep, sweep


@workflow.defn
class RunSweep:
    """One sweep over a batch of runs."""

    @workflow.run
    async def run(self, request: SweepRequest) -> RunsSwept:
        """Sweep once; a sweep that fails is followed by the next one of the schedule."""
        swept = await sweep(SWEEP_RUNS, request, RunsSwept)
        workflow.set_current_details(
            f"{swept.told} runs had been left behind, {swept.looked_at} were looked at, "
            f"{swept.released} exports were deleted."
        )
        return swept


async def ensure_run_sweep(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    await ensure_sweep(
        client,
        settings,
        RunSweep.run,
        of="runs",
        batch=settings.run_sweep_batch,
        seconds=settings.run_sweep_interval,
        summary="Finds workflow runs that were left behind",
    )
