"""The grounds that fuzzing plays on."""

from collections.abc import AsyncIterator

import pytest

from parlour.core.settings import Settings
from tests.conftest import Signup
from tests.fuzz.described import Grounds
from tests.person import Person


@pytest.fixture
async def grounds(sign_up: Signup) -> Grounds:
    """A workspace of one's own, with one of each thing in it."""
    return await Grounds.laid_out(await sign_up("ada"), await sign_up("ben"))


@pytest.fixture(scope="module")
async def shared_grounds(stack_settings: Settings) -> AsyncIterator[Grounds]:
    """Such a workspace for all tests of a module."""
    async with Person(stack_settings.address) as owner, Person(stack_settings.address) as colleague:
        await owner.register("ada", "ada-in-shared-grounds@example.com")
        await colleague.register("ben", "ben-in-shared-grounds@example.com")
        yield await Grounds.laid_out(owner, colleague)
