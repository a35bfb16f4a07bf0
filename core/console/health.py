"""How everything is that a workspace runs on: each process as it says itself, queues, backlogs, sizes."""

import asyncio
import time
from collections.abc import Awaitable
from importlib.metadata import version
from typing import Protocol, TypeVar

import httpx2
import msgspec

from parlour.core.clock import now
from parlour.core.health import Readiness
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.console import HouseHealth, ProcessHealth, TaskBacklog
from parlour.core.people.rights import require
from parlour.core.settings import Settings
from parlour.core.telemetry import log

COLLECTIONS = 12
Found = TypeVar("Found")


class Backlogs(Protocol):
    """Who knows how much waits in Temporal."""

    async def backlogs(self) -> list[TaskBacklog]:
        """Return the task queues and what waits in them; raises `UnavailableError` when Temporal is away."""


class HealthOfHouse:
    """What was found last: several who look at once ask the servers once."""

    def __init__(self, backlogs: Backlogs) -> None:
        self._backlogs = backlogs
        self._lock = asyncio.Lock()
        self._found: tuple[float, HouseHealth] | None = None

    async def look(self, house: House, asker: UserId, workspace_id: WorkspaceId) -> HouseHealth:
        """Return how everything is, as of a few seconds ago at most.

        Raises:
            NotFoundError: the workspace is not the asker's.
            ForbiddenError: `missing_right`.
        """
        await require(house, workspace_id, asker, "operations.read")
        async with self._lock:
            if self._found is None or time.monotonic() - self._found[0] > house.settings.health_seconds:
                self._found = (time.monotonic(), await self._ask(house))
            return self._found[1]

    async def _ask(self, house: House) -> HouseHealth:
        limit = house.settings.dependency_timeout
        async with httpx2.AsyncClient(timeout=2 * limit, trust_env=False) as http:
            processes, queues, backlogs, collections = await asyncio.gather(
                asyncio.gather(*(_process(http, address) for address in addresses(house.settings))),
                _within(limit, house.bus.depths(), "queues"),
                _within(limit, self._backlogs.backlogs(), "backlogs"),
                _within(limit, house.console.collections(limit=COLLECTIONS), "collections"),
            )
        return HouseHealth(
            at=now(),
            version=version("parlour"),
            processes=processes,
            queues=queues,
            backlogs=backlogs,
            collections=collections,
        )


def addresses(settings: Settings) -> list[str]:
    """Return where the processes answer."""
    if settings.health_urls:
        return [url.strip().rstrip("/") for url in settings.health_urls.split(",") if url.strip()]
    apis = range(settings.api_port, settings.api_port + settings.api_processes)
    gateways = range(settings.socket_port, settings.socket_port + settings.socket_processes)
    return [f"http://{settings.host}:{port}" for port in (*apis, *gateways, settings.worker_port)]


async def _process(http: httpx2.AsyncClient, address: str) -> ProcessHealth:
    try:
        answer = await http.get(f"{address}/readyz")
        return ProcessHealth(address, msgspec.json.decode(answer.content, type=Readiness))
    except (httpx2.HTTPError, msgspec.MsgspecError) as error:
        return ProcessHealth(address, None, f"It does not answer ({type(error).__name__}).")


async def _within(seconds: float, asked: Awaitable[Found], what: str) -> Found | None:
    """Return what is found in time; whatever goes wrong with one part keeps nobody from seeing the others."""
    try:
        return await asyncio.wait_for(asked, seconds)
    except Exception as error:
        log.warning("console.unknown", what=what, error=type(error).__name__)
        return None
