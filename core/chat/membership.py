"""Who is in a channel: adding, joining, removing, leaving. Every change is an entry of the channel's log."""

from collections.abc import Sequence

from parlour.core.chat.access import enter
from parlour.core.chat.channel_state import current
from parlour.core.chat.channels import check_all_in_workspace, describe, direct_key, seen_by
from parlour.core.chat.posting import check_not_archived
from parlour.core.clock import now
from parlour.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId, new_id
from parlour.core.integrations.buttons import is_bot
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.chat import (
    FIXED_KINDS,
    ChannelMember,
    Entry,
    EntryKind,
)
from parlour.core.model.page import Page
from parlour.core.model.rights import Right
from parlour.core.notify.hearing import recompute_one
from parlour.core.people.rights import may, require
from parlour.core.store.channel_log import Origin
from parlour.core.store.channels import ChannelRecord, Membership
from parlour.core.telemetry import correlation_id

DIRECT_MEMBERS = 2
BRINGS_IN: Right = "member.change_role"
"""With it, people are added to a channel who are not in its workspace yet, and join that as members."""


async def members(
    house: House, user_id: UserId, channel_id: ChannelId, *, after: str | None, limit: int
) -> Page[ChannelMember]:
    """Return a page of a channel's members, for its members; `read_n` of others is 0 where seen is hidden."""
    access = await enter(house, channel_id, user_id)
    shows_seen = await house.workspaces.shows_seen(access.workspace_id)
    rows = await house.channels.members(channel_id, after=after, limit=limit + 1)
    called = await house.users.names(row.user_id for row in rows[:limit])
    items = [
        ChannelMember(
            user_id=row.user_id,
            name=called.get(row.user_id, "someone"),
            read_n=row.read_n if shows_seen or row.user_id == user_id else 0,
            received_n=row.received_n,
            joined_at=row.joined_at,
        )
        for row in rows[:limit]
    ]
    return Page(items, items[-1].user_id if len(rows) > limit else None)


async def add_member(house: House, actor: UserId, channel_id: ChannelId, user_id: UserId) -> None:
    """Add someone to a channel, or join a public one oneself. Adding again changes nothing.

    A group keeps its people: a new one is made with more of them.

    Members add people of their workspace; its admins also people who are not in it yet, who join it by that.

    Raises:
        NotFoundError: the channel or the person is out of the actor's sight.
        ForbiddenError: `missing_right`; `channel_archived`: others are not added any more; or `group_is_fixed`.
        ConflictError: `direct_full`, `direct_exists`, or `channel_full` (setting `members_per_channel`).
    """
    record = await seen_by(house, actor, channel_id)
    if actor != user_id:
        await _check_may_add(house, record, actor)
        await _bring_in(house, record.workspace_id, actor, user_id)
    if await house.channels.access(channel_id, user_id):
        return
    if record.kind == "group":
        raise ForbiddenError(
            "group_is_fixed", "A group keeps its people; begin another one with more of them."
        )
    if record.kind == "direct":
        await _claim_pair(house, record, user_id)
    elif await house.channels.is_larger_than(channel_id, house.settings.members_per_channel - 1):
        raise ConflictError(
            "channel_full",
            f"A channel has at most {house.settings.members_per_channel} members (members_per_channel).",
        )
    await admit(house, record, user_id, by=actor)


async def add_members(house: House, actor: UserId, channel_id: ChannelId, user_ids: Sequence[UserId]) -> None:
    """Add several people to a channel, or nobody if one of them cannot be found.

    Raises:
        NotFoundError: the channel, or one of the people, is out of the actor's sight.
        ForbiddenError: as for one.
        ConflictError: as for one.
        InvalidError: more than the setting `invite_at_once`.
    """
    most = house.settings.invite_at_once
    if len(user_ids) > most:
        raise InvalidError.field("user_ids", f"At most {most} people are added at once (invite_at_once).")
    record = await seen_by(house, actor, channel_id)
    if set(user_ids) - {actor}:
        # Before anybody is looked up: who may not add others is not told who there is.
        await _check_may_add(house, record, actor)
    if user_ids and not await may(house, record.workspace_id, actor, BRINGS_IN):
        await check_all_in_workspace(house, record.workspace_id, user_ids)
    for user_id in dict.fromkeys(user_ids):
        await add_member(house, actor, channel_id, user_id)


async def _check_may_add(house: House, record: ChannelRecord, actor: UserId) -> None:
    await enter(house, record.id, actor)
    await require(house, record.workspace_id, actor, "channel.invite")
    check_not_archived(record)


