"""Channels: making, finding, joining, adding, removing, leaving. Every change is an entry of the channel's log."""

from collections.abc import Sequence

from parlour.core.chat.access import enter
from parlour.core.chat.channel_state import current, with_changes
from parlour.core.chat.mentioned import unread_mentions
from parlour.core.chat.posting import check_not_archived
from parlour.core.clock import now
from parlour.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId, new_id
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.chat import (
    FIXED_KINDS,
    Access,
    Channel,
    ChannelKind,
    ChannelMember,
    Entry,
    EntryKind,
    Tail,
)
from parlour.core.model.page import Page
from parlour.core.people import names
from parlour.core.store.channel_log import Origin
from parlour.core.store.channels import ChannelRecord, Membership
from parlour.core.store.directory import Wanted
from parlour.core.telemetry import correlation_id

DIRECT_MEMBERS = 2
GROUP_MEMBERS_MIN = 3
EVERYTHING = Wanted()


async def create(
    house: House,
    creator: UserId,
    workspace_id: WorkspaceId,
    *,
    name: str,
    kind: ChannelKind,
    user_ids: Sequence[UserId] = (),
) -> tuple[Channel, bool]:
    """Make a channel with its creator and `user_ids` in it; return it, and whether it is new.

    The direct channel of a pair, and the group of the same people, is found again rather than made twice.

    Raises:
        NotFoundError: the workspace is not the creator's, or someone named is not in it.
        ConflictError: `name_taken`, or `too_many_channels` (setting `channels_per_workspace`).
        InvalidError: the name cannot be taken, or there are too many or too few people for a direct channel or a
            group (setting `group_members`).
    """
    await _in_workspace(house, workspace_id, creator)
    others = [user_id for user_id in dict.fromkeys(user_ids) if user_id != creator]
    await _all_in_workspace(house, workspace_id, others)
    await _room_for_another(house, workspace_id)
    record = _record(house, creator, workspace_id, name, kind, others)
    if not await house.channels.add(record):
        return await _already_there(house, creator, record), False
    await _append(house, record.id, workspace_id, "channel.created", author=creator)
    for user_id in (creator, *others):
        await admit(house, record, user_id, by=creator)
    return await get(house, creator, record.id), True


def _record(
    house: House,
    creator: UserId,
    workspace_id: WorkspaceId,
    name: str,
    kind: ChannelKind,
    others: Sequence[UserId],
) -> ChannelRecord:
    _check_people(house, kind, len(others) + 1)
    fixed = kind in FIXED_KINDS
    shown = "" if fixed else names.checked_name(name.strip().removeprefix("#"), house.settings)
    return ChannelRecord(
        id=ChannelId(new_id()),
        workspace_id=workspace_id,
        kind=kind,
        name=shown,
        created_by=creator,
        created_at=now(),
        name_key=names.folded(shown) if shown else None,
        direct_key=direct_key(creator, *others) if fixed and others else None,
    )


def _check_people(house: House, kind: ChannelKind, people: int) -> None:
    most = house.settings.group_members
    if kind == "direct" and people > DIRECT_MEMBERS:
        raise InvalidError.field("user_ids", "A direct channel is between two people.")
    if kind == "group" and not GROUP_MEMBERS_MIN <= people <= most:
        raise InvalidError.field(
            "user_ids", f"A group has {GROUP_MEMBERS_MIN} to {most} people, you among them (group_members)."
        )


def direct_key(*people: UserId) -> str:
    """Return the name of a pair or group, whoever asks."""
    return ":".join(sorted(people))


async def _already_there(house: House, creator: UserId, wanted: ChannelRecord) -> Channel:
    if wanted.direct_key is None:
        raise name_taken(wanted.name)
    found = await house.channels.by_direct_key(wanted.workspace_id, wanted.direct_key)
    if found is None:
        raise NotFoundError.of("channel")
    for user_id in wanted.direct_key.split(":"):
        await admit(house, found, UserId(user_id), by=creator)
    return await get(house, creator, found.id)


def name_taken(name: str) -> ConflictError:
    """Return the error of a name that another channel of the workspace has."""
    detail = f"There is already a channel named {name}."
    return ConflictError("name_taken", detail, errors=[{"field": "name", "detail": detail}])


