"""Background tasks: kept from the garbage collector, heard when they fail, ended together."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from parlour.core.telemetry import log

Result = TypeVar("Result")


class Tasks:
    """The background tasks of one owner."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Result], name: str) -> "asyncio.Task[Result]":
        """Run `work` beside its caller; a failure is logged under `name`."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def to_the_end(self, work: Coroutine[Any, Any, Result], name: str) -> Result:
        """Return what comes of `work`, which goes on although its caller is cancelled.

        The end of a session closes the page that asked for it, and with it the request.
        """
        return await asyncio.shield(self.start(work, name))

    async def stop(self) -> None:
        """Cancel what still runs and wait for its end.

        Cancelled again every second: `asyncio.wait_for` of Python 3.11 can swallow a cancellation that meets
        the end of what it waits for (python/cpython#86296).
        """
        while running := [task for task in self._tasks if not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=1)

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task.failed", task=task.get_name(), exc_info=error)
