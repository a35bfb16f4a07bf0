"""A message read anywhere ends what is pending for it everywhere: its notification is read, shown ones are closed.

Read marks come often, notifications seldom: marks are gathered for a moment and compared with what is unread by one
query for all of them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from parlour.core.clock import now
from parlour.core.errors import UnavailableError
from parlour.core.ids import ChannelId, EntryId, NotificationId, UserId, WorkspaceId
from parlour.core.live import Live, packet, user_topic
from parlour.core.store.mongo import StoreError
from parlour.core.store.notifications import Row
from parlour.core.telemetry import log

if TYPE_CHECKING:
    from parlour.core.house import House

GATHER = 0.1
"""Seconds in which read marks become one look."""
AT_ONCE = 500
ROWS = 5000
COUNTED = 100
"""Unread notifications that are counted: a badge says no more than 99."""
Place = tuple[ChannelId, UserId]


class ReadUpTo(Struct, frozen=True):
    """How far someone has read a channel's timeline (`n`), and threads of it (root -> `seq`)."""

    n: int = 0
    threads: Mapping[EntryId, int] = {}

    def merged(self, other: "ReadUpTo") -> "ReadUpTo":
        """Return the further of both."""
        threads = dict(self.threads)
        for root_id, seq in other.threads.items():
            threads[root_id] = max(seq, threads.get(root_id, 0))
        return ReadUpTo(max(self.n, other.n), threads)

    def covers(self, row: Row) -> bool:
        """Return whether a notification's message was read."""
        in_timeline = row.n is not None and row.n <= self.n
        return in_timeline or bool(row.thread_root_id and row.seq <= self.threads.get(row.thread_root_id, 0))


class Readings:
    """Compares read marks with unread notifications, behind whoever marks."""

    def __init__(self) -> None:
        self._due: dict[Place, ReadUpTo] = {}
        self._wake = asyncio.Event()

    def note_timeline(self, channel_id: ChannelId, user_id: UserId, n: int) -> None:
        """Take a mark of a channel's timeline that is stored."""
        self.note(channel_id, user_id, ReadUpTo(n))

    def note(self, channel_id: ChannelId, user_id: UserId, upto: ReadUpTo) -> None:
        """Take a read mark that is stored."""
        place = (channel_id, user_id)
        known = self._due.get(place)
        self._due[place] = known.merged(upto) if known else upto
        self._wake.set()

    async def run(self, house: "House") -> None:
        """See to marks until cancelled. One that is lost with the process is made up for by planning."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(GATHER)
            self._wake.clear()
            due, self._due = self._due, {}
            places = list(due)
            for start in range(0, len(places), AT_ONCE):
                await self._see_to(house, {place: due[place] for place in places[start : start + AT_ONCE]})

    async def _see_to(self, house: "House", due: Mapping[Place, ReadUpTo]) -> None:
        try:
            unread = await house.notifications.unread_among(
                {user_id for _, user_id in due}, {channel_id for channel_id, _ in due}, limit=ROWS
            )
            rows = [
                row for row in unread if (upto := due.get((row.channel_id, row.user_id))) and upto.covers(row)
            ]
            if rows:
                await were_read(house, rows, at=now())
        except (StoreError, UnavailableError) as error:
            log.warning("notifications.unread_unsure", places=len(due), error=type(error).__name__)


async def were_read(house: "House", rows: Sequence[Row], *, at: datetime) -> None:
    """Record that notifications were read, tell their people's devices, and end what is pending for them.

    Raises:
        UnavailableError: Temporal did not take it; it is on record, and the next look finds it.
    """
    await house.notifications.read([row.id for row in rows], at=at)
    mine: dict[UserId, list[Row]] = {}
    for row in rows:
        mine.setdefault(row.user_id, []).append(row)
    for user_id, read in mine.items():
        unread = await house.notifications.count_unread(user_id, most=COUNTED)
        for workspace_id in {row.workspace_id for row in read}:
            here = [row for row in read if row.workspace_id == workspace_id]
            tell_read(house, user_id, workspace_id, here, unread=unread.get(workspace_id, 0))
    await stop_pending(house, list(mine))


def tell_read(
    house: "House", user_id: UserId, workspace_id: WorkspaceId, rows: Sequence[Row], *, unread: int
) -> None:
    """Tell someone's open devices which notifications they have read, and how many are left unread."""
    ids: list[NotificationId] = [row.id for row in rows]
    channels = {row.channel_id for row in rows}
    told = {
        "workspace_id": workspace_id,
        "channel_id": channels.pop() if len(channels) == 1 else None,
        "ids": ids,
        "unread": unread,
    }
    live = packet("notification.read", told)
    house.live.publish(Live(user_topic(user_id), "notification.read", live, user_id=user_id))


async def stop_pending(house: "House", user_ids: Sequence[UserId]) -> None:
    """Have people's notifications looked at, if something of theirs is under way or shown on a device.

    Raises:
        UnavailableError: Temporal did not take it.
    """
    concerned = await house.dispatches.under_way_or_shown(user_ids)
    if concerned and house.teller is not None:
        await house.teller.notify(concerned)
