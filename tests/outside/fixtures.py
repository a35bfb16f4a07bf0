"""Fixtures of all tests: servers on the other side of the worlds outside, and settings that lead to them."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from parlour.core.settings import Settings
from tests.outside.mail_server import MailServer, mail_server
from tests.outside.push_service import PushService, push_service


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


def towards(settings: Settings, mails: MailServer | None = None, **changed: object) -> Settings:
    """Return settings by which `Outside` reaches servers of tests, quick to lose patience."""
    mailing = {"smtp_host": mails.host, "smtp_port": mails.port} if mails else {}
    defaults: dict[str, object] = {
        "push_allow": "127.0.0.1",
        "push_timeout": 0.5,
        "smtp_timeout": 0.5,
        "smtp_security": "none",
    }
    return settings.model_copy(update={**defaults, **mailing, **changed})


def secret(text: str) -> SecretStr:
    return SecretStr(text)
