"""The indexer: events of the bus say which channels to index further. RabbitMQ hears "done" only after they are."""

import asyncio

from parlour.core.bus import FAILURES, SEARCH_QUEUE, BatchConsumer, Reached
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.search.index import index_channel
from parlour.core.store.mongo import StoreError
from parlour.core.telemetry import INDEX_FAILURES, MESSAGES_INDEXED, log

AT_ONCE = 4
"""Channels indexed at a time: reading logs and making tokens must leave room for the workflows beside."""


async def index_events(house: House) -> None:
    """Consume and index until cancelled; while a server is away, events wait on RabbitMQ."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def index_one(event: Reached) -> None:
        async with limit:
            await _index(house, event)

    async def handle(events: list[Reached]) -> None:
        await asyncio.gather(*(index_one(event) for event in events))

    pause = 0.5
    while True:
        try:
            consumer = BatchConsumer(house.bus, batch=house.settings.dispatch_batch, queue=SEARCH_QUEUE)
            await consumer.run(handle)
        except FAILURES as error:
            log.warning("indexer.interrupted", error=f"{type(error).__name__}: {error}", pause_s=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, house.settings.start_backoff_max)


async def _index(house: House, event: Reached) -> None:
    """Index a channel, however long MongoDB is away."""
    pause = 0.2
    while True:
        try:
            MESSAGES_INDEXED.inc(await index_channel(house, event.channel_id, event.workspace_id))
        except StoreError as error:
            log.warning("indexer.store_away", channel_id=event.channel_id, error=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, house.settings.start_backoff_max)
            continue
        except NotFoundError:
            log.info("indexer.channel_gone", channel_id=event.channel_id)
        except Exception:
            # One channel's messages must not keep all others from being found. The sweep comes back to it.
            INDEX_FAILURES.inc()
            log.exception("indexer.failed", channel_id=event.channel_id)
        return
