"""The stack under test, healthy again after every fault, and its gateways."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.stack import Stack
from parlour.core.settings import Settings


@pytest.fixture
async def stack() -> AsyncIterator[Stack]:
    """The stack under test; what a test stopped is started again."""
    stack = Stack.here()
    yield stack
    for name, state in stack.supervisor.states().items():
        if state.state == "stopped":
            stack.start_program(name)
    await asyncio.to_thread(stack.wait_ready)


@pytest.fixture(scope="session")
def gateways(stack_settings: Settings) -> list[str]:
    """The address of each gateway."""
    first = stack_settings.socket_port
    return [f"http://127.0.0.1:{first + i}" for i in range(stack_settings.socket_processes)]
