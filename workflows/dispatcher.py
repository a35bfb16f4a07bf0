"""The dispatcher: turns events of the bus into signals. RabbitMQ hears "done" only after Temporal has them."""

import asyncio
from collections.abc import Awaitable, Callable

from temporalio.service import RPCError

from parlour.core.bus import FAILURES, BatchConsumer, Bus, Reached
from parlour.core.settings import Settings
from parlour.core.telemetry import EVENTS_DISPATCHED, log

AT_ONCE = 50
Tell = Callable[[Reached], Awaitable[None]]


async def dispatch(bus: Bus, settings: Settings, tell: Tell) -> None:
    """Consume and tell until cancelled; what cannot be told now is told again, with growing pauses."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def tell_one(event: Reached) -> None:
        async with limit:
            await _until_told(event, tell, settings.start_backoff_max)

    async def handle(events: list[Reached]) -> None:
        await asyncio.gather(*(tell_one(event) for event in events))
        EVENTS_DISPATCHED.inc(len(events))

    pause = 0.5
    while True:
        try:
            await BatchConsumer(bus, batch=settings.dispatch_batch).run(handle)
        except FAILURES as error:
            log.warning("dispatch.interrupted", error=f"{type(error).__name__}: {error}", pause_s=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, settings.start_backoff_max)


async def _until_told(event: Reached, tell: Tell, longest_pause: float) -> None:
    """Tell Temporal, however long it is away: the event stays unacknowledged, and so is not lost."""
    pause = 0.2
    while True:
        try:
            await tell(event)
        except (RPCError, TimeoutError, OSError, RuntimeError) as error:
            log.warning("dispatch.temporal_away", channel_id=event.channel_id, error=str(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest_pause)
        else:
            return
