"""Guests: people who are in some channels of a workspace alone, and maybe for a time.

From the moment their time is over they are refused everywhere, by the clock; a workflow, `guest/<workspace>/<user>`,
tells them some days before, and takes them out of their channels after.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from parlour.core.chat import membership
from parlour.core.chat.channels import seen_by
from parlour.core.clock import as_stored, now
from parlour.core.errors import ForbiddenError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.later.telling import gone, tell_soon
from parlour.core.live import Live, packet, user_topic, workspace_topic
from parlour.core.model.chat import FIXED_KINDS
from parlour.core.model.people import Person, Workspace
from parlour.core.model.promises import Due, DueRequest, Wake
from parlour.core.people import demand, mails
from parlour.core.people.members import put_out, tell_role
from parlour.core.people.rights import require
from parlour.core.store.channels import ChannelRecord
from parlour.core.store.stays import Stay


async def check_invitation(
    house: House,
    actor: UserId,
    workspace_id: WorkspaceId,
    channel_ids: Sequence[ChannelId],
    ends_at: datetime | None,
) -> None:
    """Check that somebody may invite a guest to these channels for that time.

    Raises:
        NotFoundError: the workspace, or one of the channels, is out of the actor's sight.
        ForbiddenError: `missing_right`.
        InvalidError: no channel, too many (setting `guest_channels_max`), one that is a conversation, or a time that
            is over or too far away (setting `guest_days_max`).
    """
    await require(house, workspace_id, actor, "member.invite_guest")
    most = house.settings.guest_channels_max
    if not 1 <= len(channel_ids) <= most:
        raise InvalidError.field(
            "channel_ids", f"A guest is added to 1 to {most} channels (guest_channels_max)."
        )
    for channel_id in channel_ids:
        _check_place(await seen_by(house, actor, channel_id), workspace_id)
    checked_end(house, ends_at)


def checked_end(house: House, ends_at: datetime | None) -> datetime | None:
    """Return when a stay ends as it is stored.

    Raises:
        InvalidError: it is over already, or longer than the setting `guest_days_max`.
    """
    if ends_at is None:
        return None
    if ends_at.tzinfo is None:
        raise InvalidError.field("ends_at", "This time needs its offset from UTC, such as Z.")
    longest = timedelta(days=house.settings.guest_days_max)
    if not now() < ends_at <= now() + longest:
        raise InvalidError.field(
            "ends_at", f"A guest stays until a time within {longest.days} days (guest_days_max)."
        )
    return as_stored(ends_at)


async def admit(
    house: House,
    workspace_id: WorkspaceId,
    user_id: UserId,
    channel_ids: Sequence[ChannelId],
    ends_at: datetime | None,
    *,
    invited_by: UserId | None = None,
) -> Workspace:
    """Make someone a guest of a workspace and of these channels, until then; a member keeps the place they have.

    May be taken again. Whoever calls has checked the invitation (`check_invitation`); channels that are gone since, or
    archived, are passed over.

    Raises:
        InvalidError: that time is over already.
    """
    due_at = _due_at(house, ends_at) if ends_at else None
    if ends_at and ends_at <= now():
        raise InvalidError.field("ends_at", "This invitation is over.")
    is_new = await house.stays.add(
        workspace_id, user_id, ends_at=ends_at, due_at=due_at, invited_by=invited_by
    )
    await demand.joined(house, workspace_id, user_id)
    for channel_id in channel_ids:
        record = await house.channels.get(channel_id)
        is_open = record is not None and record.kind not in FIXED_KINDS and not record.archived_at
        if record and is_open and record.workspace_id == workspace_id:
            await membership.admit(house, record, user_id, by=invited_by or user_id)
    workspace = await house.workspaces.get(workspace_id, user_id)
    if workspace is None:
        raise NotFoundError.of("workspace")
    if is_new:
        await _arrived(house, workspace, user_id, invited_by)
    return workspace


async def prolong(
    house: House,
    actor: UserId,
    workspace_id: WorkspaceId,
    user_id: UserId,
    ends_at: datetime | None,
) -> None:
    """Let a guest's stay end at another time, or never; also one that is over but was not cleared away yet.

    Raises:
        NotFoundError: the workspace is not the actor's, or there is no such member.
        ForbiddenError: `missing_right`, or `not_a_guest`.
        InvalidError: a time that is over or too far away (setting `guest_days_max`).
    """
    await require(house, workspace_id, actor, "member.invite_guest")
    place = await house.members.get(workspace_id, user_id)
    if place is None:
        raise NotFoundError.of("member")
    if place.role != "guest":
        raise ForbiddenError("not_a_guest", "Only the stay of a guest has an end.")
    ends_at = checked_end(house, ends_at)
    await _put_end(house, workspace_id, user_id, ends_at)
    words = f"Until {ends_at:%Y-%m-%d %H:%M} UTC." if ends_at else "Without an end."
    await house.audit.note(workspace_id, actor, "guest.prolonged", user_id, words)
    await tell_role(house, workspace_id, user_id)


async def see_to(house: House, request: DueRequest) -> Due:
    """Do what is due at a guest's stay: tell them that it ends soon, or end it. May be taken again."""
    workspace, _, user = request.id.partition("/")
    workspace_id, user_id = WorkspaceId(workspace), UserId(user)
    stay = await house.stays.get(workspace_id, user_id)
    if stay is None:
        return gone("guest", request)
    if stay.ends_at <= now():
        once = f"guest-ended/{stay.id}/{stay.version}"
        await put_out(house, workspace_id, user_id, by=None, action="guest.ended", once=once)
        return Due("ended", "The stay is over, and the channels are left", _over(stay))
    if stay.due_at > now():
        return Due("waiting", "The stay was changed", wake_of(stay))
    await _warn(house, stay)
    later = await house.stays.warned(stay) or await house.stays.get(workspace_id, user_id)
    return Due("warned", "The guest was told", wake_of(later) if later else _over(stay))


