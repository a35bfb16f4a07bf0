"""The event bus, on RabbitMQ: durable, confirmed, ids only.

After a commit one small event says "channel C reached seq N". Events of a busy channel are merged: the first
leaves at once, the next a second later with the newest number, then after 2, 4 and 8 seconds while it stays busy
(setting `delivery_spacing_max`).
If the process dies before RabbitMQ confirms, the sweeper finds the channel: an event is a hurry-up and never the
promise itself.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aio_pika
import msgspec
from aio_pika.abc import (
    AbstractChannel,
    AbstractIncomingMessage,
    AbstractRobustChannel,
    AbstractRobustConnection,
    AbstractRobustExchange,
)
from aio_pika.exceptions import AMQPError, PublishError

from parlour.core.ids import ChannelId, WorkspaceId
from parlour.core.model.console import QueueDepth
from parlour.core.settings import Settings
from parlour.core.telemetry import EVENTS_PUBLISHED, EVENTS_RETRIED, log

EXCHANGE = "parlour.events"
DELIVERY_QUEUE = "parlour.delivery"
SEARCH_QUEUE = "parlour.search"
QUEUES = (DELIVERY_QUEUE, SEARCH_QUEUE)
"""Who hears of every event, each in a queue of its own."""
REACHED = "channel.reached"
SPACING = 1.0
"""Seconds between two events of one channel and process; more while it stays busy (`delivery_spacing_max`). Each
costs the workflow behind it some 20 ms of processor time, however many messages it stands for."""
MERGED_IDS = 20
"""Correlation ids that a merged event keeps."""
FAILURES = (AMQPError, PublishError, OSError, TimeoutError, RuntimeError, asyncio.InvalidStateError)


class Reached(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=REACHED):
    """A channel's log reached `seq`, by requests of these correlation ids. Version 1."""

    channel_id: ChannelId
    workspace_id: WorkspaceId
    seq: int
    correlation_ids: list[str]
    version: int = 1


_encode = msgspec.json.Encoder().encode
decode_reached = msgspec.json.Decoder(Reached).decode


class Bus:
    """The connection to RabbitMQ and what was declared there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: AbstractRobustConnection | None = None
        self._lock = asyncio.Lock()

    async def connection(self) -> AbstractRobustConnection:
        """Return the connection, made at first use; it restores itself when RabbitMQ comes back."""
        async with self._lock:
            if self._connection is None or self._connection.is_closed:
                self._connection = await aio_pika.connect_robust(
                    self._settings.rabbitmq_url, timeout=self._settings.rabbitmq_timeout, reconnect_interval=1
                )
            return self._connection

    async def channel(self, *, prefetch: int = 0) -> AbstractRobustChannel:
        """Open a channel with confirms, on which unroutable events are errors."""
        connection = await self.connection()
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        if prefetch:
            await channel.set_qos(prefetch_count=prefetch)
        return channel

    async def declare(self, channel: AbstractRobustChannel) -> AbstractRobustExchange:
        """Declare the exchange, the queues and their dead-letter queues; safe to repeat."""
        exchange = await channel.declare_exchange(EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)
        for name in QUEUES:
            await self._declare_queue(channel, exchange, name)
        return exchange

    async def _declare_queue(
        self, channel: AbstractRobustChannel, exchange: AbstractRobustExchange, name: str
    ) -> None:
        dead = f"{name}.dead"
        await channel.declare_queue(dead, durable=True, arguments={"x-queue-type": "quorum"})
        queue = await channel.declare_queue(
            name,
            durable=True,
            arguments={
                "x-queue-type": "quorum",
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": dead,
            },
        )
        await queue.bind(exchange, "channel.#")

    async def depths(self) -> list[QueueDepth]:
        """Return how much waits in each queue; raises when the broker does not answer."""
        connection = await self.connection()
        channel = await asyncio.wait_for(connection.channel(), self._settings.rabbitmq_timeout)
        try:
            return [await self._depth(channel, name) for queue in QUEUES for name in (queue, f"{queue}.dead")]
        finally:
            await channel.close()

    async def _depth(self, channel: AbstractChannel, name: str) -> QueueDepth:
        found = (await channel.declare_queue(name, passive=True)).declaration_result
        return QueueDepth(name, found.message_count or 0, found.consumer_count or 0)

    async def probe(self) -> str:
        """Return the broker's product and version; raises when it does not answer."""
        connection = await self.connection()
        channel = await asyncio.wait_for(connection.channel(), self._settings.rabbitmq_timeout)
        await channel.close()
        transport = connection.transport
        properties: dict[str, Any] = transport.connection.server_properties if transport else {}
        return f"{_text(properties.get('product'))} {_text(properties.get('version'))}".strip()

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close()