async def _bring_in(house: House, workspace_id: WorkspaceId, actor: UserId, user_id: UserId) -> None:
    if await house.workspaces.role(workspace_id, user_id):
        return
    may_bring = await may(house, workspace_id, actor, BRINGS_IN)
    brought = await house.users.by_id(user_id) if may_bring else None
    if brought is None or brought.kind == "bot":  # a bot belongs to the workspace that made it
        raise NotFoundError.of("person")
    # The two rules need each other: joining a workspace joins #general.
    from parlour.core.people.workspaces import admit as admit_to_workspace

    await admit_to_workspace(house, workspace_id, user_id)


async def _claim_pair(house: House, record: ChannelRecord, user_id: UserId) -> None:
    if record.direct_key:
        pair = record.direct_key.split(":")
        if user_id not in pair:
            raise ConflictError("direct_full", "A direct channel is between two people.")
        return
    [first, *rest] = await house.channels.members(record.id, after=None, limit=DIRECT_MEMBERS)
    if rest:
        raise ConflictError("direct_full", "A direct channel is between two people.")
    if not await house.channels.claim_direct_key(record.id, direct_key(first.user_id, user_id)):
        raise ConflictError("direct_exists", "These two already have a direct channel.")


async def remove_member(house: House, actor: UserId, channel_id: ChannelId, user_id: UserId) -> None:
    """Leave a channel, or remove someone: its creator and the workspace's moderators may.

    Raises:
        NotFoundError: the channel is out of sight, or there is no such member.
        ForbiddenError: the actor may not remove others, or the channel is direct.
    """
    access = await enter(house, channel_id, actor)
    record = await current(house, channel_id)
    if record.kind in FIXED_KINDS:
        raise ForbiddenError(f"{record.kind}_is_fixed", "A direct channel or group keeps its people.")
    is_theirs = actor in (user_id, record.created_by)
    if not is_theirs and not await may(house, access.workspace_id, actor, "channel.manage"):
        raise ForbiddenError(
            "forbidden", "Only the channel's creator and the workspace's moderators remove others."
        )
    if not await expel(house, channel_id, user_id, by=actor):
        raise NotFoundError.of("member")
    if actor != user_id:
        detail = f"From #{record.name}."
        await house.audit.note(access.workspace_id, actor, "channel.member_removed", user_id, detail)


async def admit(house: House, record: ChannelRecord, user_id: UserId, *, by: UserId) -> None:
    """Make someone a member, from the log's present end on; told to the channel and to their devices."""
    tail = await house.entries.tail(record.id)
    place = await house.workspaces.standing(record.workspace_id, user_id)
    membership = Membership(
        channel_id=record.id,
        workspace_id=record.workspace_id,
        user_id=user_id,
        joined_at=now(),
        ends_at=place.ends_at if place else None,
        read_n=tail.n,
        received_n=tail.n,
        bot=await is_bot(house, user_id),
    )
    if await house.channels.join(membership):
        await joined(house, record, user_id, by=by)


async def joined(house: House, record: ChannelRecord, user_id: UserId, *, by: UserId) -> None:
    """Tell everywhere that someone is a member now: the log, its channel, their devices."""
    await house.access.changed(record.id, user_id, await house.channels.access(record.id, user_id))
    await recompute_one(house, record.workspace_id, record.id, user_id)
    entry = await append_change(
        house, record.id, record.workspace_id, "member.joined", author=by, user_id=user_id
    )
    await house.channels.recount(record.id, seq=entry.seq)
    channel = (await describe(house, user_id, [record.id]))[0]
    news = packet("channel.joined", {"channel": channel})
    house.live.publish(
        Live(user_topic(user_id), "channel.joined", news, channel.last_seq, channel.last_n, user_id)
    )


async def expel(house: House, channel_id: ChannelId, user_id: UserId, *, by: UserId) -> bool:
    """End a membership everywhere at once; return whether there was one."""
    workspace_id = await house.channels.leave(channel_id, user_id)
    if workspace_id is None:
        return False
    await house.access.changed(channel_id, user_id, None)
    left = await append_change(house, channel_id, workspace_id, "member.left", author=by, user_id=user_id)
    await house.channels.recount(channel_id, seq=left.seq)
    news = packet("channel.left", {"channel_id": channel_id, "user_id": user_id})
    house.live.publish(Live(user_topic(user_id), "channel.left", news, user_id=user_id))
    return True


async def append_change(
    house: House,
    channel_id: ChannelId,
    workspace_id: WorkspaceId,
    kind: EntryKind,
    *,
    author: UserId,
    user_id: UserId | None = None,
) -> Entry:
    """Append an entry that tells of a channel or its members rather than of a message.

    Raises:
        UnavailableError: MongoDB did not confirm; nothing is promised.
    """
    entry_id = EntryId(new_id())
    draft = Entry(
        id=entry_id,
        channel_id=channel_id,
        seq=0,
        n=0,
        kind=kind,
        author_id=author,
        created_at=now(),
        client_id=entry_id,
        user_id=user_id,
    )
    appended = await house.log.append(draft, Origin(workspace_id, correlation_id.get() or entry_id))
    return appended.entry
