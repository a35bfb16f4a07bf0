"""Indexing: a channel is indexed from its log, as far as it is, again and again.

Nothing is told by events but that there is something to do: what is indexed is read from the log, from where this
channel's index ended, and every message as it is now. Doing so twice, or twice at once, changes nothing.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from parlour.core.chat import channel_state
from parlour.core.chat.current import current
from parlour.core.chat.said import said
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, WorkspaceId
from parlour.core.model.chat import MESSAGE, REPLY, Entry
from parlour.core.search.file_index import index_files_of
from parlour.core.search.interface import (
    EVERY,
    Gone,
    Indexed,
    Progress,
    Scope,
    Token,
    author,
    marked,
    moment_of,
    place,
    scope_of,
)
from parlour.core.search.tokens import pairs, words

LINK = re.compile(r"https?://\S|\bwww\.\S", re.IGNORECASE)


class Step(Struct, frozen=True):
    """What one step indexed: up to which `seq`, how many messages, and whether that was the log's end."""

    seq: int
    messages: int
    at_end: bool


async def index_channel(house: House, channel_id: ChannelId, workspace_id: WorkspaceId) -> int:
    """Index a channel to the end of its log; return how many messages were indexed."""
    messages = 0
    while True:
        step = await index_step(house, channel_id, workspace_id)
        messages += step.messages
        if step.at_end:
            return messages


async def index_step(house: House, channel_id: ChannelId, workspace_id: WorkspaceId) -> Step:
    """Index the next entries of a channel, at most the setting `search_batch`.

    A channel that became public or private since is begun anew: its messages belong to another scope.
    """
    scope = await channel_scope(house, channel_id, workspace_id)
    done = (await house.search.progress([channel_id])).get(channel_id)
    after = done.seq if done and done.scope == scope else 0
    step = await index_entries(house, channel_id, workspace_id, scope, after)
    if done is None or done.scope != scope or step.seq > done.seq:
        await house.search.advance(channel_id, workspace_id, Progress(seq=step.seq, scope=scope))
    return step


async def index_entries(
    house: House, channel_id: ChannelId, workspace_id: WorkspaceId, scope: Scope, after_seq: int
) -> Step:
    """Index what the entries behind a seq are or concern, at most the setting `search_batch` of them."""
    limit = house.settings.search_batch
    entries = await house.entries.since(channel_id, after_seq, limit=limit)
    messages = await index_messages(house, workspace_id, scope, _concerned(entries))
    return Step(entries[-1].seq if entries else after_seq, messages, len(entries) < limit)


async def index_messages(
    house: House, workspace_id: WorkspaceId, scope: Scope, message_ids: Iterable[EntryId]
) -> int:
    """Index messages as they are now; return how many."""
    stored = list((await house.entries.many(message_ids)).values())
    now = await current(house, [entry for entry in stored if entry.kind in (MESSAGE, REPLY)])
    gone = [Gone(m.id, m.channel_id, _version(m)) for m in now if m.deleted_at]
    longest = house.settings.search_words_max
    alive = [m for m in now if not m.deleted_at]
    await house.search.put(workspace_id, [indexed(m, scope, words_max=longest) for m in alive], gone)
    deleted = [one.id for one in gone]
    sent = await house.entries.as_sent(deleted) if deleted else []
    await index_files_of(house, [*alive, *sent], deleted=deleted)
    return len(alive)


async def channel_scope(house: House, channel_id: ChannelId, workspace_id: WorkspaceId) -> Scope:
    """Return the scope of a channel's messages as the channel is now.

    Raises:
        NotFoundError: there is no such channel.
    """
    record = await channel_state.current(house, channel_id)
    return scope_of(record.kind, channel_id, workspace_id)


def indexed(message: Entry, scope: Scope, *, words_max: int) -> Indexed:
    """Return a message as it is indexed."""
    following = words(said(message))
    tokens: list[Token] = [*dict.fromkeys(following[:words_max]), *signs_of(message)]
    tokens += [place(message.channel_id), EVERY, *dict.fromkeys(pairs(following[:words_max]))]
    return Indexed(
        id=message.id,
        channel_id=message.channel_id,
        scope=scope,
        moment=moment_of(message.created_at, message.id),
        version=_version(message),
        tokens=tokens,
        length=len(following),
    )


def signs_of(message: Entry) -> list[Token]:
    """Return the tokens of a message that are no words: its author's, and those of what it holds or has."""
    marks = {
        "link": bool(LINK.search(said(message))),
        "file": bool(message.file_ids),
        "reaction": bool(message.reactions),
        "pin": message.pinned_by is not None,
        "thread": message.thread_root_id is not None or message.reply_count > 0,
    }
    return [author(message.author_id), *(marked(mark) for mark, is_so in marks.items() if is_so)]


def _version(message: Entry) -> int:
    return max(message.seq, message.updated_seq)


def _concerned(entries: Sequence[Entry]) -> list[EntryId]:
    """Return the messages among entries, and those that entries change."""
    ids = [entry.id for entry in entries if entry.kind in (MESSAGE, REPLY)]
    changed = [i for entry in entries for i in (entry.message_id, entry.thread_root_id) if i]
    return list(dict.fromkeys([*ids, *changed]))
