"""What people say of themselves: name, handle and title, a status, do not disturb, being away.

Everything is told live: all of it to the person's own devices (`me.changed`), what others may see to their workspaces
(`person.changed`). A status and do not disturb end by the clock: whoever reads compares, so nothing has to run.
"""

from datetime import datetime
from typing import Any

from msgspec import Struct

from parlour.core import presence
from parlour.core.clock import now
from parlour.core.emoji.names import checked_unicode
from parlour.core.errors import InvalidError, NotFoundError, UnauthenticatedError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.later.zones import checked_timezone
from parlour.core.live import FAILURES, Live, packet, user_topic, workspace_topic
from parlour.core.model.people import Person, PresenceState, Profile, Status, User
from parlour.core.notify.telling import tell_soon
from parlour.core.onboarding import first_steps
from parlour.core.people.groups import check_no_group_is_called
from parlour.core.people.names import checked_handle, checked_language, checked_line, checked_name
from parlour.core.people.rights import standing

NOTIFIED_BY = {"timezone", "dnd_until"}
"""What decides when someone is notified: what waits already goes by it at once."""


class ProfileChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What someone changes of their profile; what is left out stays.

    `timezone` is a name of the IANA database, `language` a tag of BCP 47 (empty: as the browser is set).
    """

    name: str | None = None
    handle: str | None = None
    title: str | None = None
    timezone: str | None = None
    pronouns: str | None = None
    language: str | None = None


async def change(house: House, user_id: UserId, wanted: ProfileChange) -> User:
    """Change one's profile.

    Raises:
        InvalidError: a field cannot be taken.
        ConflictError: `handle_taken`.
    """
    fields: dict[str, Any] = {}
    if wanted.name is not None:
        fields["name"] = checked_name(wanted.name, house.settings)
    if wanted.handle is not None:
        fields["handle"] = checked_handle(wanted.handle)
        await check_no_group_is_called(house, user_id, fields["handle"])
    if wanted.title is not None:
        fields["title"] = checked_line(
            wanted.title, field="title", longest=house.settings.title_max_length, limit="title_max_length"
        )
    if wanted.timezone is not None:
        fields["timezone"] = checked_timezone(wanted.timezone)
    if wanted.pronouns is not None:
        fields["pronouns"] = checked_line(
            wanted.pronouns,
            field="pronouns",
            longest=house.settings.pronouns_max_length,
            limit="pronouns_max_length",
        )
    if wanted.language is not None:
        fields["language"] = checked_language(wanted.language)
    user = await _change(house, user_id, **fields)
    if fields.get("title"):
        await first_steps.done(house, user_id, "profile")
    if "timezone" in fields:
        await first_steps.moved(house, user_id)
    return user


async def set_status(house: House, user_id: UserId, status: Status) -> User:
    """Set one's status, until `expires_at` if it names that.

    Raises:
        InvalidError: `not_an_emoji`, the text is too long (setting `status_max_length`), or it is over already.
    """
    text = checked_line(
        status.text, field="text", longest=house.settings.status_max_length, limit="status_max_length"
    )
    expires_at = _future(status.expires_at, "expires_at") if status.expires_at else None
    stored = {"emoji": checked_unicode(status.emoji), "text": text, "expires_at": expires_at}
    return await _change(house, user_id, status=stored)


async def clear_status(house: House, user_id: UserId) -> User:
    """Take one's status away."""
    return await _change(house, user_id, status=None)


async def set_dnd(house: House, user_id: UserId, until: datetime | None) -> User:
    """Begin do not disturb, until then; none ends it.

    Raises:
        InvalidError: that is over already.
    """
    return await _change(house, user_id, dnd_until=_future(until, "until") if until else None)


async def set_away(house: House, user_id: UserId, *, away: bool) -> User:
    """Say that one is away whatever one's devices say, until one says otherwise."""
    return await _change(house, user_id, set_away=away or None)


async def profile(house: House, asker: UserId, workspace_id: WorkspaceId, user_id: UserId) -> Profile:
    """Return all that a member may know of another.

    Raises:
        NotFoundError: either is not of this workspace.
    """
    if not (await standing(house, workspace_id, asker)).may("people.see"):
        await _check_met(house, workspace_id, asker, user_id)
    place = await house.workspaces.place(workspace_id, user_id)
    if place is None:
        raise NotFoundError.of("member")
    user = await house.users.by_id(user_id)
    if user is None:
        raise NotFoundError.of("member")
    state = await _presence(house, workspace_id, user_id)
    role, joined_at = place
    return Profile(
        user_id=user_id,
        kind=user.kind,
        name=user.name,
        handle=user.handle,
        title=user.title,
        role=role,
        joined_at=joined_at,
        status=user.status,
        dnd_until=user.dnd_until,
        timezone=user.timezone,
        presence=state,
        last_active_at=None if state == "active" else await house.users.last_active(user_id),
        deactivated=bool(await house.asides.among(workspace_id, [user_id])),
        pronouns=user.pronouns,
        avatar=user.avatar,
    )


async def _check_met(house: House, workspace_id: WorkspaceId, asker: UserId, user_id: UserId) -> None:
    if asker != user_id and not await house.channels.share_one(asker, user_id, workspace_id):
        raise NotFoundError.of("member")


async def _presence(house: House, workspace_id: WorkspaceId, user_id: UserId) -> PresenceState:
    try:
        return await presence.state_of(house.redis, workspace_id, user_id)
    except FAILURES:
        return "offline"


async def _change(house: House, user_id: UserId, **fields: Any) -> User:
    user = await house.users.change(user_id, **fields) if fields else await house.users.by_id(user_id)
    if user is None:
        raise UnauthenticatedError("session_ended", "This account is gone.")
    if fields:
        await tell(house, user)
    if not NOTIFIED_BY.isdisjoint(fields):
        tell_soon(house, [user_id])
    return user


async def tell(house: House, user: User) -> None:
    """Tell everyone who may see them what somebody is like by now."""
    mine = packet("me.changed", {"user": user})
    house.live.publish(Live(user_topic(user.id), "me.changed", mine, user_id=user.id))
    person = Person(
        user.id,
        user.name,
        user.handle,
        user.title,
        user.status,
        user.dnd_until,
        user.kind,
        user.pronouns,
        user.avatar,
    )
    shown = packet("person.changed", {"user": person})
    for workspace in await house.workspaces.of(user.id):
        topic = workspace_topic(workspace.id)
        house.live.publish(Live(topic, "person.changed", shown, user_id=user.id))


def _future(at: datetime, field: str) -> datetime:
    if at.tzinfo is None:
        raise InvalidError.field(field, "This time needs its offset from UTC, such as Z.")
    if at <= now():
        raise InvalidError.field(field, "This time is over already.")
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
