"""A mail as it leaves: headers by which mail programs thread, filter and unsubscribe, a text and an HTML part."""

import re
from collections.abc import Callable
from email.header import Header
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import Any

from msgspec import Struct

from parlour.core.clock import now
from parlour.core.outside.notice import Mail
from parlour.core.settings import Settings

ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[^@\s<>,;\"()\\\x00-\x1f\x7f]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
AS_THEY_ARE = {
    "message-id",
    "references",
    "in-reply-to",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
}


class Rendered(Struct, frozen=True, kw_only=True):
    """A mail as people read it."""

    subject: str
    html: str
    text: str


Render = Callable[[Mail], Rendered]


class _Policy(EmailPolicy):
    """Folds headers at 78 characters, but never what programs read: the library would encode a long address."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in AS_THEY_ARE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if name.lower() in AS_THEY_ARE:
            return name, str(value)
        return super().header_store_parse(name, value)


POLICY = _Policy(linesep="\r\n", utf8=False)


def sender_address(settings: Settings) -> str:
    """Return the address mails are from."""
    return parseaddr(settings.sender)[1]


def compose(mail: Mail, rendered: Rendered, settings: Settings) -> EmailMessage:
    """Return a mail ready to send; the same dispatch has the same `Message-ID` at every attempt.

    Raises:
        ValueError: an address is none.
    """
    domain = ascii_domain(sender_address(settings))
    message = addressed(mail.to_name, mail.to_email, rendered.subject, mail.dispatch_id, settings)
    _thread(message, mail, domain)
    _manners(message, mail, domain)
    return with_both_parts(message, rendered)


def addressed(to_name: str, to_email: str, subject: str, message_id: str, settings: Settings) -> EmailMessage:
    """Return a mail without content: who writes to whom, about what, and that it is a machine (RFC 3834).

    Raises:
        ValueError: an address is none.
    """
    name, address = parseaddr(settings.sender)
    message = EmailMessage(policy=POLICY.clone(utf8=not f"{address}{to_email}".isascii()))
    message["From"] = _address(name, address)
    message["To"] = _address(to_name, to_email)
    message["Subject"] = _line(subject)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{message_id}@{ascii_domain(address)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def with_both_parts(message: EmailMessage, rendered: Rendered) -> EmailMessage:
    """Return a mail with what it says, as text and as HTML."""
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return message


def _address(name: str, address: str) -> MailAddress:
    if not ADDRESS.fullmatch(address):
        raise ValueError("no e-mail address")
    username, _, domain = address.partition("@")
    return MailAddress(_line(name), username=username, domain=domain)


def ascii_domain(address: str) -> str:
    """Return the domain of an address as the network spells it.

    Raises:
        ValueError: there is none.
    """
    domain = address.rpartition("@")[2]
    if not domain or CONTROL.search(domain):
        raise ValueError("an address without a domain")
    return domain if domain.isascii() else domain.encode("idna").decode()


def _thread(message: EmailMessage, mail: Mail, domain: str) -> None:
    """Let mails of one conversation hang below one message that was never sent."""
    if mail.thread_key is not None:
        root = f"<thread-{sha256(mail.thread_key.encode()).hexdigest()[:32]}@{domain}>"
        message["In-Reply-To"] = root
        message["References"] = root


def _manners(message: EmailMessage, mail: Mail, domain: str) -> None:
    """Say for whom to filter, and how to end it (RFC 2919, 2369 and 8058)."""
    message["List-Id"] = _list_id(mail.workspace, domain)
    message["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if mail.urgent:
        message["Importance"] = "high"
        message["X-Priority"] = "1"


def _list_id(workspace: str, domain: str) -> str:
    words = re.findall(r"[a-z0-9]+", workspace.lower())
    slug = "-".join(words)[:40].strip("-") or sha256(workspace.encode()).hexdigest()[:12]
    phrase = Header(re.sub(r'[<>"\\]', " ", _line(workspace)), maxlinelen=70).encode(linesep="\r\n")
    return f"{phrase}\r\n <{slug}.{domain}>"


def _line(text: str) -> str:
    return CONTROL.sub(" ", text).strip()