async def get(house: House, user_id: UserId, channel_id: ChannelId) -> Channel:
    """Return a channel as its member, or as someone of its workspace if it is public.

    Raises:
        NotFoundError: neither.
    """
    await seen_by(house, user_id, channel_id)
    return (await describe(house, user_id, [channel_id]))[0]


async def visible(
    house: House,
    user_id: UserId,
    workspace_id: WorkspaceId,
    wanted: Wanted = EVERYTHING,
    *,
    after: str | None,
    limit: int,
) -> Page[Channel]:
    """Return a page of those of the caller's channels and the public ones of a workspace that are wanted.

    Raises:
        NotFoundError: the workspace is not the caller's.
    """
    await _in_workspace(house, workspace_id, user_id)
    mine = [m.channel_id for m in await house.channels.memberships_of(user_id, workspace_id)]
    ids = await house.directory.find(workspace_id, mine, wanted, after=after, limit=limit + 1)
    items = await describe(house, user_id, ids[:limit])
    return Page(items, items[-1].id if len(ids) > limit else None)


async def describe(house: House, user_id: UserId, ids: Sequence[ChannelId]) -> list[Channel]:
    """Return the channels that exist as one person sees them, in the order given.

    The number of queries does not grow with the channels. The ends of their logs are read first: a channel may be
    newer than its `last_seq` says, never older, so who goes on from there misses nothing.
    """
    if not ids:
        return []
    tails = await house.entries.tails(ids)
    records = await with_changes(house, await house.channels.many(ids))
    mine = {m.channel_id: m for m in await house.channels.memberships_in(user_id, ids)}
    counts = await _counts(house, records)
    ends = {record.id: tails.get(record.id, Tail(0, 0)) for record in records}
    unread = {i: mine[i].read_n for i, end in ends.items() if i in mine and end.n > mine[i].read_n}
    calls = await unread_mentions(house, user_id, unread)
    described = {
        r.id: _described(r, mine.get(r.id), ends[r.id], counts.get(r.id, 0), calls.get(r.id, []))
        for r in records
    }
    return [described[channel_id] for channel_id in ids if channel_id in described]


def _described(
    record: ChannelRecord, mine: Membership | None, tail: Tail, count: int, mentions: list[int]
) -> Channel:
    return Channel(
        id=record.id,
        workspace_id=record.workspace_id,
        kind=record.kind,
        name=record.name,
        created_by=record.created_by,
        created_at=record.created_at,
        last_seq=tail.seq,
        last_n=tail.n,
        member=mine is not None,
        read_n=mine.read_n if mine else 0,
        received_n=mine.received_n if mine else 0,
        mentions=mentions,
        unread_from=mine.unread_from if mine else None,
        member_count=count,
        user_ids=[UserId(part) for part in record.direct_key.split(":")] if record.direct_key else [],
        topic=record.topic,
        purpose=record.purpose,
        posting=record.posting,
        archived=record.archived_at is not None,
        muted=mine is not None and mine.muted,
        starred=mine is not None and mine.starred,
        notify=mine.notify if mine else "default",
        section_id=mine.section_id if mine else None,
    )


