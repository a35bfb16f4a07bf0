"""`OnboardingSweep`: on a schedule, find workspaces, invitations and welcomes that should have gone on, and did not.

Their workflow could not be told, since Temporal was away or the process died that should have.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import SWEEP_ONBOARDINGS
    from parlour.core.model.onboarding_promises import OnboardingsSwept
    from parlour.core.model.promises import SweepRequest
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_sweep, sweep


@workflow.defn
class OnboardingSweep:
    """One sweep over all that is open."""

    @workflow.run
    async def run(self, request: SweepRequest) -> OnboardingsSwept:
        """Sweep once; a sweep that fails is followed by the next one of the schedule."""
        swept = await sweep(SWEEP_ONBOARDINGS, request, OnboardingsSwept)
        workflow.set_current_details(
            f"{swept.workspaces} workspaces, {swept.invitations} invitations and {swept.welcomes} welcomes were behind."
        )
        return swept


async def ensure_onboarding_sweep(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    await ensure_sweep(
        client,
        settings,
        OnboardingSweep.run,
        of="onboardings",
        batch=settings.sweep_page,
        seconds=settings.onboarding_sweep_interval,
        summary="Finds workspaces, invitations and welcomes that were left behind",
    )
