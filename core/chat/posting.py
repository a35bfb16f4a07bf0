"""Who may write into a channel, beyond being its member."""

from parlour.core.errors import ForbiddenError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.chat import Access
from parlour.core.store.channels import ChannelRecord


async def check_open(house: House, access: Access) -> None:
    """Check that a channel takes changes at all.

    Raises:
        ForbiddenError: `channel_archived`.
    """
    _check_open(await house.channels.get(access.channel_id))


async def check_may_post(house: House, access: Access, sender: UserId) -> None:
    """Check that a member may begin something new in a channel, not only reply.

    Raises:
        ForbiddenError: `channel_archived`, or `posting_restricted` to moderators.
    """
    channel = await house.channels.get(access.channel_id)
    _check_open(channel)
    restricted = channel is not None and channel.posting == "moderators"
    if restricted and not await moderates(house, access.workspace_id, sender):
        raise ForbiddenError("posting_restricted", "In this channel only moderators begin something new.")


async def moderates(house: House, workspace_id: WorkspaceId, user_id: UserId) -> bool:
    """Return whether someone may delete others' messages and the like: the workspace's owner."""
    return await house.workspaces.role(workspace_id, user_id) == "owner"


def _check_open(channel: ChannelRecord | None) -> None:
    if channel is not None and channel.archived_at:
        raise ForbiddenError("channel_archived", "This channel is archived: it can be read only.")
