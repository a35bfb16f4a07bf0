"""The sockets of this gateway, by the topics they hear, and how a packet reaches them.

An event is encoded once and written to each local socket of its topic. What a socket leaves unread has a limit:
one that does not keep up is disconnected, and its client catches up by `channel.sync`.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Literal

from parlour.core.ids import ChannelId, SessionId, UserId, WorkspaceId
from parlour.core.live import channel_topic, user_topic
from parlour.core.model.people import Identity
from parlour.core.origin import Origin
from parlour.core.telemetry import LIVE_PACKETS, SLOW_SOCKETS, SOCKETS
from parlour.socket.transport import DirectSocket, frame

EVENT = b"42"
DeviceState = Literal["active", "away"] | None
Watched = tuple[WorkspaceId, frozenset[UserId]]


class Bucket:
    """A token bucket: `rate` a second lastingly, `burst` at once."""

    __slots__ = ("_burst", "_level", "_rate", "_since")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._since = time.monotonic()

    def take(self) -> bool:
        """Return whether one more is allowed now."""
        present = time.monotonic()
        self._level = min(self._burst, self._level + (present - self._since) * self._rate)
        self._since = present
        if self._level < 1:
            return False
        self._level -= 1
        return True


class Connection:
    """One socket of one person: `eio` is its transport, `topics` what it hears.

    Of a workspace that it `knows` in part it hears of those people alone.

    Messages about which something has to be asked first (`asking` of them) keep their order by `in_order`. `state` is
    what the device last said of its person's presence, `watching` the people whose presence it wants to hear: of all
    until it names some.
    """

    __slots__ = (
        "asking",
        "eio",
        "identity",
        "in_order",
        "knows",
        "origin",
        "requests",
        "sends",
        "session_id",
        "sid",
        "state",
        "topics",
        "user_id",
        "watching",
    )

    def __init__(
        self,
        sid: str,
        eio: DirectSocket,
        identity: Identity,
        origin: Origin | None,
        *,
        sends: Bucket,
        requests: Bucket,
    ) -> None:
        self.sid = sid
        self.eio = eio
        self.identity = identity
        self.origin = origin
        self.user_id: UserId = identity.user_id
        self.session_id: SessionId = identity.session_id
        self.topics: set[str] = set()
        self.knows: dict[WorkspaceId, set[UserId]] = {}
        self.sends = sends
        self.requests = requests
        self.state: DeviceState = None
        self.watching: Watched | None = None
        self.asking = 0
        self.in_order = asyncio.Lock()

    def hears(self, channel_id: ChannelId) -> bool:
        """Return whether this socket is in a channel."""
        return channel_topic(channel_id) in self.topics

    @property
    def is_persons(self) -> bool:
        """Whether somebody sits before it: programs, with tokens, are here without anybody being present."""
        return self.identity.kind == "session"

    @property
    def workspaces(self) -> list[WorkspaceId]:
        """The workspaces this socket hears."""
        return [WorkspaceId(topic[2:]) for topic in self.topics if topic.startswith("w:")]

    def may_know(self, workspace_id: WorkspaceId, user_id: UserId) -> bool:
        """Return whether this socket may hear of somebody of a workspace."""
        known = self.knows.get(workspace_id)
        return known is None or user_id in known

    def cut(self) -> None:
        """Drop the connection without a word: whoever reads too slowly would not hear one either."""
        self.eio.transport.abort()

    def tell(self, packet: bytes) -> None:
        """Send an event, as JSON, to this socket alone."""
        self.eio.write(frame(EVENT + packet))

    def acknowledge(self, ack_id: int | None, answer: bytes) -> None:
        """Answer a request, if its sender asked for an answer; `answer` is JSON."""
        if ack_id is not None:
            self.eio.write(frame(b"43%d[%b]" % (ack_id, answer)))


class Connections:
    """All sockets of this gateway. `slow` is told of one that leaves `unread_max` bytes unread."""

    def __init__(self, *, unread_max: int, slow: Callable[[Connection], None]) -> None:
        self._by_sid: dict[str, Connection] = {}
        self._by_topic: dict[str, set[Connection]] = {}
        self._unread_max = unread_max
        self._slow = slow

    def __iter__(self) -> Iterator[Connection]:
        """Iterate over all sockets."""
        return iter(list(self._by_sid.values()))

    def add(self, connection: Connection) -> None:
        """Know a socket by its transport's id."""
        self._by_sid[connection.eio.sid] = connection
        SOCKETS.inc()

    def get(self, eio_sid: str) -> Connection | None:
        """Return a socket by its transport's id."""
        return self._by_sid.get(eio_sid)

    def remove(self, connection: Connection) -> set[str]:
        """Forget a socket and return the topics that nobody here hears any more."""
        if self._by_sid.pop(connection.eio.sid, None) is not None:
            SOCKETS.dec()
        return {topic for topic in list(connection.topics) if self.leave(connection, topic)}

    def join(self, connection: Connection, topics: Iterable[str]) -> None:
        """Let a socket hear topics."""
        for topic in topics:
            connection.topics.add(topic)
            self._by_topic.setdefault(topic, set()).add(connection)

    def leave(self, connection: Connection, topic: str) -> bool:
        """Let a socket hear a topic no more; return whether nobody here does."""
        connection.topics.discard(topic)
        room = self._by_topic.get(topic)
        if room is None:
            return False
        room.discard(connection)
        if room:
            return False
        del self._by_topic[topic]
        return True

    def of_user(self, user_id: UserId) -> list[Connection]:
        """Return one person's sockets here."""
        return list(self._by_topic.get(user_topic(user_id), ()))

    def user_ids(self) -> set[UserId]:
        """Return everyone who has a socket here."""
        return {connection.user_id for connection in self._by_sid.values()}

    def of_topic(self, topic: str) -> Collection[Connection]:
        """Return the sockets that hear a topic."""
        return self._by_topic.get(topic, ())

    def hear(self, topic: str, packet: bytes) -> None:
        """Write an event to every socket of a topic."""
        room = self._by_topic.get(topic)
        if room:
            self.write(room, frame(EVENT + packet))

    def write(self, room: Collection[Connection], framed: bytes, *, events: int = 1) -> None:
        """Write `framed`, which holds that many events, to some sockets; whoever leaves too much unread is cut."""
        slow = []
        for connection in room:
            connection.eio.write(framed)
            if connection.eio.transport.get_write_buffer_size() > self._unread_max:
                slow.append(connection)
        LIVE_PACKETS.inc(len(room) * events)
        for connection in slow:
            SLOW_SOCKETS.inc()
            self._silence(connection)
            self._slow(connection)

    def _silence(self, connection: Connection) -> None:
        """Write no more to a socket that is about to go; its topics are left when it has gone."""
        for topic in connection.topics:
            self._by_topic.get(topic, set()).discard(connection)
