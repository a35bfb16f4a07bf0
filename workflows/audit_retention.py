"""`AuditRetention`: once a day, remove from audits what their workspaces keep no longer."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from temporalio.client import Client

    from parlour.activities.names import TRIM_AUDITS
    from parlour.core.model.promises import SweepRequest
    from parlour.core.settings import Settings
    from parlour.workflows.schedules import ensure_sweep


@workflow.defn
class AuditRetention:
    """One removal of what is too old, from the audits of all workspaces that say for how long they keep it."""

    @workflow.run
    async def run(self, request: SweepRequest) -> int:
        """Remove it, `request.page` entries at a time, and return how many that were."""
        removed: int = await workflow.execute_activity(
            TRIM_AUDITS,
            request,
            result_type=int,
            start_to_close_timeout=timedelta(hours=1),
            heartbeat_timeout=timedelta(seconds=30),
            # What fails three times is for tomorrow's.
            retry_policy=RetryPolicy(maximum_attempts=3),
            summary="Removes what is older than it is kept",
        )
        workflow.set_current_details(f"{removed} entries were older than their workspaces keep them.")
        return removed


async def ensure_audit_retention(client: Client, settings: Settings) -> None:
    """Make the schedule, or bring an existing one up to these settings."""
    await ensure_sweep(
        client,
        settings,
        AuditRetention.run,
        of="audits",
        batch=settings.audit_trim_batch,
        seconds=settings.audit_retention_interval,
        summary="Removes what audits keep no longer",
    )