def wake_of(stay: Stay) -> Wake:
    """Return what a stay's workflow has to know."""
    words = f"{stay.due_at:%Y-%m-%d %H:%M} UTC"
    return Wake("guest", stay.id, stay.workspace_id, stay.version, stay.due_at, words)


async def _arrived(house: House, workspace: Workspace, user_id: UserId, invited_by: UserId | None) -> None:
    until = await house.stays.get(workspace.id, user_id)
    words = f"Until {until.ends_at:%Y-%m-%d %H:%M} UTC." if until else "Without an end."
    await house.audit.note(workspace.id, invited_by or user_id, "guest.admitted", user_id, words)
    joined = packet("workspace.joined", {"workspace": workspace})
    house.live.publish(Live(user_topic(user_id), "workspace.joined", joined, user_id=user_id))
    person = (await house.users.people([user_id])).get(user_id, Person(user_id, "someone", ""))
    news = packet("workspace.member_joined", {"workspace_id": workspace.id, "user": person, "role": "guest"})
    house.live.publish(Live(workspace_topic(workspace.id), "workspace.member_joined", news, user_id=user_id))
    if until:
        tell_soon(house, wake_of(until))


async def _put_end(
    house: House, workspace_id: WorkspaceId, user_id: UserId, ends_at: datetime | None
) -> None:
    if ends_at is None:
        await lift(house, workspace_id, user_id)
    else:
        stay = await house.stays.change(
            workspace_id, user_id, ends_at=ends_at, due_at=_due_at(house, ends_at)
        )
        if stay:
            tell_soon(house, wake_of(stay))
    for channel_id in await house.channels.end_at(user_id, workspace_id, ends_at):
        await house.access.changed(channel_id, user_id, await house.channels.access(channel_id, user_id))


async def lift(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """Let a stay have no end any more; its workflow is told that it is over."""
    stay = await house.stays.get(workspace_id, user_id)
    await house.stays.lift(workspace_id, user_id)
    if stay:
        tell_soon(house, _over(stay))


async def _warn(house: House, stay: Stay) -> None:
    user = await house.users.by_id(stay.user_id)
    workspace = await house.workspaces.get(stay.workspace_id, stay.user_id)
    if user and workspace:
        await mails.queue(
            house,
            "guest_ending",
            user.email,
            user.id,
            until=stay.ends_at,
            workspace_id=stay.workspace_id,
            name=user.name,
            workspace=workspace.name,
            link=f"{house.settings.address}/app/{workspace.slug}",
            ends=f"{stay.ends_at:%d %B %Y, %H:%M} UTC",
        )


def _over(stay: Stay) -> Wake:
    return Wake("guest", stay.id, stay.workspace_id, stay.version + 1, stay.ends_at, "", over=True)


def _due_at(house: House, ends_at: datetime) -> datetime:
    """Return when a guest is told of their end, if there is time for that, else the end itself."""
    warned_at = ends_at - timedelta(days=house.settings.guest_warned_days)
    return warned_at if warned_at > now() else ends_at


def _check_place(record: ChannelRecord, workspace_id: WorkspaceId) -> None:
    if record.workspace_id != workspace_id:
        raise NotFoundError.of("channel")
    if record.kind in FIXED_KINDS:
        raise InvalidError.field("channel_ids", "A guest is added to channels, not to conversations.")
