"""Fixtures of all tests: servers on the other side of the worlds outside, to which `towards` leads."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.outside.apple import Apple, apple
from tests.outside.google import Google, google
from tests.outside.leading import secret, towards
from tests.outside.mail_server import MailServer, mail_server
from tests.outside.push_service import PushService, push_service

__all__ = ["apples", "googles", "mails", "pushes", "secret", "towards"]


@pytest.fixture
async def pushes() -> AsyncIterator[PushService]:
    """A push service; `pushes.subscribe()` is a browser, `pushes.script` tells it what to answer."""
    async with push_service() as service:
        yield service


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    """A mail server; `mails.then("RCPT", "550 5.1.1 no")` tells it what to answer."""
    async with mail_server() as server:
        yield server


@pytest.fixture
async def googles() -> AsyncIterator[Google]:
    """Google's token and message services; `googles.install()` is a device, `googles.settings` lead there."""
    async with google() as served:
        yield served


@pytest.fixture
async def apples(tmp_path: Path) -> AsyncIterator[Apple]:
    """Apple's push service; `apples.install()` is a device, `apples.settings` lead there."""
    async with apple(tmp_path) as served:
        yield served
