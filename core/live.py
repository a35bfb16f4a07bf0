"""Live fan-out across processes, on Redis: fast, and allowed to be lost, since the channel log is the truth.

A *topic* is a channel, a workspace or a user. Each gateway writes into Redis which topics its own sockets need
(a sorted set a topic: gateway -> expiry), and listens to one inbox of its own. Who publishes runs one script
that hands the event to the inboxes of the *other* interested gateways: nobody hears what nobody needs,
and nobody hears itself. Interest expires with its gateway, and is written anew after Redis lost it.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import msgspec
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from parlour.core.ids import ChannelId, UserId, WorkspaceId, new_id
from parlour.core.settings import Settings
from parlour.core.telemetry import log

FAILURES: tuple[type[Exception], ...] = (RedisError, OSError, TimeoutError)
BACKLOG = 50_000
"""Publications that may wait; beyond, the oldest are dropped and gateways find them in the log."""

# KEYS: the interest in each event's topic; ARGV: now, the publisher's own gateway, then the events.
# One call for a whole batch: a call an event cost the gateway three times as much.
PUBLISH = """
for i, interest in ipairs(KEYS) do
  for _, gateway in ipairs(redis.call('ZRANGEBYSCORE', interest, ARGV[1], '+inf')) do
    if gateway ~= ARGV[2] then
      redis.call('PUBLISH', 'gateway:' .. gateway, ARGV[i + 2])
    end
  end
end
"""


class Live(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One event on its way to the sockets of a topic.

    `packet` is the Socket.IO event as JSON text, encoded once. Log entries carry their `seq` and `n`, by which a
    gateway keeps their order; `user_id` is whom a change of membership or presence speaks of.
    """

    topic: str
    name: str
    packet: bytes
    seq: int = 0
    n: int = 0
    user_id: UserId | None = None


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Live).decode


def channel_topic(channel_id: ChannelId) -> str:
    """Return the topic of a channel's members."""
    return f"c:{channel_id}"


def user_topic(user_id: UserId) -> str:
    """Return the topic of one person's devices."""
    return f"u:{user_id}"


def workspace_topic(workspace_id: WorkspaceId) -> str:
    """Return the topic of a workspace's members."""
    return f"w:{workspace_id}"


def packet(name: str, payload: object) -> bytes:
    """Return the Socket.IO event `name` with `payload`, as JSON."""
    return msgspec.json.encode([name, payload])


def connect(settings: Settings) -> Redis:
    """Return a client that fails fast: Redis is a help, not a need."""
    pool = BlockingConnectionPool.from_url(
        settings.redis_url,
        max_connections=20,
        timeout=settings.redis_timeout,
        socket_timeout=settings.redis_timeout,
        socket_connect_timeout=settings.redis_timeout,
        protocol=2,
        health_check_interval=15,
    )
    return Redis.from_pool(pool)


class LiveBus:
    """Publishes to other processes in batches. `local` gets every event at once, in this process."""

    def __init__(self, redis: Redis, *, gateway: str | None = None) -> None:
        self.gateway = gateway or f"none-{new_id()}"
        self.local: Callable[[Live], None] | None = None
        self._redis = redis
        self._publish = redis.register_script(PUBLISH)
        self._queue: deque[Live] = deque(maxlen=BACKLOG)
        self._wake = asyncio.Event()
        self.away = False

    def publish(self, event: Live) -> None:
        """Send an event to its topic, here and elsewhere, without waiting."""
        if self.local is not None:
            self.local(event)
        self._queue.append(event)
        self._wake.set()

    async def run(self) -> None:
        """Carry publications to Redis until cancelled; what Redis does not take is dropped."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), 500))]
                try:
                    await self._flush(batch)
                    self._tell(away=False)
                except FAILURES as error:
                    self._tell(away=True, error=error)

    async def _flush(self, batch: list[Live]) -> None:
        keys = [interest_key(event.topic) for event in batch]
        await self._publish(keys=keys, args=[time.time(), self.gateway, *map(_encode, batch)])

    def _tell(self, *, away: bool, error: Exception | None = None) -> None:
        if away != self.away:
            self.away = away
            log.warning("live.redis_away" if away else "live.redis_back", error=str(error or ""))


def interest_key(topic: str) -> str:
    """Return the Redis key of the gateways interested in a topic."""
    return f"interest:{topic}"


class Inbox:
    """What a gateway hears from other processes, and the topics it has said it needs.

    What is said of people's presence goes to `presence`, as it came.
    """

    def __init__(
        self, redis: Redis, gateway: str, settings: Settings, *, presence: Callable[[bytes], None]
    ) -> None:
        self._redis = redis
        self._gateway = gateway
        self._presence = presence
        self._presence_channel = f"presence:{gateway}".encode()
        self._lifetime = settings.heartbeat * 4
        self._heartbeat = settings.heartbeat
        self._retry = settings.repair_interval
        self.topics: set[str] = set()
        self.listening = False

    async def need(self, topics: Iterable[str]) -> None:
        """Say that sockets here need `topics`; kept and said again when Redis is away."""
        fresh = set(topics) - self.topics
        self.topics |= fresh
        await self._quietly(self._say(fresh))

    async def drop(self, topics: Iterable[str]) -> None:
        """Say that no socket here needs `topics` any more."""
        gone = set(topics) & self.topics
        self.topics -= gone
        pipeline = self._redis.pipeline(transaction=False)
        for topic in gone:
            pipeline.zrem(interest_key(topic), self._gateway)
        await self._quietly(pipeline.execute())

    async def keep(self) -> None:
        """Renew all interest regularly until cancelled."""
        while True:
            await asyncio.sleep(self._heartbeat)
            await self._quietly(self._say(self.topics))

    async def run(self, heard: Callable[[Live], None], *, regained: Callable[[], Awaitable[None]]) -> None:
        """Pass on what is heard until cancelled; after every (re)connection await `regained`."""
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(f"gateway:{self._gateway}", self._presence_channel)
                    await self._say(self.topics)
                    self.listening = True
                    await regained()
                    await self._listen(pubsub, heard)
            except FAILURES as error:
                log.warning("live.inbox_lost", error=str(error))
            except Exception as error:
                log.error("live.inbox_failed", exc_info=error)
            finally:
                self.listening = False
            await asyncio.sleep(self._retry)

    async def _listen(self, pubsub: Any, heard: Callable[[Live], None]) -> None:
        while True:
            message = await pubsub.get_message(timeout=self._retry)
            if message is None:  # a Redis that hangs is as silent as one with nothing to say
                await self._redis.ping()
            elif message["type"] == "message" and message["channel"] == self._presence_channel:
                self._presence(message["data"])
            elif message["type"] == "message":
                heard(_decode(message["data"]))

    async def _say(self, topics: Iterable[str]) -> None:
        expiry, waiting = time.time() + self._lifetime, list(topics)
        for start in range(0, len(waiting), 500):
            pipeline = self._redis.pipeline(transaction=False)
            for topic in waiting[start : start + 500]:
                pipeline.zadd(interest_key(topic), {self._gateway: expiry})
                pipeline.expire(interest_key(topic), int(self._lifetime) + 1)
            await pipeline.execute()

    async def _quietly(self, work: Awaitable[Any]) -> None:
        try:
            await work
        except FAILURES as error:
            log.debug("live.interest_unsaid", error=str(error))
