"""The commands that MongoDB runs, by its own profiler."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from parlour.core.clock import now
from parlour.core.house import House

PROFILE_BYTES = 64_000_000
"""Room for what the profiler notes of a step; a command may name hundreds of channels."""


async def make_room(house: House) -> None:
    """Let the profiler note more than its megabyte."""
    await house.database.command("profile", 0)
    await house.database.drop_collection("system.profile")
    await house.database.create_collection("system.profile", capped=True, size=PROFILE_BYTES)


@asynccontextmanager
async def profiled(house: House) -> AsyncIterator[list[dict[str, Any]]]:
    """Note every command that MongoDB runs meanwhile."""
    commands: list[dict[str, Any]] = []
    began = now()
    await house.database.command("profile", 2)
    yield commands
    await house.database.command("profile", 0)
    noted = house.database["system.profile"].find({"ts": {"$gte": began}})
    commands += [command async for command in noted if not command["ns"].endswith("system.profile")]
