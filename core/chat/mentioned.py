"""Where someone is mentioned: unread in each channel, and all of it in one view."""

from collections.abc import Iterable, Mapping, Sequence

from parlour.core.chat.current import current
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
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
    return await house.entries.calls_after(_keys(user_id), read, limit=COUNTED)


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
    keys = [*_keys(reader), *_everyone(mine)]
    stored = await house.entries.calling(keys, mine, before=cursor, limit=limit + 1)
    page = [e for e in await current(house, stored[:limit]) if _calls(e, reader)]
    return Page(page, stored[limit - 1].id if len(stored) > limit else None)


def _calls(message: Entry, user_id: UserId) -> bool:
    """Return whether a message, as it is now, still mentions someone (groups are known by the index alone)."""
    found = message.mentions
    if found is None or message.deleted_at:
        return False
    return bool(user_id in found.user_ids or found.channel or found.here or found.group_ids)


def _keys(user_id: UserId) -> Sequence[str]:
    return [f"u:{user_id}"]


def _everyone(channel_ids: Iterable[ChannelId]) -> list[str]:
    return [f"c:{channel_id}" for channel_id in channel_ids]
