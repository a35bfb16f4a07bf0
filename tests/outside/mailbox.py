"""The mails that the stack's own mail server keeps, read as their readers would."""

import email
import email.policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from functools import cache
from pathlib import Path

from deploy.servers import mail_folder
from parlour.core.settings import Settings


def mails_to(settings: Settings, address: str) -> list[EmailMessage]:
    """Return the mails that came for an address, the oldest first."""
    paths = sorted((mail_folder(settings) / "new").glob("*"), key=_came_at)
    return [_read(path) for path in paths if address in _recipients(path)]


def text_of(mail: EmailMessage) -> str:
    """Return the text part of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


# A mail never changes; thousands come in a run, and are looked through at each look for one.
@cache
def _came_at(path: Path) -> int:
    return path.stat().st_mtime_ns


@cache
def _recipients(path: Path) -> str:
    return str(BytesHeaderParser().parsebytes(path.read_bytes())["X-RcptTo"])


def _read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)  # type: ignore[arg-type,return-value]
