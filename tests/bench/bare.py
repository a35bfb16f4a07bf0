"""The limit Parlour is measured against: the same server library, served in the same way, keeping nothing.

Plain documented python-socketio. `echo` acknowledges with what it got; `relay` emits it to everyone of a channel
with the library's own rooms, in the shape of Parlour's event, and acknowledges it.

    python -m tests.bench.bare <port>
"""

import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import socketio
import uvicorn

from deploy.failure import StackError
from deploy.free_ports import free_ports
from deploy.program import Port
from deploy.settings import ROOT
from parlour.core.settings import Settings
from parlour.socket.main import serving

HOST = "127.0.0.1"
START_S = 20
PACKET_MAX_BYTES = 1_000_000

Json = dict[str, Any]


@dataclass(frozen=True)
class Bare:
    """A running bare server."""

    pid: int
    url: str


@contextmanager
def bare_server() -> Iterator[Bare]:
    """Run the bare server on a free port."""
    [port] = free_ports([Port(0, "port")]).values()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.bare", port], cwd=ROOT)
    try:
        _wait_until_it_serves(int(port))
        yield Bare(process.pid, f"http://{HOST}:{port}")
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def build() -> socketio.ASGIApp:
    """Return the bare application."""
    server = socketio.AsyncServer(
        async_mode="asgi", transports=["websocket"], max_http_buffer_size=PACKET_MAX_BYTES
    )
    lengths: Counter[str] = Counter()

    @server.event
    async def connect(sid: str, _environ: Json, auth: Json) -> None:
        if "channel_id" in auth:
            await server.enter_room(sid, auth["channel_id"])

    @server.on("echo")
    async def echo(_sid: str, sent: Json) -> Json:
        return sent

    @server.on("relay")
    async def relay(_sid: str, sent: Json) -> Json:
        channel_id = sent["channel_id"]
        lengths[channel_id] += 1
        message = _message(sent, lengths[channel_id])
        await server.emit("message.sent", {"message": message}, room=channel_id)
        return {"ok": True, "message": message}

    return socketio.ASGIApp(server)


def _message(sent: Json, seq: int) -> Json:
    """Return a message as large as Parlour's."""
    return {
        "id": "01900000-0000-7000-8000-000000000000",
        "channel_id": sent["channel_id"],
        "seq": seq,
        "n": seq,
        "kind": "message.sent",
        "author_id": "01900000-0000-7000-8000-000000000000",
        "created_at": "2026-01-01T00:00:00.000000Z",
        "client_id": sent["client_id"],
        "text": sent["text"],
    }


def serve(port: int) -> None:
    """Serve as `parlour.socket.main` does; python-socketio's default JSON is part of "bare"."""
    settings = Settings(socket_port=port, request_max_bytes=PACKET_MAX_BYTES)
    uvicorn.run(build(), **serving(settings) | {"lifespan": "off"})


def _wait_until_it_serves(port: int) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise StackError(f"the bare server did not start within {START_S} s: {error}") from None
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    serve(int(sys.argv[1]))
