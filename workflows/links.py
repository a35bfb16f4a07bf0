"""Where a promise can be opened: ids of workflows and their addresses in the Temporal UI."""

from collections.abc import Callable
from urllib.parse import quote

from parlour.core.ids import ChannelId, EntryId, FileId, ReminderId, ScheduledId, UserId, WorkspaceId
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


def notify_id(user_id: UserId) -> str:
    """Return the id of a person's notifications."""
    return f"notify/{user_id}"


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


def link_to(settings: Settings, workflow_id: str, run_id: str | None = None) -> WorkflowLink:
    """Return where a workflow can be opened: one run of it, or all runs of its id."""
    base = f"{settings.temporal_ui_url}/namespaces/{settings.temporal_namespace}/workflows"
    quoted = quote(workflow_id, safe="")
    url = f"{base}/{quoted}/{run_id}/history" if run_id else f"{base}/{quoted}"
    return WorkflowLink(id=workflow_id, run_id=run_id, url=url)


def delivery_link(settings: Settings) -> Callable[[ChannelId, str | None], WorkflowLink]:
    """Return what makes links to deliveries: to one run, or to all runs of the id."""

    def link(channel_id: ChannelId, run_id: str | None) -> WorkflowLink:
        return link_to(settings, delivery_id(channel_id), run_id)

    return link


def notify_link(settings: Settings) -> Callable[[UserId], WorkflowLink]:
    """Return what makes links to people's notifications."""

    def link(user_id: UserId) -> WorkflowLink:
        return link_to(settings, notify_id(user_id))

    return link


def file_link(settings: Settings) -> Callable[[FileId], WorkflowLink]:
    """Return what makes links to files' intakes."""

    def link(file_id: FileId) -> WorkflowLink:
        return link_to(settings, file_workflow_id(file_id))

    return link
