"""Storing what later entries made of messages, behind the log: a step of the promise that `ChannelDelivery` keeps."""

from collections.abc import Sequence

from parlour.core.chat.current import current
from parlour.core.house import House
from parlour.core.ids import EntryId, WorkspaceId
from parlour.core.model.chat import MESSAGE, REPLY, Entry
from parlour.core.store.threads import Reply


async def store_state(house: House, workspace_id: WorkspaceId, entries: Sequence[Entry]) -> None:
    """Store the state of every message that these entries of one channel concern; again changes nothing."""
    concerned: dict[EntryId, None] = {}
    for entry in entries:
        concerned.update((i, None) for i in (entry.message_id, entry.thread_root_id) if i)
    if not concerned:
        return
    stored = await house.entries.many(concerned)
    now = {message.id: message for message in await current(house, list(stored.values()))}
    await house.threads.replied(_replies(workspace_id, entries, stored))
    for message in now.values():
        if message.deleted_at and not stored[message.id].deleted_at:
            await house.entries.erase_text(message.id)
    changed = [(m, stored[m.id].updated_seq) for m in now.values() if m != stored[m.id]]
    await house.entries.keep_states(changed)


def _replies(
    workspace_id: WorkspaceId, entries: Sequence[Entry], stored: dict[EntryId, Entry]
) -> list[Reply]:
    return [
        Reply(
            root_id=entry.thread_root_id,
            root_author_id=stored[entry.thread_root_id].author_id,
            channel_id=entry.channel_id,
            workspace_id=workspace_id,
            author_id=entry.author_id,
            seq=entry.seq,
            at=entry.created_at,
            called_ids=entry.mentions.user_ids if entry.mentions else (),
        )
        for entry in entries
        if entry.kind in (MESSAGE, REPLY) and entry.thread_root_id in stored
    ]
