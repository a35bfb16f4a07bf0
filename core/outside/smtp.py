"""Handing mails to an SMTP server: few connections, used again, and what its replies mean (RFC 5321, 3463, 4954)."""

import asyncio
import re
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectResponseError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from parlour.core.outside.answer import Answer
from parlour.core.settings import Settings

ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")
ADDRESSES = re.compile(r"<?[^\s<>]+@[^\s<>]+>?|\S+://\S+")
NO_MAILBOX = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1")
NO_MAILBOX_CODES = (550, 551, 553)
REPLY_SHOWN = 160


HALFWAY = Answer(
    answered="unknown",
    code="halfway",
    words="the mail server broke off while it took the mail: nobody knows whether it arrived",
)


class HalfwayError(Exception):
    """A connection ended between the first word of a mail and the reply to its last one."""


class Postman:
    """Hands mails over, `smtp_connections` at a time. A connection that failed is not used again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._places = asyncio.Semaphore(settings.smtp_connections)
        self._idle: deque[tuple[float, SMTP]] = deque()

    async def send(self, message: EmailMessage, *, sender: str, recipient: str) -> Answer:
        """Hand one mail over for one recipient; return what the server says."""
        content, limit = message.as_bytes(), self._settings.smtp_timeout
        is_ascii = f"{sender}{recipient}".isascii()
        async with self._places:
            try:
                async with asyncio.timeout(limit) as patience, self._connection() as server:
                    await (_envelope if is_ascii else _envelope_in_utf8)(server, sender, recipient)
                    patience.reschedule(None)
                    said = await _handed_over(server, content, limit)
            except HalfwayError:
                return HALFWAY
            except (SMTPException, OSError, ValueError) as error:
                return understood(error, timeout=limit)
        return Answer(answered="sent", code=_code(250, said), words="taken by the mail server")

    async def close(self) -> None:
        """End all connections."""
        while self._idle:
            self._idle.pop()[1].close()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[SMTP]:
        server = await self._kept() or await self._connected()
        try:
            yield server
        except BaseException:
            server.close()
            raise
        self._idle.append((time.monotonic() + self._settings.smtp_idle, server))

    async def _kept(self) -> SMTP | None:
        """Return a connection that still answers; the server may have ended it meanwhile."""
        while self._idle:
            expires, server = self._idle.pop()
            try:
                if expires > time.monotonic() and server.is_connected:
                    await server.noop()
                    return server
            except (SMTPException, OSError):
                pass
            server.close()
        return None

    async def _connected(self) -> SMTP:
        known = self._settings
        server = SMTP(
            hostname=known.smtp_host,
            port=known.smtp_port,
            username=known.smtp_user or None,
            password=known.smtp_password.get_secret_value() or None,
            local_hostname=_own_name(known),
            timeout=known.smtp_timeout,
            use_tls=known.smtp_security == "tls",
            start_tls=known.smtp_security == "starttls",
            cert_bundle=known.smtp_ca_file or None,
        )
        try:
            await server.connect()
        except BaseException:
            server.close()
            raise
        return server


async def _envelope(server: SMTP, sender: str, recipient: str) -> None:
    await server.mail(sender)
    await server.rcpt(recipient)


async def _envelope_in_utf8(server: SMTP, sender: str, recipient: str) -> None:
    """Say whom a mail is from and for, by RFC 6531: not every server takes such addresses."""
    if server.is_ehlo_or_helo_needed:
        await server.ehlo()
    if not server.supports_extension("smtputf8"):
        raise SMTPNotSupported("SMTPUTF8 is not supported")
    await server.mail(sender, options=["SMTPUTF8"], encoding="utf-8")
    await server.rcpt(recipient, encoding="utf-8")


async def _handed_over(server: SMTP, content: bytes, limit: float) -> str:
    """Hand over a mail's content and return the reply; a server that says nothing may have taken it all the same."""
    try:
        async with asyncio.timeout(limit):
            reply = await server.data(content)
    except SMTPResponseException:
        raise
    except (SMTPException, OSError) as error:
        raise HalfwayError from error
    return reply.message


def understood(error: Exception, *, timeout: float) -> Answer:
    """Return what a failure to hand a mail over means."""
    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, TimeoutError):
        return _retry("timeout", f"no answer of the mail server within {timeout:g} s")
    if isinstance(error, SMTPResponseException):
        return _replied(error)
    if isinstance(error, SMTPNotSupported) or "not supported" in str(error):
        return _not_supported(str(error))
    if fault := _tls_fault(error):
        return _unencrypted(fault)
    if isinstance(error, ValueError):
        return Answer(answered="refused", code="address", words="the address is no e-mail address")
    return _retry("unreachable", "the mail server cannot be reached, or broke off")


def _tls_fault(error: BaseException | None) -> ssl.SSLError | None:
    """Return the fault of TLS behind an error: the library wraps it while connecting."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def _unencrypted(fault: ssl.SSLError) -> Answer:
    words = "no encryption could be agreed on with the mail server (PARLOUR_SMTP_SECURITY)"
    if isinstance(fault, ssl.SSLCertVerificationError):
        words = "the mail server's certificate is not trusted (PARLOUR_SMTP_CA_FILE)"
    return Answer(answered="misconfigured", code="tls", words=words)


def _replied(error: SMTPResponseException) -> Answer:
    code, said = _code(error.code, error.message), _shown(error.message)
    if not 500 <= error.code < 600:
        return _retry(code, f"the mail server says not now: {said}")
    if isinstance(error, SMTPConnectResponseError):
        return _retry(code, f"the mail server takes nobody: {said}")
    if isinstance(error, SMTPAuthenticationError | SMTPHeloError | SMTPSenderRefused):
        return Answer(
            answered="misconfigured", code=code, words=f"the mail server does not accept us: {said}"
        )
    if isinstance(error, SMTPRecipientRefused) and _no_mailbox(error):
        return Answer(answered="gone", code=code, words=f"there is no such mailbox: {said}")
    return Answer(answered="refused", code=code, words=f"the mail server refuses this mail: {said}")


def _not_supported(said: str) -> Answer:
    if "UTF8" in said.upper():
        words = "the mail server takes no address that is not ASCII"
        return Answer(answered="refused", code="smtputf8", words=words)
    words = "the mail server does not offer what is set (PARLOUR_SMTP_SECURITY, PARLOUR_SMTP_USER)"
    return Answer(answered="misconfigured", code="not supported", words=words)


def _no_mailbox(error: SMTPRecipientRefused) -> bool:
    enhanced = ENHANCED.match(error.message)
    return enhanced[1] in NO_MAILBOX if enhanced else error.code in NO_MAILBOX_CODES


def _retry(code: str, words: str) -> Answer:
    return Answer(answered="retry", code=code, words=words)


def _code(code: int, said: str) -> str:
    enhanced = ENHANCED.match(said)
    return f"{code} {enhanced[1]}" if enhanced else str(code)


def _shown(said: str) -> str:
    """Return a reply in one short line, without addresses and links: a server may repeat those of the mail."""
    line = " ".join(ADDRESSES.sub("…", ENHANCED.sub("", said)).split())
    return line if len(line) <= REPLY_SHOWN else f"{line[: REPLY_SHOWN - 1]}…"


def _own_name(settings: Settings) -> str:
    """Return by which name to greet: never one that has to be looked up first."""
    host = urlsplit(settings.address).hostname or "localhost"
    try:
        ip = ip_address(host)
    except ValueError:
        return host
    return f"[{host}]" if ip.version == 4 else f"[IPv6:{host}]"
