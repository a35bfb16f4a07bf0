"""Which channels are open to all their members, remembered so that sending asks nothing.

Only a process that hears live changes remembers: it forgets at a `channel.changed`, and in any case after the
setting `membership_cache`.
"""

import time

from parlour.core.ids import ChannelId

KEPT = 200_000
"""Channels remembered; beyond, all are forgotten and asked again."""


class OpenChannels:
    """Channels into which every member may send now."""

    def __init__(self, *, seconds: float, local: bool) -> None:
        self._seconds = seconds
        self._local = local
        self._until: dict[ChannelId, float] = {}
        self.changes = 0

    def knows(self, channel_id: ChannelId) -> bool:
        """Return whether a channel is remembered as open; if not, it has to be asked."""
        return self._until.get(channel_id, 0) > time.monotonic()

    def remember(self, channel_id: ChannelId, *, since: int) -> None:
        """Remember an open channel, unless something was heard since `changes` was as given."""
        if self._local and since == self.changes:
            if len(self._until) >= KEPT:
                self._until.clear()
            self._until[channel_id] = time.monotonic() + self._seconds

    def forget(self, channel_id: ChannelId) -> None:
        """Ask anew next time."""
        self.changes += 1
        self._until.pop(channel_id, None)
