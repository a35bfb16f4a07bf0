"""How people want to be notified in a workspace: their choice, else the workspace's, else the settings'."""

from collections.abc import Iterable
from typing import TypeVar

from parlour.core.errors import InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.live import Live, packet, user_topic, workspace_topic
from parlour.core.model.notifications import (
    EffectivePreferences,
    MyNotificationPreferences,
    NotificationDefaults,
    NotificationKind,
    NotificationPreferences,
    QuietHours,
    Way,
)
from parlour.core.notify.choices import PreferencesPatch, checked, first_words
from parlour.core.notify.hearing import level_of, recompute
from parlour.core.notify.telling import tell_members_soon, tell_soon
from parlour.core.people.rights import require
from parlour.core.settings import Settings
from parlour.core.store.mongo import Document
from parlour.core.store.notification_preferences import EVERYONE

Choice = TypeVar("Choice")
SOUND = True
NOTHING_CHOSEN = NotificationPreferences()
WAYS: dict[NotificationKind, list[Way]] = {
    "mention": ["push", "email"],
    "direct": ["push", "email"],
    "group": ["push", "email"],
    "thread": ["push", "email"],
    "everyone": ["push"],
    "keyword": ["push", "email"],
    "channel": ["push"],
}
"""The ways that kinds take where nobody said otherwise."""


def effective(
    settings: Settings, defaults: NotificationPreferences, mine: NotificationPreferences
) -> EffectivePreferences:
    """Return what holds for someone: what they chose, else what their workspace says, else the settings."""
    return EffectivePreferences(
        level=level_of(mine, defaults),
        keywords=mine.keywords or [],
        ways=WAYS | (defaults.ways or {}) | (mine.ways or {}),
        quiet=_quiet(mine.quiet or defaults.quiet),
        push_after=_first(mine.push_after, defaults.push_after, settings.notify_push_after),
        email=mine.email or defaults.email or "at_once",
        email_after=_first(mine.email_after, defaults.email_after, settings.notify_email_after),
        email_at=mine.email_at or defaults.email_at or "09:00",
        sound=_first(mine.sound, defaults.sound, SOUND),
        badge=mine.badge or defaults.badge or "mentions",
    )


async def effective_of(
    house: House, workspace_id: WorkspaceId, user_ids: Iterable[UserId]
) -> dict[UserId, EffectivePreferences]:
    """Return what holds for several people in a workspace, by one query."""
    asked = list(dict.fromkeys(user_ids))
    chosen = await house.notification_preferences.of(workspace_id, [*asked, EVERYONE])
    defaults = chosen.get(EVERYONE, NOTHING_CHOSEN)
    return {i: effective(house.settings, defaults, chosen.get(i, NOTHING_CHOSEN)) for i in asked}


async def mine(house: House, user_id: UserId, workspace_id: WorkspaceId) -> MyNotificationPreferences:
    """Return what someone chose, what their workspace says, and what holds.

    Raises:
        NotFoundError: they do not belong to the workspace.
    """
    await _enter(house, user_id, workspace_id)
    return await _of(house, user_id, workspace_id)


async def change(
    house: House, user_id: UserId, workspace_id: WorkspaceId, patch: PreferencesPatch
) -> MyNotificationPreferences:
    """Change how someone wants to be notified; it holds at once, also for what waits already.

    Raises:
        NotFoundError: they do not belong to the workspace.
        InvalidError: a choice cannot be taken.
    """
    await _enter(house, user_id, workspace_id)
    if fields := checked(patch, house.settings):
        await _put(house, workspace_id, user_id, fields)
    preferences = await _of(house, user_id, workspace_id)
    if fields:
        news = {"workspace_id": workspace_id, "preferences": preferences}
        changed = packet("notification_preferences.changed", news)
        house.live.publish(Live(user_topic(user_id), "notification_preferences.changed", changed))
        tell_soon(house, [user_id])
    return preferences


async def defaults(house: House, user_id: UserId, workspace_id: WorkspaceId) -> NotificationDefaults:
    """Return what a workspace says for those who chose nothing.

    Raises:
        NotFoundError: the asker does not belong to it.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, user_id, "workspace.change")
    return await _defaults(house, workspace_id)


async def change_defaults(
    house: House, user_id: UserId, workspace_id: WorkspaceId, patch: PreferencesPatch
) -> NotificationDefaults:
    """Change what a workspace says for those who chose nothing, as its owner.

    Raises:
        NotFoundError: the actor does not belong to it.
        ForbiddenError: `missing_right`.
        InvalidError: a choice cannot be taken.
    """
    await require(house, workspace_id, user_id, "workspace.change")
    if patch.keywords:
        raise InvalidError.field("keywords", "Keywords are each person's own; a workspace has none.")
    if fields := checked(patch, house.settings):
        await _put(house, workspace_id, EVERYONE, fields)
    said = await _defaults(house, workspace_id)
    if fields:
        news = {"workspace_id": workspace_id, "defaults": said.defaults}
        changed = packet("notification_defaults.changed", news)
        house.live.publish(Live(workspace_topic(workspace_id), "notification_defaults.changed", changed))
        tell_members_soon(house, workspace_id)
    return said


async def _put(house: House, workspace_id: WorkspaceId, user_id: UserId, fields: Document) -> None:
    heard = first_words(fields["keywords"] or []) if "keywords" in fields else None
    await house.notification_preferences.put(workspace_id, user_id, fields, words=heard)
    if "level" in fields:
        await recompute(house, workspace_id, None if user_id == EVERYONE else user_id)


async def _of(house: House, user_id: UserId, workspace_id: WorkspaceId) -> MyNotificationPreferences:
    chosen = await house.notification_preferences.of(workspace_id, [user_id, EVERYONE])
    own, said = chosen.get(user_id, NOTHING_CHOSEN), chosen.get(EVERYONE, NOTHING_CHOSEN)
    return MyNotificationPreferences(
        mine=own,
        defaults=said,
        inherited=effective(house.settings, said, NOTHING_CHOSEN),
        effective=effective(house.settings, said, own),
    )


async def _defaults(house: House, workspace_id: WorkspaceId) -> NotificationDefaults:
    said = await house.notification_preferences.defaults(workspace_id)
    return NotificationDefaults(
        defaults=said,
        inherited=effective(house.settings, NOTHING_CHOSEN, NOTHING_CHOSEN),
        effective=effective(house.settings, said, NOTHING_CHOSEN),
    )


async def _enter(house: House, user_id: UserId, workspace_id: WorkspaceId) -> None:
    if await house.workspaces.role(workspace_id, user_id) is None:
        raise NotFoundError.of("workspace")


def _quiet(chosen: QuietHours | str | None) -> QuietHours | None:
    return chosen if isinstance(chosen, QuietHours) else None


def _first(mine: Choice | None, defaults: Choice | None, otherwise: Choice) -> Choice:
    return mine if mine is not None else defaults if defaults is not None else otherwise
