"""A real Chromium, people who use it, and a line that can be cut."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, async_playwright, expect

from parlour.core.settings import settings
from tests.browser.line import Line
from tests.browser.person import Person

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 25_000

Visit = Callable[..., Awaitable[Person]]

expect.set_options(timeout=PATIENCE_MS)


WHOLE = ("chromium", "chromium-browser", "google-chrome")
BARE = ("chromium-headless-shell", *WHOLE)
"""The same engine without windows is twice as fast; it neither shows notifications nor is pushed to."""


@asynccontextmanager
async def launched(*names: str) -> AsyncIterator[Browser]:
    """The first of some browsers that is in PATH."""
    found = next((path for path in map(shutil.which, names) if path), None)
    assert found, "install chromium (deploy/test does)"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests; every person gets a context of their own."""
    async with launched(*BARE) as browser:
        yield browser


@pytest.fixture
async def visit(chromium: Browser) -> AsyncIterator[Visit]:
    """Open a browser for someone: `await visit("Ada")`. Ends with the proof that no page broke or met its policy."""
    people: list[Person] = []

    async def opened(name: str, *, address: str = "", **options: Any) -> Person:
        options = {"viewport": DESKTOP, "reduced_motion": "reduce", "locale": "en-GB", **options}
        context = await chromium.new_context(base_url=address or settings().address, **options)
        context.set_default_timeout(PATIENCE_MS)
        person = Person(name, context, await context.new_page())
        people.append(person)
        return person

    yield opened
    faults = [fault for person in people for fault in person.faults]
    for person in people:
        await person.context.close()
    assert faults == []


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A line to the server, `line.address`, that a test cuts and mends."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(Line.to(settings().address))


@pytest.fixture
async def ada_and_ben(visit: Visit) -> tuple[Person, Person]:
    """Two people in #general of a workspace of Ada's, both looking at it."""
    ada, ben = await visit("Ada"), await visit("Ben")
    await ada.owns("Analytical Engines")
    await ben.belongs_to(ada)
    await asyncio.gather(ada.looks(), ben.looks())
    return ada, ben
