"""Rebuilding a workspace's index in place, while people search and write.

Every message is put again, channel after channel; what no message stands behind any more is dropped. Search never
loses what it had and needs no room for a second index. Only the counts of words, which order the work of a search, are
made beside the old ones and take their place at the end.
"""

from dataclasses import replace

from parlour.core.clock import now
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, WorkspaceId
from parlour.core.model.chat import MESSAGE, REPLY
from parlour.core.model.promises import ReindexCursor
from parlour.core.search.index import channel_scope, index_entries, index_messages
from parlour.core.search.interface import Gone, Progress, Scope


async def begin(house: House, workspace_id: WorkspaceId) -> ReindexCursor:
    """Begin a new generation, and put it on record."""
    generation = await house.search.begin_generation(workspace_id)
    cursor = ReindexCursor(generation=generation, channels=await house.channels.count(workspace_id))
    await house.reindexes.began(workspace_id, cursor, at=now())
    return cursor


async def step(house: House, workspace_id: WorkspaceId, cursor: ReindexCursor) -> tuple[ReindexCursor, bool]:
    """Rebuild the next batch; return how far that is, and whether it was the last."""
    found = await house.channels.ids_of_workspace(workspace_id, after=cursor.after, limit=1)
    if not found:
        return cursor, True
    channel_id = found[0]
    try:
        scope = await channel_scope(house, channel_id, workspace_id)
    except NotFoundError:
        return _next_channel(cursor, channel_id), False
    if cursor.in_leftovers:
        cursor = await _drop_leftovers(house, workspace_id, channel_id, scope, cursor)
    else:
        cursor = await _put_again(house, workspace_id, channel_id, scope, cursor)
    await house.reindexes.reached(workspace_id, cursor)
    house.moved(f"reindex/{workspace_id}")
    return cursor, False


async def end(house: House, workspace_id: WorkspaceId, cursor: ReindexCursor) -> None:
    """Use the new counts, and put the end on record."""
    await house.search.end_generation(workspace_id, cursor.generation)
    await house.reindexes.ended(workspace_id, cursor, at=now())
    house.moved(f"reindex/{workspace_id}")


async def _put_again(
    house: House, workspace_id: WorkspaceId, channel_id: ChannelId, scope: Scope, cursor: ReindexCursor
) -> ReindexCursor:
    done = await index_entries(house, channel_id, workspace_id, scope, cursor.seq)
    cursor = replace(cursor, seq=done.seq, messages=cursor.messages + done.messages)
    if not done.at_end:
        return cursor
    await house.search.advance(channel_id, workspace_id, Progress(seq=done.seq, scope=scope))
    return replace(cursor, in_leftovers=True)


async def _drop_leftovers(
    house: House, workspace_id: WorkspaceId, channel_id: ChannelId, scope: Scope, cursor: ReindexCursor
) -> ReindexCursor:
    """Drop what is indexed without a message behind it; what was written meanwhile is put again."""
    limit = house.settings.search_batch
    ids = await house.search.leftovers(
        channel_id, generation=cursor.generation, after=cursor.leftover, limit=limit
    )
    there = await house.entries.many(ids) if ids else {}
    alive = [i for i, entry in there.items() if entry.kind in (MESSAGE, REPLY)]
    await index_messages(house, workspace_id, scope, alive)
    await house.search.put(workspace_id, [], [_gone(i, channel_id) for i in ids if i not in there])
    if len(ids) < limit:
        return _next_channel(cursor, channel_id)
    return replace(cursor, leftover=ids[-1])


def _gone(message_id: EntryId, channel_id: ChannelId) -> Gone:
    return Gone(message_id, channel_id, LATEST)


def _next_channel(cursor: ReindexCursor, channel_id: ChannelId) -> ReindexCursor:
    return ReindexCursor(
        generation=cursor.generation,
        channels=cursor.channels,
        channels_done=cursor.channels_done + 1,
        messages=cursor.messages,
        after=channel_id,
    )


LATEST = 1 << 62
"""The version of a message that the log does not hold: none can be later."""
