"""Deleting someone's messages, one channel at a time, as they would have done it themselves."""

import asyncio
from collections.abc import Sequence

from parlour.core.chat.change import change
from parlour.core.chat.current import current
from parlour.core.chat.state import store_state
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.model.chat import Access, Entry
from parlour.core.model.erasures import ErasureRecord, MessageCursor
from parlour.core.store.erasing import Found

STEP = "messages"
AT_ONCE = 20
FIRST = ""


async def are_deleted(
    house: House, record: ErasureRecord, user_id: UserId, workspace_id: WorkspaceId
) -> bool:
    """Return whether someone's messages in a workspace go: as it says, else as they chose; always if nobody else is."""
    if await house.erasing.is_alone(workspace_id, user_id):
        return True
    says = await house.erasing.erased_messages(workspace_id)
    return (record.messages if says == "choose" else says) == "delete"


async def delete(house: House, record: ErasureRecord, user_id: UserId) -> bool:
    """Delete a batch of messages, or look for the next channel with some; return whether there may be more."""
    cursor = record.cursor or MessageCursor(channel_id=ChannelId(FIRST))
    most = house.settings.erasure_batch
    found: list[Found] = []
    if cursor.channel_id:
        found = await house.erasing.messages(cursor.channel_id, user_id, after_seq=cursor.seq, limit=most)
    if not found:
        following = await _next_channel(house, record, user_id, after=cursor.channel_id)
        if following is None:
            await house.erasures.count(record.id, STEP, cursor.deleted)
            return False
        await house.erasures.advance(
            record.id, cursor=MessageCursor(channel_id=following, deleted=cursor.deleted)
        )
        return True
    deleted = await _delete_all(house, record, cursor.channel_id, found)
    behind = MessageCursor(channel_id=cursor.channel_id, seq=found[-1].seq, deleted=cursor.deleted + deleted)
    await house.erasures.advance(record.id, cursor=behind)
    return True


async def _next_channel(
    house: House, record: ErasureRecord, user_id: UserId, *, after: ChannelId
) -> ChannelId | None:
    """Return the next channel, by its id, in which messages of theirs are to go."""
    candidates = [
        await _first_with(house, workspace_id, user_id, after)
        for workspace_id in await house.erasing.workspaces_of(user_id)
        if await are_deleted(house, record, user_id, workspace_id)
    ]
    return min((channel_id for channel_id in candidates if channel_id), default=None)


async def _first_with(
    house: House, workspace_id: WorkspaceId, user_id: UserId, after: str
) -> ChannelId | None:
    most = house.settings.erasure_batch
    while ids := await house.channels.ids_of_workspace(workspace_id, after=after, limit=most):
        for channel_id in ids:
            if await house.erasing.messages(channel_id, user_id, after_seq=0, limit=1):
                return channel_id
        after = ids[-1]
    return None


async def _delete_all(
    house: House, record: ErasureRecord, channel_id: ChannelId, found: Sequence[Found]
) -> int:
    """Delete messages and every version of their text; return how many had not been deleted before all this."""
    [channel] = await house.channels.many([channel_id])
    access = Access(channel_id, channel.workspace_id)
    stored = await house.entries.many(one.id for one in found)
    messages = await current(house, [stored[one.id] for one in found if one.id in stored])
    fresh = [m for m in messages if m.deleted_at is None]
    before = sum(m.deleted_at is not None and m.deleted_at < record.requested_at for m in messages)
    for start in range(0, len(fresh), AT_ONCE):
        await asyncio.gather(*(_delete(house, message, access) for message in fresh[start : start + AT_ONCE]))
    # What else waits for its step behind the log is not waited for: the texts are to be gone when this is done.
    await _apply(house, channel.workspace_id, [m.id for m in messages])
    return len(messages) - before


async def _delete(house: House, message: Entry, access: Access) -> None:
    await change(
        house,
        message,
        access,
        "message.deleted",
        by=message.author_id,
        client_id=f"deleted:{message.id}",
        thread_root_id=message.thread_root_id,
    )


async def _apply(house: House, workspace_id: WorkspaceId, ids: Sequence[EntryId]) -> None:
    stored = await house.entries.many(ids)
    entries = await house.entries.since_state(stored.values())
    await store_state(house, workspace_id, entries)
    await house.files.let_go(ids)
