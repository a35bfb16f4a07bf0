"""Who wants to hear everything said in a channel: a mark at the membership, so that routing finds them by an index.

The mark follows from the membership's own level, else from the person's level in the workspace, else from the
workspace's. Whoever changes one of these writes it first and recomputes then: of two at once the last one sees both.
"""

from collections.abc import Sequence

from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.model.notifications import Level, NotificationPreferences
from parlour.core.store.notification_preferences import EVERYONE

PAGE = 1000
OTHERWISE: Level = "mentions"
"""What people want of channels where neither they nor their workspace said anything."""


def level_of(mine: NotificationPreferences, defaults: NotificationPreferences) -> Level:
    """Return what someone wants of the channels of a workspace for which they did not say otherwise."""
    return mine.level or defaults.level or OTHERWISE


async def recompute(house: House, workspace_id: WorkspaceId, user_id: UserId | None) -> None:
    """Mark anew the memberships of one person of a workspace, or of all."""
    if user_id is not None:
        await _mark(house, workspace_id, [user_id])
        return
    after: str | None = None
    while people := await house.workspaces.members(workspace_id, after=after, limit=PAGE):
        await _mark(house, workspace_id, [row[0] for row in people])
        after = people[-1][0]


async def recompute_one(
    house: House, workspace_id: WorkspaceId, channel_id: ChannelId, user_id: UserId
) -> None:
    """Mark one membership anew, after it began or its own level changed."""
    await _mark(house, workspace_id, [user_id], channel_id=channel_id)


async def _mark(
    house: House,
    workspace_id: WorkspaceId,
    user_ids: Sequence[UserId],
    *,
    channel_id: ChannelId | None = None,
) -> None:
    chosen = await house.notification_preferences.of(workspace_id, [*user_ids, EVERYONE])
    defaults = chosen.get(EVERYONE, NotificationPreferences())
    by_level: dict[Level, list[UserId]] = {}
    for user_id in user_ids:
        level = level_of(chosen.get(user_id, NotificationPreferences()), defaults)
        by_level.setdefault(level, []).append(user_id)
    for level, people in by_level.items():
        await house.hearing.mark(workspace_id, people, level=level, channel_id=channel_id)
