"""What tests of who may do what begin with; a world is made once for all tests of a file."""

from collections.abc import AsyncIterator

import pytest

from parlour.core.house import House
from parlour.core.settings import Settings
from tests.conftest import Signup, signing_up
from tests.programs import opening_programs
from tests.service.rights.world import Gone, World, make_gone, make_world


@pytest.fixture(scope="module")
async def signing(stack_settings: Settings) -> AsyncIterator[Signup]:
    async with signing_up(stack_settings) as make:
        yield make


@pytest.fixture(scope="module")
async def world(house: House, signing: Signup, stack_settings: Settings) -> AsyncIterator[World]:
    """A workspace of Ada's with somebody in each role; what is done things to is made by Ben."""
    async with opening_programs(stack_settings.address) as program:
        yield await make_world(house, signing, program)


@pytest.fixture(scope="module")
async def gone(world: World, signing: Signup) -> dict[str, Gone]:
    """Those who are not, or no more, in Ada's workspace."""
    return await make_gone(world, signing)
