"""Store histories of finished promises, so that tests can replay them against today's code.

    python -m tests.workflows.record

takes the longest finished run of each workflow from the running stack. Keep the old files: they stand for runs
that may be alive in someone's installation.
"""

import asyncio
from datetime import date
from pathlib import Path

from temporalio.client import Client

from parlour.core.settings import settings

HISTORIES = Path(__file__).parent / "histories"
WORKFLOWS = (
    "AccountMail",
    "Announcement",
    "Approval",
    "AuditRetention",
    "ChannelDelivery",
    "DeliverySweep",
    "Export",
    "FileCheck",
    "Erasure",
    "FileIntake",
    "FileRescan",
    "FileSweep",
    "Invitation",
    "Invitations",
    "GuestStay",
    "LaterSweep",
    "LinkPreview",
    "MailSweep",
    "MemberNotifications",
    "NotificationSweep",
    "OnboardingSweep",
    "Reminder",
    "RunSweep",
    "ScheduledMessage",
    "SearchReindex",
    "SearchSweep",
    "SecondFactorDemand",
    "WebhookDelivery",
    "WebhookSweep",
    "Welcome",
    "WorkspaceOnboarding",
)


async def main() -> None:
    chosen = settings()
    client = await Client.connect(chosen.temporal_address, namespace=chosen.temporal_namespace)
    for name in WORKFLOWS:
        query = f"WorkflowType = '{name}' AND ExecutionStatus = 'Completed'"
        runs = [run async for run in client.list_workflows(query, limit=200)]
        longest = max(runs, key=lambda run: run.history_length)
        handle = client.get_workflow_handle(longest.id, run_id=longest.run_id)
        history = await handle.fetch_history()
        path = HISTORIES / f"{name}-{date.today().isoformat()}.json"  # noqa: DTZ011 - a name for people
        path.write_text(history.to_json())


if __name__ == "__main__":
    asyncio.run(main())
