"""Where a promise can be opened: ids of workflows and their addresses in the Temporal UI."""

from collections.abc import Callable
from urllib.parse import quote

from parlour.core.ids import ChannelId
from parlour.core.model.chat import WorkflowLink
from parlour.core.settings import Settings


def delivery_id(channel_id: ChannelId) -> str:
    """Return the id of a channel's delivery."""
    return f"delivery/{channel_id}"


def delivery_link(settings: Settings) -> Callable[[ChannelId, str | None], WorkflowLink]:
    """Return what makes links to deliveries: to one run, or to all runs of the id."""

    def link(channel_id: ChannelId, run_id: str | None) -> WorkflowLink:
        workflow_id = delivery_id(channel_id)
        base = f"{settings.temporal_ui_url}/namespaces/{settings.temporal_namespace}/workflows"
        quoted = quote(workflow_id, safe="")
        url = f"{base}/{quoted}/{run_id}/history" if run_id else f"{base}/{quoted}"
        return WorkflowLink(id=workflow_id, run_id=run_id, url=url)

    return link
