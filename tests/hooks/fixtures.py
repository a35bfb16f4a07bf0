"""Fixtures of webhooks for tests of every kind."""

from collections.abc import AsyncIterator

import pytest

from tests.hooks.receiver import Receiver, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """An integrator's server."""
    async with receiving() as opened:
        yield opened
