"""A program killed without warning, that stays down."""

import asyncio
import os
import signal

from deploy.stack import Stack
from tests.person import eventually


async def kill_for_good(stack: Stack, name: str) -> None:
    """Kill a program, and keep the supervisor from starting it again.

    The supervisor leaves down only what it was asked to stop, and asks politely first. So the program is frozen,
    hears nothing of that, and is killed.
    """
    group = stack.pid(name)
    os.killpg(group, signal.SIGSTOP)
    stopping = asyncio.create_task(asyncio.to_thread(stack.stop_program, name))

    async def is_stopping() -> bool:
        return stack.supervisor.states()[name].state in ("stopping", "stopped")

    try:
        await eventually(is_stopping)
    finally:
        os.killpg(group, signal.SIGKILL)
    await stopping
