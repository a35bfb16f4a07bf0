"""The grounds that fuzzing plays on."""

from collections.abc import AsyncIterator

import pytest

from parlour.core.settings import Settings
from tests.conftest import Signup, signing_up
from tests.fuzz.described import Grounds


@pytest.fixture
async def grounds(sign_up: Signup) -> Grounds:
    """A workspace of one's own, with one of each thing in it."""
    return await Grounds.laid_out(await sign_up("ada"), await sign_up("ben"))


@pytest.fixture(scope="module")
async def shared_grounds(stack_settings: Settings) -> AsyncIterator[Grounds]:
    """Such a workspace for all tests of a module."""
    async with signing_up(stack_settings) as make:
        yield await Grounds.laid_out(await make("ada"), await make("ben"))
