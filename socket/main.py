"""The role `socket`: one gateway under uvicorn. Several run side by side; each has an id of its own."""

from contextlib import AsyncExitStack
from typing import Any

import socketio
import uvicorn

from parlour.core.health import Health
from parlour.core.house import House, open_house
from parlour.core.ids import new_id
from parlour.core.probes import Probes
from parlour.core.settings import Settings
from parlour.core.telemetry import log
from parlour.socket.gateway import Gateway
from parlour.socket.server import Server
from parlour.workflows.teller import TemporalTeller


def run(settings: Settings) -> None:
    """Serve until told to stop."""
    uvicorn.run(build(settings), **serving(settings))


def serving(settings: Settings) -> dict[str, Any]:
    """Return how uvicorn serves a gateway."""
    return {
        "host": settings.host,
        "port": settings.socket_port,
        "loop": "uvloop",
        "ws": "websockets-sansio",
        "ws_max_size": settings.request_max_bytes,
        # Compression doubles the memory of a socket; engine.io sends pings of its own.
        "ws_per_message_deflate": False,
        "ws_ping_interval": None,
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "timeout_graceful_shutdown": int(settings.shutdown_grace),
    }


def build(settings: Settings) -> socketio.ASGIApp:
    """Return the application: Socket.IO, and the role's own probes beside it."""
    server = Server(request_max_bytes=settings.request_max_bytes)
    probes, stack = Probes(), AsyncExitStack()

    async def begin() -> None:
        house = await stack.enter_async_context(open_house(settings, gateway=new_id()))
        house.teller = TemporalTeller(settings)
        probes.health = Health("socket", house.dependencies(), timeout=settings.dependency_timeout)
        gateway = Gateway(house, server)
        stack.push_async_callback(gateway.tasks.stop)
        gateway.start()
        house.tasks.start(_prepare(house, probes.health), "prepare")

    return socketio.ASGIApp(server, probes, on_startup=begin, on_shutdown=stack.aclose)


async def _prepare(house: House, health: Health) -> None:
    await health.wait_until_ready(longest_pause=house.settings.start_backoff_max)
    await house.prepare()
    log.info("start.ready", port=house.settings.socket_port, gateway=house.live.gateway)
