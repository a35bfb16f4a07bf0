"""Why someone was or was not told of a message: each decision with its reason, each way with what became of it.

A message's author and the owners of its workspace see everybody it was for; everybody else sees themselves. Others are
told neither which keyword somebody listens for, nor on which devices they are; and what somebody has read, only where
the workspace shows that (`show_seen`). No text of any message is part of it.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import EntryId, NotificationId, UserId, WorkspaceId
from parlour.core.model.chat import FIXED_KINDS, Entry
from parlour.core.model.notifications import Dispatch, Leg, NotificationPreferences, Why
from parlour.core.model.page import Page
from parlour.core.notify.asking import Asked, LinkTo, View, ask, may_see, view_of
from parlour.core.notify.hearing import level_of
from parlour.core.notify.legs import covers, legs_of, without_reading
from parlour.core.notify.planning import forecast
from parlour.core.notify.reasons import Case, left_before, why, why_not
from parlour.core.store.channels import Membership
from parlour.core.store.notifications import Row

LEAVERS = 200
"""Entries behind a message among which those are looked for who left before delivery looked at it."""
SOMEONE = "someone"
AT_ONCE = 10
"""People whose plans are looked into at a time."""


async def of_message(
    house: House,
    asker: UserId,
    message_id: EntryId,
    *,
    wanted: bool | None = None,
    after: str | None = None,
    limit: int,
    link_to: LinkTo,
) -> Page[Why]:
    """Return a page of the people a message was for, by their ids: all, or those who wanted it, or who did not.

    Raises:
        NotFoundError: the asker is neither a member of its channel nor an owner of its workspace.
    """
    asked = await ask(house, asker, message_id, link_to)
    if not asked.is_everybodys:
        return Page(await _whys(house, asked, [asker]))
    ids = await _recipients(house, asked, wanted=wanted, after=after, limit=limit + 1)
    told = await _whys(house, asked, ids[:limit])
    return Page(
        [one for one in told if wanted is None or one.wanted == wanted],
        ids[limit - 1] if len(ids) > limit else None,
    )


async def of_notification(
    house: House, asker: UserId, notification_id: NotificationId, *, link_to: LinkTo
) -> Why:
    """Return what became of one notification, for its person and the owners of its workspace.

    Raises:
        NotFoundError: it does not exist, or is not for the asker to see.
    """
    row = await house.notifications.get(notification_id)
    if row is None or not await may_see(house, asker, row.workspace_id, row.user_id):
        raise NotFoundError.of("notification")
    view = await view_of(house, asker, row.workspace_id, [row.channel_id], link_to)
    return (await _of_rows(house, view, [row]))[0]


async def of_person(
    house: House,
    asker: UserId,
    workspace_id: WorkspaceId,
    user_id: UserId,
    *,
    before: str | None = None,
    limit: int,
    link_to: LinkTo,
) -> Page[Why]:
    """Return a page of what someone was to hear of in a workspace, the newest first: for them, and for operators.

    Raises:
        NotFoundError: there is no such member, or they are not for the asker to see.
    """
    is_member = await house.workspaces.role(workspace_id, user_id) is not None
    if not is_member or not await may_see(house, asker, workspace_id, user_id):
        raise NotFoundError.of("member")
    rows = await house.notifications.page(user_id, workspace_id, before=before, limit=limit + 1)
    page = rows[:limit]
    view = await view_of(house, asker, workspace_id, {row.channel_id for row in page}, link_to)
    return Page(await _of_rows(house, view, page), page[-1].id if len(rows) > limit else None)


async def _recipients(
    house: House, asked: Asked, *, wanted: bool | None, after: str | None, limit: int
) -> list[UserId]:
    """Return ids of people a message was for, in order: its channel's members, and those who have left since."""
    message = asked.message
    rows = await house.notifications.told_of(message.id, after=after, limit=limit)
    if wanted:
        return rows
    members = await house.channels.members(asked.channel.id, after=after, limit=limit)
    ids = {*rows, *(member.user_id for member in members), *await _leavers(house, message, after)}
    return sorted(ids)[:limit]


async def _leavers(house: House, message: Entry, after: str | None) -> set[UserId]:
    """Return who left the channel soon after a message, maybe before delivery looked at it."""
    entries = await house.entries.since(message.channel_id, message.seq, limit=LEAVERS)
    left = {entry.user_id for entry in entries if entry.kind == "member.left" and entry.user_id}
    return {user_id for user_id in left if user_id > (after or "")}


async def _whys(house: House, asked: Asked, user_ids: Sequence[UserId]) -> list[Why]:
    """Return why each of several people was, or was not, told of a message, in their order."""
    rows = await house.notifications.of_message(asked.message.id, user_ids)
    told = {one.user_id: one for one in await _of_rows(house, asked.view, list(rows.values()))}
    others = [user_id for user_id in user_ids if user_id not in told]
    told |= {one.user_id: one for one in await _unwanted(house, asked, others)}
    return [told[user_id] for user_id in user_ids]


