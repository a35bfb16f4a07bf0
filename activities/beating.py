"""Saying that a worker lives, as long as something takes its time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

BEAT_S = 3.0


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Send heartbeats of the activity that runs inside."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(BEAT_S)

    running = asyncio.create_task(beat())
    try:
        yield
    finally:
        running.cancel()
