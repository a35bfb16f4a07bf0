"""A channel's log as its sockets here see it: each entry once, in order, without a hole.

Entries arrive from this process's own commits and, through Redis, from others; they may arrive swapped, twice or
not at all. What comes early is held; a hole that does not close by itself is read from the log.
"""

import asyncio
from collections.abc import Callable

from parlour.core.chat.announce import live_entry
from parlour.core.ids import ChannelId
from parlour.core.live import Live
from parlour.core.model.chat import Tail
from parlour.core.store.channel_log import ChannelLog
from parlour.core.store.entries import Entries
from parlour.core.store.mongo import StoreError
from parlour.core.tasks import Tasks
from parlour.core.telemetry import LIVE_REPAIRS, log

PATIENCE = 0.1
"""Seconds a hole may close by itself: an event of another gateway is usually a millisecond behind."""
PAGE = 500


class _Position:
    """How far the sockets here are, and what waits for its predecessor."""

    __slots__ = ("held", "repairing", "seq")

    def __init__(self) -> None:
        self.seq: int | None = None
        self.held: dict[int, Live] = {}
        self.repairing = False


class Feeds:
    """The feeds of all channels that sockets here are in. `deliver` gets entries in order."""

    def __init__(
        self, entries: Entries, channel_log: ChannelLog, tasks: Tasks, deliver: Callable[[Live], None]
    ) -> None:
        self._entries = entries
        self._log = channel_log
        self._tasks = tasks
        self._deliver = deliver
        self._positions: dict[ChannelId, _Position] = {}

    def open(self, channel_id: ChannelId) -> None:
        """Begin to hold a channel's entries, before its end is known."""
        self._positions.setdefault(channel_id, _Position())

    def start(self, channel_id: ChannelId, seq: int) -> None:
        """Let a channel flow from behind `seq`; nothing if it flows already."""
        position = self._positions.get(channel_id)
        if position is not None and position.seq is None:
            position.seq = seq
            position.held = {s: event for s, event in position.held.items() if s > seq}
            self._flow(channel_id, position)

    def close(self, channel_id: ChannelId) -> None:
        """Forget a channel that no socket here is in."""
        self._positions.pop(channel_id, None)

    def accept(self, channel_id: ChannelId, event: Live) -> None:
        """Take an entry from wherever it comes."""
        self._log.observe(channel_id, Tail(event.seq, event.n))
        position = self._positions.get(channel_id)
        if position is None or (position.seq is not None and event.seq <= position.seq):
            return
        if position.seq is not None and event.seq == position.seq + 1 and not position.held:
            position.seq = event.seq
            self._deliver(event)
            return
        position.held[event.seq] = event
        self._flow(channel_id, position)

    async def repair(self, channel_id: ChannelId) -> None:
        """Deliver what a channel's sockets here missed."""
        position = self._positions.get(channel_id)
        if position is not None and position.seq is not None:
            await self._repair(channel_id, position)

    async def repair_all(self) -> None:
        """Compare all channels here with the log and deliver what was missed, after Redis lost events."""
        ids = [channel_id for channel_id, position in self._positions.items() if position.seq is not None]
        for start in range(0, len(ids), PAGE):
            tails = await self._entries.tails(ids[start : start + PAGE])
            for channel_id, tail in tails.items():
                position = self._positions.get(channel_id)
                if position is not None and position.seq is not None and position.seq < tail.seq:
                    await self._repair(channel_id, position)

    def _flow(self, channel_id: ChannelId, position: _Position) -> None:
        """Deliver what has its predecessor; see to the hole before the rest."""
        if position.seq is None:
            return
        while (event := position.held.pop(position.seq + 1, None)) is not None:
            position.seq = event.seq
            self._deliver(event)
        if position.held and not position.repairing:
            position.repairing = True
            self._tasks.start(self._repair_soon(channel_id, position), "feed-repair")

    async def _repair_soon(self, channel_id: ChannelId, position: _Position) -> None:
        try:
            while position.held and self._positions.get(channel_id) is position:
                await asyncio.sleep(PATIENCE)
                if position.held:
                    await self._repair(channel_id, position)
        except StoreError as error:
            log.warning("feed.repair_failed", channel_id=channel_id, error=type(error).__name__)
        finally:
            position.repairing = False

    async def _repair(self, channel_id: ChannelId, position: _Position) -> None:
        LIVE_REPAIRS.inc()
        while found := await self._entries.since(channel_id, position.seq or 0, limit=PAGE):
            for entry in found:
                if position.seq is not None and entry.seq > position.seq:
                    position.held[entry.seq] = live_entry(entry)
            self._flow(channel_id, position)
            if len(found) < PAGE:
                return
