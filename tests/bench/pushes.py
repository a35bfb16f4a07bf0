"""A push service in a process of its own, so that what it does is not counted as anybody else's."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import cast

from aiohttp import web

from parlour.core.model.notifications import WebPushKeys
from tests.outside.push_service import PushService
from tests.outside.script import serving


@dataclass(frozen=True)
class Browser:
    """Where a device is reached, and how it is encrypted for."""

    endpoint: str
    keys: WebPushKeys


@dataclass(frozen=True)
class Arrivals:
    """When each device first had a push (`time.time()`), how many pushes came, and what a sender did wrong."""

    at: Sequence[float]
    pushes: int
    faults: Sequence[str]


class Pushes:
    """The push service as those see it who measure."""

    def __init__(self, line: Connection, browsers: Sequence[Browser]) -> None:
        self._line = line
        self.browsers = browsers

    def arrivals(self) -> Arrivals:
        """Ask what has arrived."""
        self._line.send("arrivals")
        return cast(Arrivals, self._line.recv())


@contextmanager
def pushes(devices: int, *, after_s: float) -> Iterator[Pushes]:
    """Serve so many devices; every answer takes `after_s` seconds."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, devices, after_s), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Pushes(ours, ours.recv())
    finally:
        ours.close()
        process.join()


def _run(line: Connection, devices: int, after_s: float) -> None:
    asyncio.run(_serve(line, devices, after_s))


async def _serve(line: Connection, devices: int, after_s: float) -> None:
    service = _Timed()
    service.script.always(0, after_s=after_s)
    app = web.Application()
    app.router.add_post("/push/{name}", service.answer)
    async with serving(app) as address:
        service.address = address
        made = [service.subscribe() for _ in range(devices)]
        line.send([Browser(one.endpoint, one.keys) for one in made])
        while await asyncio.to_thread(_asked, line):
            line.send(Arrivals(list(service.at.values()), service.came, service.faults))


def _asked(line: Connection) -> bool:
    try:
        return bool(line.recv())
    except EOFError:
        return False


class _Timed(PushService):
    """Notes when each device first had something."""

    def __init__(self) -> None:
        super().__init__()
        self.at: dict[str, float] = {}
        self.came = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        told = await super().answer(request)
        if told.status == 201:
            self.came += 1
            self.at.setdefault(request.path, time.time())
        return told
