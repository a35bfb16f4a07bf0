"""Where a promise can be opened: ids of workflows and their addresses in the Temporal UI."""

from collections.abc import Callable
from urllib.parse import quote

from parlour.core.ids import (
    ApprovalId,
    ChannelId,
    EntryId,
    FileId,
    InvitationId,
    MailId,
    ReminderId,
    ScheduledId,
    UserId,
    WebhookId,
    WorkspaceId,
)
from parlour.core.model.chat import WorkflowLink
from parlour.core.settings import Settings


def delivery_id(channel_id: ChannelId) -> str:
    """Return the id of a channel's delivery."""
    return f"delivery/{channel_id}"


def scheduled_id(message_id: ScheduledId) -> str:
    """Return the id of a scheduled message's promise."""
    return f"scheduled/{message_id}"


def reminder_id(reminder: ReminderId) -> str:
    """Return the id of a reminder's promise."""
    return f"reminder/{reminder}"


def approval_workflow_id(approval_id: ApprovalId) -> str:
    """Return the id of an approval's promise."""
    return f"approval/{approval_id}"


def notify_id(user_id: UserId) -> str:
    """Return the id of a person's notifications."""
    return f"notify/{user_id}"


def mail_id(mail: MailId) -> str:
    """Return the id of an account mail's promise."""
    return f"mail/{mail}"


def erasure_id(user_id: UserId) -> str:
    """Return the id of the erasure of an account."""
    return f"erasure/{user_id}"


def preview_id(message_id: EntryId) -> str:
    """Return the id of the look-up of a message's links."""
    return f"preview/{message_id}"


def file_workflow_id(file_id: FileId) -> str:
    """Return the id of a file's intake."""
    return f"file/{file_id}"


def reindex_id(workspace_id: WorkspaceId) -> str:
    """Return the id of the rebuilding of a workspace's search index."""
    return f"reindex/{workspace_id}"


def rescan_id(workspace_id: WorkspaceId) -> str:
    """Return the id of scanning a workspace's contents again."""
    return f"rescan/{workspace_id}"


def onboard_id(workspace_id: WorkspaceId) -> str:
    """Return the id of the setting up of a workspace."""
    return f"onboard/{workspace_id}"


def invitations_id(workspace_id: WorkspaceId) -> str:
    """Return the id of what hands a workspace's invitations over at their pace."""
    return f"invitations/{workspace_id}"


def invitation_id(invitation: InvitationId) -> str:
    """Return the id of an invitation's promise."""
    return f"invite/{invitation}"


def welcome_id(workspace_id: WorkspaceId, user_id: UserId) -> str:
    """Return the id of somebody's welcome in a workspace."""
    return f"welcome/{workspace_id}/{user_id}"


def webhook_delivery_id(webhook_id: WebhookId) -> str:
    """Return the id of the deliveries of a webhook."""
    return f"webhook/{webhook_id}"


def link_to(settings: Settings, workflow_id: str, run_id: str | None = None) -> WorkflowLink:
    """Return where a workflow can be opened: one run of it, or all runs of its id."""
    base = f"{settings.temporal_ui_url}/namespaces/{settings.temporal_namespace}/workflows"
    quoted = quote(workflow_id, safe="")
    url = f"{base}/{quoted}/{run_id}/history" if run_id else f"{base}/{quoted}"
    return WorkflowLink(id=workflow_id, run_id=run_id, url=url)


def any_link(settings: Settings) -> Callable[[str], WorkflowLink]:
    """Return what makes links to workflows of an id, all its runs."""

    def link(workflow_id: str) -> WorkflowLink:
        return link_to(settings, workflow_id)

    return link


def delivery_link(settings: Settings) -> Callable[[ChannelId, str | None], WorkflowLink]:
    """Return what makes links to deliveries: to one run, or to all runs of the id."""

    def link(channel_id: ChannelId, run_id: str | None) -> WorkflowLink:
        return link_to(settings, delivery_id(channel_id), run_id)

    return link


def erasure_link(settings: Settings) -> Callable[[UserId], WorkflowLink]:
    """Return what makes links to erasures."""

    def link(user_id: UserId) -> WorkflowLink:
        return link_to(settings, erasure_id(user_id))

    return link


def notify_link(settings: Settings) -> Callable[[UserId], WorkflowLink]:
    """Return what makes links to people's notifications."""

    def link(user_id: UserId) -> WorkflowLink:
        return link_to(settings, notify_id(user_id))

    return link


def approval_link(settings: Settings) -> Callable[[ApprovalId], WorkflowLink]:
    """Return what makes links to the promises behind approvals."""

    def link(approval_id: ApprovalId) -> WorkflowLink:
        return link_to(settings, approval_workflow_id(approval_id))

    return link


def file_link(settings: Settings) -> Callable[[FileId], WorkflowLink]:
    """Return what makes links to files' intakes."""

    def link(file_id: FileId) -> WorkflowLink:
        return link_to(settings, file_workflow_id(file_id))

    return link


def webhook_link(settings: Settings) -> Callable[[WebhookId], WorkflowLink]:
    """Return what makes links to webhooks' deliveries."""

    def link(webhook_id: WebhookId) -> WorkflowLink:
        return link_to(settings, webhook_delivery_id(webhook_id))

    return link