class Publisher:
    """Tells the bus how far channels are, merging what is not yet confirmed; retries until it is."""

    def __init__(self, bus: Bus, settings: Settings) -> None:
        self._bus = bus
        self._timeout = settings.rabbitmq_timeout
        self._pause_max = settings.start_backoff_max
        self._spacing_max = settings.delivery_spacing_max
        self._due: dict[ChannelId, Reached] = {}
        self._paces: dict[ChannelId, tuple[float, float]] = {}
        self._wake = asyncio.Event()
        self._exchange: AbstractRobustExchange | None = None

    def reached(self, event: Reached) -> None:
        """Publish soon, merged with what waits for the same channel."""
        waiting = self._due.get(event.channel_id)
        self._due[event.channel_id] = merge(waiting, event) if waiting else event
        self._wake.set()

    def calling(self, event: Reached) -> None:
        """Publish with the least spacing: somebody is called, and waits for their notification."""
        sent_at, spacing = self._paces.get(event.channel_id, (0.0, 0.0))
        self._paces[event.channel_id] = (sent_at, min(spacing, SPACING))
        self.reached(event)

    async def run(self) -> None:
        """Publish what is due until cancelled."""
        pause = 0.1
        while True:
            await self._wait()
            ready = self._take()
            try:
                await asyncio.wait_for(self._publish_all(ready), self._timeout)
                pause = 0.1
            except FAILURES as error:
                self._keep(ready, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._pause_max)

    async def drain(self) -> None:
        """Publish everything that waits, once, at the end of a process."""
        due, self._due = list(self._due.values()), {}
        if due:
            await asyncio.wait_for(self._publish_all(due), self._timeout)

    async def _wait(self) -> None:
        if not self._due:
            self._wake.clear()
            await self._wake.wait()
        elif (soonest := min(map(self._due_at, self._due))) > (now := time.monotonic()):
            await asyncio.sleep(soonest - now)

    def _due_at(self, channel_id: ChannelId) -> float:
        sent_at, spacing = self._paces.get(channel_id, (0.0, 0.0))
        return sent_at + spacing

    def _pace(self, channel_id: ChannelId, now: float) -> None:
        sent_at, spacing = self._paces.get(channel_id, (0.0, 0.0))
        busy = now < sent_at + 2 * spacing
        self._paces[channel_id] = (now, min(spacing * 2, self._spacing_max) if busy else SPACING)

    def _take(self) -> list[Reached]:
        now = time.monotonic()
        ready = [event for channel_id, event in self._due.items() if self._due_at(channel_id) <= now]
        for event in ready:
            del self._due[event.channel_id]
            self._pace(event.channel_id, now)
        if len(self._paces) > 10_000:
            self._paces = {c: pace for c, pace in self._paces.items() if sum(pace) > now}
        return ready

    def _keep(self, events: list[Reached], error: BaseException) -> None:
        EVENTS_RETRIED.inc(len(events))
        log.warning("bus.publish_failed", events=len(events), error=f"{type(error).__name__}: {error}")
        self._exchange = None
        for event in events:
            self._due[event.channel_id] = merge(event, self._due.get(event.channel_id, event))

    async def _publish_all(self, events: list[Reached]) -> None:
        if self._exchange is None:
            self._exchange = await self._bus.declare(await self._bus.channel())
        exchange = self._exchange
        await asyncio.gather(*(exchange.publish(_message(event), REACHED) for event in events))
        EVENTS_PUBLISHED.inc(len(events))


def merge(earlier: Reached, later: Reached) -> Reached:
    """Return one event for both: the higher `seq`, the newest correlation ids."""
    ids = dict.fromkeys([*earlier.correlation_ids, *later.correlation_ids])
    return Reached(
        channel_id=later.channel_id,
        workspace_id=later.workspace_id,
        seq=max(earlier.seq, later.seq),
        correlation_ids=list(ids)[-MERGED_IDS:],
    )


def _message(event: Reached) -> aio_pika.Message:
    return aio_pika.Message(
        _encode(event),
        content_type="application/json",
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        correlation_id=event.correlation_ids[-1] if event.correlation_ids else None,
    )


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")


Handle = Callable[[list[Reached]], Awaitable[None]]


class BatchConsumer:
    """Takes events in batches and acknowledges a batch only after `handle` returned."""

    def __init__(self, bus: Bus, *, batch: int, linger: float = 0.02, queue: str = DELIVERY_QUEUE) -> None:
        self._bus = bus
        self._queue = queue
        self._batch = batch
        self._linger = linger
        self._arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()

    async def run(self, handle: Handle) -> None:
        """Consume until cancelled. A batch that `handle` raises for goes back to the queue."""
        channel = await self._bus.channel(prefetch=self._batch * 2)
        await self._bus.declare(channel)
        queue = await channel.get_queue(self._queue)
        await queue.consume(self._arrived.put)
        while True:
            messages = await self._collect()
            events = await self._decoded(messages)
            await handle(list(events.values()))
            for message in messages:
                if not message.processed:
                    await message.ack()

    async def _collect(self) -> list[AbstractIncomingMessage]:
        messages = [await self._arrived.get()]
        ends = time.monotonic() + self._linger
        while len(messages) < self._batch and (left := ends - time.monotonic()) > 0:
            try:
                messages.append(await asyncio.wait_for(self._arrived.get(), left))
            except TimeoutError:
                break
        return messages

    async def _decoded(self, messages: list[AbstractIncomingMessage]) -> dict[ChannelId, Reached]:
        """Return one event a channel; what cannot be read goes to the dead-letter queue."""
        events: dict[ChannelId, Reached] = {}
        for message in messages:
            try:
                event = decode_reached(message.body)
            except msgspec.DecodeError as error:
                log.error("bus.unreadable", error=str(error), routing_key=message.routing_key)
                await message.reject(requeue=False)
                continue
            earlier = events.get(event.channel_id)
            events[event.channel_id] = merge(earlier, event) if earlier else event
        return events
