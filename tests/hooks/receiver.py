"""A receiver of webhooks: it verifies what comes, and answers as it is told."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

Say = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Receiver:
    """`got` is each request that came, by its `webhook-id`; `faults` what was wrong with them.

    `script` holds the next answers, the first one first; after them it takes everything.
    """

    address: str = ""
    secrets: list[str] = field(default_factory=list)
    got: list[tuple[str, Any]] = field(default_factory=list)
    raw: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    script: deque[Say] = field(default_factory=deque)
    always: Say | None = None

    def ids(self) -> list[str]:
        """The ids of all that came, in their order."""
        return [message_id for message_id, _ in self.got]

    def events(self, kind: str = "") -> list[Any]:
        """What came, each id once, in the order of their first coming."""
        first = dict(reversed(self.got))
        known = dict.fromkeys(message_id for message_id, _ in self.got)
        return [first[one] for one in known if not kind or first[one]["type"] == kind]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take a request, and answer as told."""
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.raw.append((headers, body))
        self._verify(headers, body)
        say = self.script.popleft() if self.script else self.always
        response = await say(request) if say else web.Response(text="thanks")
        if 200 <= response.status < 300 and headers.get("webhook-id"):
            self.got.append((headers["webhook-id"], json.loads(body)))
        return response

    def _verify(self, headers: dict[str, str], body: bytes) -> None:
        for secret in self.secrets:
            try:
                Webhook(secret).verify(body, headers)
            except WebhookVerificationError as error:
                self.faults.append(str(error))


def saying(status: int, text: str = "", **headers: str) -> Say:
    """Return what answers so; `_` in header names stands for `-`."""

    async def say(_request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, headers=named)

    return say


def hanging(seconds: float) -> Say:
    """Return what answers nothing for so long."""

    async def say(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return web.Response(text="at last")

    return say


def hanging_up() -> Say:
    """Return what ends the connection without an answer."""

    async def say(request: web.Request) -> web.StreamResponse:
        if request.transport:
            request.transport.close()
        return web.Response(status=500)

    return say


def talking_without_end() -> Say:
    """Return what answers 200 and then never stops."""

    async def say(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    return say


@asynccontextmanager
async def receiving(port: int = 0) -> AsyncIterator[Receiver]:
    """Receive on a port of this machine, a free one by default."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    receiver.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield receiver
    finally:
        await runner.cleanup()
