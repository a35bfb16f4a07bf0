"""The channels of a workspace in numbers, for who manages channels: what is said in them stays their members'."""

from parlour.core.chat.channel_state import with_changes
from parlour.core.chat.manage import ChannelPatch, administer
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.model.console import ChannelSummary
from parlour.core.model.page import Page
from parlour.core.people.rights import require
from parlour.core.store.channels import ChannelRecord
from parlour.core.store.mongo import Document


async def channels(
    house: House, asker: UserId, workspace_id: WorkspaceId, *, after: str | None, limit: int
) -> Page[ChannelSummary]:
    """Return a page of a workspace's channels, private ones too, and no conversation between people.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "channel.manage")
    ids = await house.console.channel_ids(workspace_id, after=after or "", limit=limit + 1)
    items = await _summaries(house, ids[:limit])
    return Page(items, ids[limit - 1] if len(ids) > limit else None)


async def change(
    house: House, actor: UserId, workspace_id: WorkspaceId, channel_id: ChannelId, patch: ChannelPatch
) -> ChannelSummary:
    """Change a channel as who manages channels, without being in it.

    Raises:
        NotFoundError: the workspace is not the actor's, or has no such channel.
        ForbiddenError: `missing_right`, or as for who is in it.
        ConflictError, InvalidError: as for who is in it.
    """
    await require(house, workspace_id, actor, "channel.manage")
    await administer(house, actor, workspace_id, channel_id, patch)
    return (await _summaries(house, [channel_id]))[0]


async def _summaries(house: House, ids: list[ChannelId]) -> list[ChannelSummary]:
    ends = await house.console.ends(ids)
    counts = await house.channels.member_counts(ids)
    records = {record.id: record for record in await with_changes(house, await house.channels.many(ids))}
    return [_summary(records[i], ends.get(i), counts.get(i, 0)) for i in ids if i in records]


def _summary(record: ChannelRecord, end: Document | None, members: int) -> ChannelSummary:
    return ChannelSummary(
        id=record.id,
        kind=record.kind,
        name=record.name,
        created_by=record.created_by,
        created_at=record.created_at,
        members=members,
        messages=end["n"] if end else 0,
        last_activity_at=end["created_at"] if end else None,
        posting=record.posting,
        archived=record.archived_at is not None,
    )
