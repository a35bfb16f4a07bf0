"""Threads: replies to a message, who follows them, and how far each has read."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from parlour.core.chat.access import open_message
from parlour.core.chat.current import current
from parlour.core.errors import InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.chat import Access, Entry
from parlour.core.model.page import Page
from parlour.core.notify.reading import ReadUpTo
from parlour.core.store.threads import ThreadRecord

LATEST = 2
"""Replies shown with each thread of the threads view."""


class Thread(Struct, frozen=True, kw_only=True):
    """A thread, and a page of its replies oldest first; `next` is the `seq` to ask on with."""

    root: Entry
    items: list[Entry]
    next: str | None
    following: bool
    read_seq: int


class ThreadMark(Struct, frozen=True, kw_only=True):
    """How far a followed thread is, and how far the reader: unread while `last_seq` is ahead."""

    root_id: EntryId
    channel_id: ChannelId
    last_seq: int
    read_seq: int


class FollowedThread(Struct, frozen=True, kw_only=True):
    """A thread in the threads view: its root, its last replies, and how many of them are unread."""

    root: Entry
    latest: list[Entry]
    unread: int
    last_reply_at: datetime
    read_seq: int


async def replies(
    house: House,
    reader: UserId,
    root_id: EntryId,
    *,
    before_seq: int | None = None,
    after_seq: int | None = None,
    limit: int,
) -> Thread:
    """Return a page of a thread: behind `after_seq`, or the last replies before `before_seq` (default: the end).

    Raises:
        NotFoundError: the root is out of the reader's sight, or a reply itself.
    """
    root, _ = await _root(house, root_id, reader)
    stored = await house.entries.replies(root_id, before_seq=before_seq, after_seq=after_seq, limit=limit + 1)
    more, forward = len(stored) > limit, after_seq is not None
    page = await current(house, stored[:limit] if forward else stored[-limit:])
    record = await house.threads.get(root_id, reader)
    edge = page[-1 if forward else 0].seq if page else 0
    return Thread(
        root=root,
        items=page,
        next=str(edge) if more else None,
        following=_follows(record, root, page, reader),
        read_seq=record.read_seq if record else 0,
    )


def _follows(record: ThreadRecord | None, root: Entry, page: Sequence[Entry], reader: UserId) -> bool:
    """Return whether someone follows, also when their first reply is not settled yet."""
    if record is not None and (record.following or record.last_seq >= max((e.seq for e in page), default=0)):
        return record.following
    spoke = {entry.author_id for entry in page if record is None or entry.seq > record.last_seq}
    return reader in spoke or (record is None and bool(page) and reader == root.author_id)


async def follow(house: House, who: UserId, root_id: EntryId) -> None:
    """Follow a thread; told to one's devices."""
    root, access = await _root(house, root_id, who)
    await house.threads.follow(root_id, root.channel_id, access.workspace_id, who)
    _tell(house, who, "thread.followed", root, following=True)


async def unfollow(house: House, who: UserId, root_id: EntryId) -> None:
    """Follow a thread no more, until one replies or is mentioned again; told to one's devices."""
    root, _ = await _root(house, root_id, who)
    await house.threads.unfollow(root_id, who)
    _tell(house, who, "thread.followed", root, following=False)


async def mark_read(house: House, reader: UserId, root_id: EntryId, seq: int) -> None:
    """Record that someone has read a thread up to `seq`; told to their devices.

    Raises:
        InvalidError: `seq` lies beyond the channel's end.
    """
    root, _ = await _root(house, root_id, reader)
    tail = await house.entries.tail(root.channel_id)
    if not 0 <= seq <= tail.seq:
        raise InvalidError.field("seq", "seq is the number of an entry of this channel.")
    await house.threads.mark_read(root_id, reader, seq)
    house.readings.note(root.channel_id, reader, ReadUpTo(threads={root_id: seq}))
    _tell(house, reader, "thread.read", root, seq=seq)


async def marks(house: House, reader: UserId, workspace_id: WorkspaceId, *, limit: int) -> list[ThreadMark]:
    """Return how far the threads are that someone follows, the last replied to first."""
    records = await house.threads.followed(
        workspace_id, reader, await _my_channels(house, reader, workspace_id), limit=limit
    )
    return [
        ThreadMark(root_id=r.root_id, channel_id=r.channel_id, last_seq=r.last_seq, read_seq=r.read_seq)
        for r in records
    ]


async def followed(
    house: House, reader: UserId, workspace_id: WorkspaceId, *, cursor: str | None, limit: int
) -> Page[FollowedThread]:
    """Return a page of the threads someone follows, the last replied to first."""
    channels = await _my_channels(house, reader, workspace_id)
    records = await house.threads.followed(
        workspace_id, reader, channels, before=_before(cursor), limit=limit + 1
    )
    shown = [record for record in records[:limit] if record.last_reply_at]
    roots = await house.entries.many(record.root_id for record in shown)
    fresh = {e.id: e for e in await current(house, list(roots.values()))}
    unread = await house.entries.unread_replies({r.root_id: r.read_seq for r in shown}, reader=reader)
    items = [await _described(house, r, fresh[r.root_id], unread.get(r.root_id, 0)) for r in shown]
    return Page(items, _cursor(records[limit - 1]) if len(records) > limit else None)


async def _described(house: House, record: ThreadRecord, root: Entry, unread: int) -> FollowedThread:
    stored = await house.entries.replies(record.root_id, before_seq=None, after_seq=None, limit=LATEST)
    return FollowedThread(
        root=root,
        latest=await current(house, stored),
        unread=unread,
        last_reply_at=record.last_reply_at or root.created_at,
        read_seq=record.read_seq,
    )


async def _root(house: House, root_id: EntryId, user_id: UserId) -> tuple[Entry, Access]:
    root, access = await open_message(house, root_id, user_id)
    if root.thread_root_id:
        raise NotFoundError.of("thread")
    return root, access


async def _my_channels(house: House, user_id: UserId, workspace_id: WorkspaceId) -> list[ChannelId]:
    if await house.workspaces.role(workspace_id, user_id) is None:
        raise NotFoundError.of("workspace")
    return [m.channel_id for m in await house.channels.memberships_of(user_id, workspace_id)]


def _cursor(record: ThreadRecord) -> str:
    return f"{record.last_reply_at.isoformat() if record.last_reply_at else ''}_{record.root_id}"


def _before(cursor: str | None) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    at, _, root_id = cursor.partition("_")
    try:
        return datetime.fromisoformat(at), root_id
    except ValueError:
        raise InvalidError.field("cursor", "This cursor is not one of ours.") from None


def _tell(house: House, who: UserId, name: str, root: Entry, **facts: object) -> None:
    payload = {"root_id": root.id, "channel_id": root.channel_id, **facts}
    house.live.publish(Live(user_topic(who), name, packet(name, payload), user_id=who))
