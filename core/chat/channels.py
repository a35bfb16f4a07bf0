"""Channels as one person sees them: theirs, and the public ones of their workspaces."""

from collections.abc import Sequence

from parlour.core.chat.channel_state import current, with_changes
from parlour.core.chat.mentioned import unread_mentions
from parlour.core.errors import ConflictError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.model.chat import (
    Channel,
    Tail,
)
from parlour.core.model.page import Page
from parlour.core.people.rights import may, standing
from parlour.core.store.channels import ChannelRecord, Membership
from parlour.core.store.directory import Wanted

EVERYTHING = Wanted()


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
    """Return a page of those of the caller's channels and, if they browse, the public ones that are wanted.

    Raises:
        NotFoundError: the workspace is not the caller's.
    """
    browses = (await standing(house, workspace_id, user_id)).may("channel.browse")
    mine = [m.channel_id for m in await house.channels.memberships_of(user_id, workspace_id)]
    ids = await house.directory.find(workspace_id, mine, wanted, public=browses, after=after, limit=limit + 1)
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


async def seen_by(house: House, user_id: UserId, channel_id: ChannelId) -> ChannelRecord:
    """Return a channel that someone belongs to or may join.

    Raises:
        NotFoundError: neither.
    """
    record = await current(house, channel_id)
    if await house.channels.access(channel_id, user_id):
        return record
    if record.kind == "public" and await may(house, record.workspace_id, user_id, "channel.browse"):
        return record
    raise NotFoundError.of("channel")


async def check_in_workspace(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """Check that a workspace is someone's.

    Raises:
        NotFoundError: it is not, or does not exist.
    """
    if await house.workspaces.role(workspace_id, user_id) is None:
        raise NotFoundError.of("workspace")


def direct_key(*people: UserId) -> str:
    """Return the name of a pair or group, whoever asks."""
    return ":".join(sorted(people))


def name_taken(name: str) -> ConflictError:
    """Return the error of a name that another channel of the workspace has."""
    detail = f"There is already a channel named {name}."
    return ConflictError("name_taken", detail, errors=[{"field": "name", "detail": detail}])


async def check_all_in_workspace(house: House, workspace_id: WorkspaceId, user_ids: Sequence[UserId]) -> None:
    """Check that people belong to a workspace.

    Raises:
        NotFoundError: one of them does not.
    """
    if set(user_ids) - await house.workspaces.among_members(workspace_id, user_ids):
        raise NotFoundError.of("person")
