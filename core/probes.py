"""The ASGI application of a role's own port: `/healthz`, `/readyz`, `/metrics`, and nothing else."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from parlour.core.health import Health

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
JSON = b"application/json"


class Probes:
    """Answers probes; `health` is set once the role has begun to start."""

    def __init__(self) -> None:
        self.health: Health | None = None

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            return
        status, kind, body = await self._answer(scope["path"])
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, path: str) -> tuple[int, bytes, bytes]:
        if path == "/healthz":
            return 200, JSON, b'{"status":"alive"}'
        if path == "/metrics":
            return 200, CONTENT_TYPE_LATEST.encode(), generate_latest()
        if path == "/readyz" and self.health is not None:
            found = await self.health.readiness()
            return 200 if found.ready else 503, JSON, msgspec.json.encode(found)
        return (503 if path == "/readyz" else 404), JSON, b"{}"
