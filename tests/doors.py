"""An API of a test's own beside the stack's, with other settings; and the account mails that the stack sends."""

import asyncio
import os
import re
import signal
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

import aiohttp

from deploy.servers import BIN
from parlour.core.settings import Settings
from tests.outside.mailbox import mails_to, text_of
from tests.person import eventually

LINK = re.compile(r"http\S+#(\S+)")
CODE = re.compile(r"Your code: (\d+)")
SUBJECTS = {
    "exists": "You already have an account",
    "verify": "Confirm your e-mail address",
    "reset": "Choose a new password",
    "password changed": "Your password was changed",
    "confirm": "Confirm your new e-mail address",
    "email changed": "The e-mail address of your account was changed",
}


@asynccontextmanager
async def an_api(**changed: str) -> AsyncIterator[str]:
    """Serve the stack's data by another process, and return its address; settings are named as `sign_in_failures`."""
    port = _free_port()
    own = {f"PARLOUR_{name.upper()}": value for name, value in changed.items()}
    variables = os.environ | own | {"PARLOUR_API_PORT": str(port)}
    process = await asyncio.create_subprocess_exec(
        BIN / "parlour", "api", env=variables, stdout=asyncio.subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as session:

            async def is_ready() -> bool:
                try:
                    async with session.get(f"{address}/readyz") as answer:
                        return answer.status == 200
                except aiohttp.ClientError:
                    return False

            await eventually(is_ready, within_s=60)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def an_address(name: str = "new") -> str:
    return f"{name}-{uuid.uuid4().hex}@example.com"


def from_network(number: int | None = None) -> dict[str, str]:
    """Return the header by which a request comes from another network address than all others."""
    chosen = uuid.uuid4().int if number is None else number
    return {"X_Forwarded_For": f"2001:db8:{chosen % 65_536:x}:{(chosen >> 16) % 65_536:x}::1"}


async def mail_about(settings: Settings, address: str, subject: str, *, after: int = 0) -> EmailMessage:
    """Return the mail with a subject that an address gets; of several, the one behind `after` others."""

    async def came() -> EmailMessage | None:
        found = [mail for mail in mails_to(settings, address) if subject in str(mail["Subject"])]
        return found[after] if len(found) > after else None

    mail: EmailMessage = await eventually(came)
    return mail


def token_in(mail: EmailMessage) -> str:
    """Return what stands behind the `#` of a mail's link."""
    found = LINK.search(text_of(mail))
    assert found, text_of(mail)
    return found[1]


def code_in(mail: EmailMessage) -> str:
    found = CODE.search(text_of(mail))
    assert found, text_of(mail)
    return found[1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
