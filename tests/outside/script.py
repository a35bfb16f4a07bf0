"""What a server of the tests is told to answer, request by request."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True)
class Scripted:
    """One answer: `after_s` it begins; `hangs` never ends it, `garbage` is sent instead of HTTP, then it hangs up."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    after_s: float = 0
    hangs: bool = False
    garbage: bytes | None = None


class Script:
    """Answers that come once each, in order, then what `always` says, and otherwise the truth."""

    def __init__(self) -> None:
        self._next: deque[Scripted] = deque()
        self._always: Scripted | None = None
        self.asked = 0

    def then(self, status: int = 500, *, times: int = 1, body: bytes = b"", **headers: str) -> None:
        """Answer the next request so; `_` in names of headers stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._next.extend([Scripted(status, named, body)] * times)

    def then_hang(self) -> None:
        self._next.append(Scripted(200, hangs=True))

    def then_slowly(self, after_s: float) -> None:
        """Answer the next request as usual, but late."""
        self._next.append(Scripted(0, after_s=after_s))

    def then_garbage(self, garbage: bytes = b"\x00\xffnot HTTP\r\n\r\n") -> None:
        self._next.append(Scripted(0, garbage=garbage))

    def always(self, status: int, *, body: bytes = b"", after_s: float = 0, **headers: str) -> None:
        """Answer so from now on; a status of 0 is the usual answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._always = Scripted(status, named, body, after_s)

    def heal(self) -> None:
        """Answer as usual again, and count anew."""
        self._next.clear()
        self._always = None
        self.asked = 0

    def next(self) -> Scripted | None:
        """Return what to answer now; none: as usual."""
        self.asked += 1
        return self._next.popleft() if self._next else self._always


async def play(script: Script, request: web.Request) -> web.StreamResponse | None:
    """Answer a request as told; none: as usual."""
    told = script.next()
    if told is None:
        return None
    await asyncio.sleep(told.after_s)
    if told.hangs:
        await asyncio.Event().wait()
    if told.garbage is not None:
        assert request.transport is not None
        request.transport.write(told.garbage)
        request.transport.close()
        return web.Response()
    return web.Response(status=told.status, headers=told.headers, body=told.body) if told.status else None


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """Serve on a free port of this machine; yields the address."""
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
