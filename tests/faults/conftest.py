"""The stack under test, healthy again after every fault."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from deploy.stack import Stack


@pytest.fixture
async def stack() -> AsyncIterator[Stack]:
    """The stack under test; what a test stopped is started again."""
    stack = Stack.here()
    yield stack
    for name, state in stack.supervisor.states().items():
        if state.state == "stopped":
            stack.start_program(name)
    await asyncio.to_thread(stack.wait_ready)