async def _counts(house: House, records: Sequence[ChannelRecord]) -> dict[ChannelId, int]:
    """Return how many members channels have, as counted when the last came or went."""
    counted = {record.id: record.member_count for record in records if record.member_count is not None}
    rest = [record.id for record in records if record.id not in counted]
    return counted | (await house.channels.member_counts(rest) if rest else {})


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

    Members add people of their workspace; its owner also people who are not in it yet, who join it by that.

    Raises:
        NotFoundError: the channel or the person is out of the actor's sight.
        ForbiddenError: `channel_archived`: others are not added any more; or `group_is_fixed`.
        ConflictError: `direct_full`, `direct_exists`, or `channel_full` (setting `members_per_channel`).
    """
    record = await seen_by(house, actor, channel_id)
    if actor != user_id:
        await enter(house, channel_id, actor)
        check_not_archived(record)
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
    if user_ids and await house.workspaces.role(record.workspace_id, actor) != "owner":
        await _all_in_workspace(house, record.workspace_id, user_ids)
    for user_id in dict.fromkeys(user_ids):
        await add_member(house, actor, channel_id, user_id)


async def _bring_in(house: House, workspace_id: WorkspaceId, actor: UserId, user_id: UserId) -> None:
    if await house.workspaces.role(workspace_id, user_id):
        return
    is_owner = await house.workspaces.role(workspace_id, actor) == "owner"
    if not is_owner or await house.users.by_id(user_id) is None:
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
    """Leave a channel, or remove someone: its creator and the workspace's owner may.

    Raises:
        NotFoundError: the channel is out of sight, or there is no such member.
        ForbiddenError: the actor may not remove others, or the channel is direct.
    """
    access = await enter(house, channel_id, actor)
    record = await current(house, channel_id)
    if record.kind in FIXED_KINDS:
        raise ForbiddenError(f"{record.kind}_is_fixed", "A direct channel or group keeps its people.")
    may = actor in (user_id, record.created_by)
    if not may and await house.workspaces.role(access.workspace_id, actor) != "owner":
        raise ForbiddenError(
            "forbidden", "Only the channel's creator and the workspace's owner remove others."
        )
    if not await expel(house, channel_id, user_id, by=actor):
        raise NotFoundError.of("member")


async def admit(house: House, record: ChannelRecord, user_id: UserId, *, by: UserId) -> None:
    """Make someone a member, from the log's present end on; told to the channel and to their devices."""
    tail = await house.entries.tail(record.id)
    membership = Membership(
        channel_id=record.id,
        workspace_id=record.workspace_id,
        user_id=user_id,
        joined_at=now(),
        read_n=tail.n,
        received_n=tail.n,
    )
    if not await house.channels.join(membership):
        return
    await house.access.changed(record.id, user_id, Access(record.id, record.workspace_id))
    joined = await _append(house, record.id, record.workspace_id, "member.joined", author=by, user_id=user_id)
    await house.channels.recount(record.id, seq=joined.seq)
    channel = (await describe(house, user_id, [record.id]))[0]
    news = packet("channel.joined", {"channel": channel})
    house.live.publish(
        Live(user_topic(user_id), "channel.joined", news, channel.last_seq, channel.last_n, user_id)
    )


async def expel(house: House, channel_id: ChannelId, user_id: UserId, *, by: UserId) -> bool:
    """End a membership everywhere at once; return whether there was one."""
    access = await house.channels.access(channel_id, user_id)
    if access is None or not await house.channels.leave(channel_id, user_id):
        return False
    await house.access.changed(channel_id, user_id, None)
    left = await _append(house, channel_id, access.workspace_id, "member.left", author=by, user_id=user_id)
    await house.channels.recount(channel_id, seq=left.seq)
    news = packet("channel.left", {"channel_id": channel_id, "user_id": user_id})
    house.live.publish(Live(user_topic(user_id), "channel.left", news, user_id=user_id))
    return True


async def _append(
    house: House,
    channel_id: ChannelId,
    workspace_id: WorkspaceId,
    kind: EntryKind,
    *,
    author: UserId,
    user_id: UserId | None = None,
) -> Entry:
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


async def seen_by(house: House, user_id: UserId, channel_id: ChannelId) -> ChannelRecord:
    """Return a channel that someone belongs to or may join.

    Raises:
        NotFoundError: neither.
    """
    record = await current(house, channel_id)
    if await house.channels.access(channel_id, user_id):
        return record
    if record.kind == "public" and await house.workspaces.role(record.workspace_id, user_id):
        return record
    raise NotFoundError.of("channel")


async def _in_workspace(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    if await house.workspaces.role(workspace_id, user_id) is None:
        raise NotFoundError.of("workspace")


async def _all_in_workspace(house: House, workspace_id: WorkspaceId, user_ids: Sequence[UserId]) -> None:
    if set(user_ids) - await house.workspaces.among_members(workspace_id, user_ids):
        raise NotFoundError.of("person")


async def _room_for_another(house: House, workspace_id: WorkspaceId) -> None:
    if await house.channels.count(workspace_id) >= house.settings.channels_per_workspace:
        raise ConflictError(
            "too_many_channels",
            f"A workspace has at most {house.settings.channels_per_workspace} channels (channels_per_workspace).",
        )
