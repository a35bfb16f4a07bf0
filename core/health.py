"""Health of one role: alive, ready, and what each server it depends on says."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct

from parlour.core.telemetry import log

Probe = Callable[[], Awaitable[str]]


class Dependency(Struct, frozen=True):
    """A server this role uses. Without a `required` one the role is not ready."""

    name: str
    probe: Probe
    required: bool


class DependencyState(Struct, frozen=True):
    """What a probe found, and the milliseconds it took."""

    state: str
    ms: float
    required: bool
    detail: str


class Readiness(Struct, frozen=True):
    """The answer of `/readyz`."""

    status: str
    role: str
    dependencies: dict[str, DependencyState]

    @property
    def ready(self) -> bool:
        """Whether the role can serve."""
        return self.status == "ready"


class Health:
    """Probes all dependencies at once, each within the time limit."""

    def __init__(self, role: str, dependencies: list[Dependency], *, timeout: float) -> None:
        self._role = role
        self._dependencies = dependencies
        self._timeout = timeout
        self.draining = False

    async def readiness(self) -> Readiness:
        """Ask every dependency now."""
        states = await asyncio.gather(*(self._ask(dependency) for dependency in self._dependencies))
        found = {dependency.name: state for dependency, state in zip(self._dependencies, states, strict=True)}
        ready = not self.draining and all(s.state == "up" for s in states if s.required)
        return Readiness("ready" if ready else "waiting", self._role, found)

    async def wait_until_ready(self, *, longest_pause: float) -> None:
        """Return once every required dependency answers, with growing pauses, saying what is awaited."""
        pause = 0.1
        while not (readiness := await self.readiness()).ready:
            missing = [n for n, s in readiness.dependencies.items() if s.required and s.state != "up"]
            log.warning("start.waiting", missing=missing, pause_s=round(pause, 1))
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest_pause)

    async def _ask(self, dependency: Dependency) -> DependencyState:
        started = time.perf_counter()
        try:
            detail, state = await asyncio.wait_for(dependency.probe(), self._timeout), "up"
        except TimeoutError:
            detail, state = f"no answer within {self._timeout:g} s", "down"
        except Exception as error:
            detail, state = f"{type(error).__name__}: {error}"[:200], "down"
        took = round((time.perf_counter() - started) * 1000, 1)
        return DependencyState(state, took, dependency.required, detail)
