"""Where someone is mentioned: unread in each channel, and all of it in one view."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from parlour.core.chat.current import current
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, GroupId, UserId, WorkspaceId
from parlour.core.model.chat import Entry
from parlour.core.model.page import Page

COUNTED = 100
"""Unread mentions of a channel that are told one by one: a badge says no more than 99."""


async def unread_mentions(
    house: House, user_id: UserId, read: Mapping[ChannelId, int]
) -> dict[ChannelId, list[int]]:
    """Return the numbers `n` of the unread messages that mention someone, for channels and how far they read."""
    if not read:
        return {}
    groups = await house.groups.of(user_id)
    return await house.entries.calls_after(_keys(user_id, groups), read, limit=COUNTED)


async def mentions(
    house: House, reader: UserId, workspace_id: WorkspaceId, *, cursor: str | None, limit: int
) -> Page[Entry]:
    """Return a page of the messages that mention the reader, the newest first.

    Raises:
        NotFoundError: the workspace is not theirs.
    """
    if await house.workspaces.role(workspace_id, reader) is None:
        raise NotFoundError.of("workspace")
    mine = [m.channel_id for m in await house.channels.memberships_of(reader, workspace_id)]
    groups = await house.groups.of(reader)
    keys = [*_keys(reader, groups), *_everyone(mine)]
    stored = await house.entries.calling(keys, mine, before=cursor, limit=limit + 1)
    page = [e for e in await current(house, stored[:limit]) if _calls(e, reader, groups)]
    return Page(page, stored[limit - 1].id if len(stored) > limit else None)


def _calls(message: Entry, user_id: UserId, groups: Collection[GroupId]) -> bool:
    """Return whether a message, as it is now, still mentions someone who is in `groups`."""
    found = message.mentions
    if found is None or message.deleted_at:
        return False
    is_everyone = found.channel or found.here
    return is_everyone or user_id in found.user_ids or not set(found.group_ids).isdisjoint(groups)


def _keys(user_id: UserId, groups: Collection[GroupId]) -> Sequence[str]:
    return [f"u:{user_id}", *(f"g:{group_id}" for group_id in groups)]


def _everyone(channel_ids: Iterable[ChannelId]) -> list[str]:
    return [f"c:{channel_id}" for channel_id in channel_ids]
