"""`FileSweep`: on a schedule, put right what uploads, crashes and outages left behind of files.

Each step goes through a batch, from where the last sweep ended. A step that fails (the file store is away, say) keeps
none of the others from its turn; the next sweep of the schedule takes it again.
"""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import SWEEP_FILES
    from parlour.core.model.file_promises import FilesSwept, FileSweepRequest, FileSweepStep
    from parlour.core.model.promises import SweepRequest
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_sweep

STEPS: tuple[FileSweepStep, ...] = get_args(FileSweepStep)


@workflow.defn
class FileSweep:
    """One sweep over a batch of everything that belongs to files."""

    @workflow.run
    async def run(self, request: SweepRequest) -> FilesSwept:
        """Take every step once; return what was done, and which steps failed."""
        swept = FilesSwept()
        for step in STEPS:
            swept = await self._take(step, request.page, swept)
        workflow.set_current_details(swept.words)
        return swept

    async def _take(self, step: FileSweepStep, batch: int, swept: FilesSwept) -> FilesSwept:
        try:
            done: FilesSwept = await workflow.execute_activity(
                SWEEP_FILES,
                FileSweepRequest(step, batch),
                result_type=FilesSwept,
                start_to_close_timeout=timedelta(minutes=10),
                heartbeat_timeout=timedelta(seconds=30),
                # What fails twice is for the next sweep.
                retry_policy=RetryPolicy(maximum_attempts=2),
                summary=step,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return replace(swept, failed=[*swept.failed, step])
        return swept.with_(done)


async def ensure_file_sweep(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    await ensure_sweep(
        client,
        settings,
        FileSweep.run,
        of="files",
        batch=settings.file_sweep_batch,
        seconds=settings.file_sweep_interval,
        summary="Puts right what uploads, crashes and outages left behind",
    )
