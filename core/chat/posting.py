"""Who may write into a channel, beyond being its member."""

from parlour.core.chat.channel_state import current
from parlour.core.errors import ForbiddenError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.chat import Access
from parlour.core.model.rights import Right
from parlour.core.people.rights import may
from parlour.core.store.channels import ChannelRecord


async def check_open(house: House, access: Access) -> None:
    """Check that a channel takes changes at all.

    Raises:
        ForbiddenError: `channel_archived`.
    """
    if not house.open_channels.knows(access.channel_id):
        check_not_archived(await current(house, access.channel_id))


async def check_may_post(house: House, access: Access, sender: UserId) -> None:
    """Check that a member may begin something new in a channel, not only reply.

    Raises:
        ForbiddenError: `channel_archived`, or `posting_restricted` to moderators.
    """
    if house.open_channels.knows(access.channel_id):
        return
    since = house.open_channels.changes
    channel = await current(house, access.channel_id)
    check_not_archived(channel)
    if channel.posting == "everyone":
        house.open_channels.remember(channel.id, since=since)
    elif channel.created_by != sender and not await may(
        house, access.workspace_id, sender, "channel.post_restricted"
    ):
        raise ForbiddenError("posting_restricted", "In this channel only moderators begin something new.")


async def check_may_urge(house: House, workspace_id: WorkspaceId, sender: UserId) -> None:
    """Check that someone may send a message that notifies also those who do not want to be disturbed.

    Raises:
        ForbiddenError: `urgent_restricted`: the workspace's `urgent_by` says so.
    """
    workspace = await house.workspaces.get(workspace_id, sender)
    wanted: Right = "people.see" if workspace and workspace.urgent_by == "members" else "message.urgent"
    if workspace is None or wanted not in workspace.rights:
        raise ForbiddenError("urgent_restricted", "Only owners send urgent messages here (urgent_by).")


async def manages(house: House, channel: ChannelRecord, user_id: UserId) -> bool:
    """Return whether someone may rename, restrict and archive a channel: its creator and who has that right."""
    return channel.created_by == user_id or await may(house, channel.workspace_id, user_id, "channel.manage")


def check_not_archived(channel: ChannelRecord) -> None:
    """Check that a channel is not archived.

    Raises:
        ForbiddenError: `channel_archived`.
    """
    if channel.archived_at:
        raise ForbiddenError("channel_archived", "This channel is archived: it can be read only.")