async def _of_rows(house: House, view: View, rows: Sequence[Row]) -> list[Why]:
    """Return what became of notifications, in their order."""
    if not rows:
        return []
    names = await house.users.names({row.user_id for row in rows})
    dispatches = await house.dispatches.covering((row.user_id, row.conversation, row.seq) for row in rows)
    by_person: dict[UserId, list[Dispatch]] = {}
    for dispatch in dispatches:
        by_person.setdefault(dispatch.user_id, []).append(dispatch)
    planned = await _planned(house, rows)
    whys = []
    for row in rows:
        mine = [one for one in by_person.get(row.user_id, ()) if covers(one, row)]
        legs = legs_of(row, mine, planned.get(row.id, ()))
        whys.append(_of_row(view, row, names.get(row.user_id, SOMEONE), legs))
    return whys


async def _planned(house: House, rows: Sequence[Row]) -> dict[str, list[Leg]]:
    """Return what is to come of notifications on ways that have no dispatch yet, by their ids."""
    waiting: dict[UserId, list[Row]] = {}
    for row in rows:
        if row.open and row.read_at is None:
            waiting.setdefault(row.user_id, []).append(row)
    at, people, found = now(), list(waiting.items()), dict[str, list[Leg]]()
    for start in range(0, len(people), AT_ONCE):
        batch = people[start : start + AT_ONCE]
        for legs in await asyncio.gather(*(forecast(house, user_id, mine, at) for user_id, mine in batch)):
            found |= legs
    return found


def _of_row(view: View, row: Row, name: str, legs: Sequence[Leg]) -> Why:
    words = why(row, view.place(row.channel_id), to_them=view.is_me(row.user_id))
    notification = replace(row.notification, why=words)
    if not view.knows_read(row.user_id):
        legs, notification = without_reading(row, legs), replace(notification, read_at=None)
    if not view.is_me(row.user_id):
        legs = [_of_other(view, row, leg) for leg in legs]
    return Why(
        user_id=row.user_id,
        name=name,
        message_id=row.message_id,
        wanted=True,
        words=words,
        legs=list(legs),
        notification=notification,
        workflow=view.link_to(row.user_id),
    )


def _of_other(view: View, row: Row, leg: Leg) -> Leg:
    """Return a way of somebody else: of this conversation alone, and for owners only where it leads."""
    dispatch = leg.dispatch
    if dispatch is not None:
        here = [covered for covered in dispatch.covers if covered.conversation == row.conversation]
        dispatch = replace(dispatch, covers=here)
    if view.sees_all:
        return replace(leg, dispatch=dispatch)
    return replace(leg, to="", dispatch=replace(dispatch, to="", world="") if dispatch else None)


async def _unwanted(house: House, asked: Asked, user_ids: Sequence[UserId]) -> list[Why]:
    """Return why nothing is on record of a message for people."""
    if not user_ids:
        return []
    view, message = asked.view, asked.message
    names = await house.users.names(user_ids)
    cases = await _cases(house, asked, user_ids)
    return [
        Why(
            user_id=user_id,
            name=names.get(user_id, SOMEONE),
            message_id=message.id,
            wanted=False,
            words=_why_not(cases.get(user_id), is_me=view.is_me(user_id)),
            workflow=view.link_to(user_id),
        )
        for user_id in user_ids
    ]


def _why_not(case: Case | None, *, is_me: bool) -> str:
    return why_not(case, to_them=is_me) if case else left_before(to_them=is_me)


async def _cases(house: House, asked: Asked, user_ids: Sequence[UserId]) -> dict[UserId, Case]:
    """Return what their reasons follow from, of those who are members."""
    message, channel = asked.message, asked.channel
    root_id, stored = message.thread_root_id, house.notification_preferences
    members = await house.channels.among(channel.id, user_ids)
    followers = (await house.threads.readers(root_id))[0] if root_id else []
    chosen = await stored.of(channel.workspace_id, [member.user_id for member in members])
    defaults = await stored.defaults(channel.workspace_id)
    called = await house.groups.many(message.mentions.group_ids) if message.mentions else {}

    def case(member: Membership) -> Case:
        return Case(
            message=message,
            member=member,
            level=level_of(chosen.get(member.user_id, NotificationPreferences()), defaults),
            place=asked.view.place(channel.id),
            is_direct=channel.kind in FIXED_KINDS,
            is_settled=asked.is_settled,
            follows=member.user_id in followers,
            in_called_group=any(member.user_id in group.user_ids for group in called.values()),
            knows_read=asked.view.knows_read(member.user_id),
            kept=_kept_too_short(house, message),
        )

    return {member.user_id: case(member) for member in members}


def _kept_too_short(house: House, message: Entry) -> int | None:
    """Return for how many days notifications are kept, if a message is older."""
    days = house.settings.notifications_kept_days
    return days if message.created_at < now() - timedelta(days=days) else None
