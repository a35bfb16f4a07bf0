"""The mails that the stack's own mail server keeps, read as their readers would."""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

from deploy.servers import mail_folder
from parlour.core.settings import Settings


def mails_to(settings: Settings, address: str) -> list[EmailMessage]:
    """Return the mails that came for an address, the oldest first."""
    paths = sorted((mail_folder(settings) / "new").glob("*"), key=lambda path: path.stat().st_mtime_ns)
    found = (_read(path) for path in paths)
    return [mail for mail in found if address in str(mail["X-RcptTo"])]


def text_of(mail: EmailMessage) -> str:
    """Return the text part of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)  # type: ignore[arg-type,return-value]
