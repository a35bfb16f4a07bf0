"""`SearchSweep`: on a schedule, find channels whose index is behind their log, and index them.

An event lost to a crash so delays that something is found by seconds; and what was there before there was an index
is indexed by the first sweep.
"""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import INDEX_BEHIND
    from parlour.core.model.promises import SweepRequest, Swept
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_sweep


@workflow.defn
class SearchSweep:
    """One sweep over all channels."""

    @workflow.run
    async def run(self, request: SweepRequest) -> Swept:
        """Sweep once; a sweep that fails is followed by the next one of the schedule."""
        swept: Swept = await workflow.execute_activity(
            INDEX_BEHIND,
            request,
            result_type=Swept,
            # A sweep that finds a whole history to index takes as long as that does.
            start_to_close_timeout=timedelta(hours=6),
            heartbeat_timeout=timedelta(seconds=60),
        )
        workflow.set_current_details(f"Looked at {swept.channels} channels; indexed {swept.behind} further.")
        return swept


async def ensure_search_sweep(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    await ensure_sweep(
        client,
        settings,
        SearchSweep.run,
        of="search",
        batch=settings.sweep_page,
        seconds=settings.search_sweep_interval,
        summary="Finds channels whose search index was left behind",
    )
