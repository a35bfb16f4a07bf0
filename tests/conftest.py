"""What all tests share. `deploy/test` starts the stack and puts its PARLOUR_* variables into the environment."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from temporalio.client import Client

from parlour.core.house import House, open_house
from parlour.core.settings import Settings, settings
from tests.person import Person
from tests.programs import OpenProgram, opening_programs

pytest_plugins = ["tests.outside.fixtures", "tests.hooks.fixtures"]

Signup = Callable[[str], Awaitable[Person]]


@asynccontextmanager
async def signing_up(settings: Settings) -> AsyncIterator[Signup]:
    """Sign up fresh people by name; their connections end with the context."""
    async with AsyncExitStack() as stack:

        async def make(name: str) -> Person:
            person = await stack.enter_async_context(Person(settings.address))
            await person.register(name, f"{name}-{uuid.uuid4().hex}@example.com")
            return person

        yield make


# A browser, servers, and what kills them share two busy cores. What fails there once is tried once more; the summary
# says so, and why it failed: it is to be looked into as if it had failed. Twice is a failure.
TRIED_AGAIN = {"browser", "faults", "service", "workflows"}
END_OF_REPORT = 3_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if TRIED_AGAIN & set(item.path.parts):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"failed at first: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext[-END_OF_REPORT:])


@pytest.fixture(scope="session")
def stack_settings() -> Settings:
    return settings()


@pytest.fixture(scope="session")
async def house(stack_settings: Settings) -> AsyncIterator[House]:
    """The stores of the stack under test, to look behind the contract."""
    async with open_house(stack_settings) as opened:
        # A role is ready before the last of its indexes is made, and tests may be faster.
        await opened.prepare()
        yield opened


@pytest.fixture(scope="session")
async def temporal_client(stack_settings: Settings) -> Client:
    return await Client.connect(stack_settings.temporal_address, namespace=stack_settings.temporal_namespace)


@pytest.fixture
async def sign_up(stack_settings: Settings) -> AsyncIterator[Signup]:
    """Sign up a fresh person by name; their connections end with the test."""
    async with signing_up(stack_settings) as make:
        yield make


@pytest.fixture
async def ada(sign_up: Signup) -> Person:
    """The owner of a workspace."""
    person = await sign_up("ada")
    await person.make_workspace("Analytical Engines")
    return person


@pytest.fixture
async def ben(sign_up: Signup, ada: Person) -> Person:
    """A member of Ada's workspace."""
    person = await sign_up("ben")
    await person.join(ada)
    return person


@pytest.fixture
async def outsider(sign_up: Signup) -> Person:
    """Someone with an account and a workspace of their own."""
    person = await sign_up("eve")
    await person.make_workspace("Elsewhere")
    return person


@pytest.fixture
async def program(stack_settings: Settings) -> AsyncIterator[OpenProgram]:
    """Open programs that call with a token; their connections end with the test."""
    async with opening_programs(stack_settings.address) as opened:
        yield opened
