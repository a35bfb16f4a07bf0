"""The sockets of this gateway, by the topics they hear, and how a packet reaches them.

A packet is encoded once and put into the queue of each local socket of its topic. Every queue has a limit:
a socket that does not keep up is disconnected, and its client catches up by `channel.sync`.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from engineio.packet import MESSAGE, Packet

from parlour.core.ids import ChannelId, SessionId, UserId
from parlour.core.live import channel_topic, user_topic
from parlour.core.model.people import Identity
from parlour.core.telemetry import LIVE_PACKETS, SLOW_SOCKETS, SOCKETS

EVENT = "2"
ACK = "3"


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
    """One socket of one person: `eio` is its transport, `topics` what it hears."""

    __slots__ = ("eio", "requests", "sends", "session_id", "sid", "topics", "transport", "user_id")

    def __init__(
        self,
        sid: str,
        eio: Any,
        transport: asyncio.WriteTransport,
        identity: Identity,
        *,
        sends: Bucket,
        requests: Bucket,
    ) -> None:
        self.sid = sid
        self.eio = eio
        self.transport = transport
        self.user_id: UserId = identity.user_id
        self.session_id: SessionId = identity.session_id
        self.topics: set[str] = set()
        self.sends = sends
        self.requests = requests

    def hears(self, channel_id: ChannelId) -> bool:
        """Return whether this socket is in a channel."""
        return channel_topic(channel_id) in self.topics

    def cut(self) -> None:
        """Drop the connection without a word: whoever reads too slowly would not hear one either.

        An orderly close waits for the queue to empty, so the transport below is aborted. uvicorn's protocol
        object, whose method `asgi.send` is, holds it.
        """
        self.transport.abort()

    def put(self, text: str) -> None:
        """Queue a Socket.IO packet for this socket alone."""
        if not self.eio.closed:
            self.eio.queue.put_nowait(Packet(MESSAGE, text))

    def acknowledge(self, ack_id: int | None, answer: bytes) -> None:
        """Answer a request, if its sender asked for an answer; `answer` is JSON."""
        if ack_id is not None:
            self.put(f"{ACK}{ack_id}[{answer.decode()}]")


class Connections:
    """All sockets of this gateway. `slow` is told of a socket whose queue is full."""

    def __init__(self, *, queue_limit: int, slow: Callable[[Connection], None]) -> None:
        self._by_sid: dict[str, Connection] = {}
        self._by_topic: dict[str, set[Connection]] = {}
        self._queue_limit = queue_limit
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

    def hear(self, topic: str, packet: bytes) -> None:
        """Put an event into the queue of every socket of a topic."""
        room = self._by_topic.get(topic)
        if not room:
            return
        shared = Packet(MESSAGE, EVENT + packet.decode())
        limit = self._queue_limit
        full = []
        for connection in room:
            eio = connection.eio
            if eio.closed:
                continue
            if eio.queue.qsize() >= limit:
                full.append(connection)
            else:
                eio.queue.put_nowait(shared)
        LIVE_PACKETS.inc(len(room) - len(full))
        for connection in full:
            SLOW_SOCKETS.inc()
            room.discard(connection)
            self._slow(connection)
