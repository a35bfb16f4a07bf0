"""An SMTP server (aiosmtpd) that answers as it is told, and the mails it took."""

import asyncio
import email
import email.policy
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Step = Literal["MAIL", "RCPT", "DATA"]
HANG, DROP = "hang", "drop"


@dataclass
class MailServer:
    """`then` says what the next such steps answer; `sessions` counts connections that greeted."""

    host: str = "127.0.0.1"
    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    sessions: int = 0
    signed_in: list[str] = field(default_factory=list)
    _failing: tuple[str, ...] = ()
    _every: int = 0
    _asked: int = 0
    _script: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    _always: dict[str, str] = field(default_factory=dict)

    def then(self, step: Step, answer: str, *, times: int = 1) -> None:
        """Answer the next such step so: a reply as `450 4.2.1 busy`, `HANG` or `DROP`."""
        self._script[step].extend([answer] * times)

    def always(self, step: Step, answer: str) -> None:
        """Answer every such step so until `heal`."""
        self._always[step] = answer

    def fail_every(self, nth: int, *answers: str) -> None:
        """Answer every nth recipient so, one answer after the other, until `heal`."""
        self._every, self._failing, self._asked = nth, answers, 0

    def heal(self) -> None:
        self._every = 0
        self._script.clear()
        self._always.clear()

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails that came for an address."""
        pairs = zip(self.envelopes, self.mails, strict=True)
        return [mail for envelope, mail in pairs if address in envelope.rcpt_tos]

    async def handle_EHLO(  # noqa: N802 - names of aiosmtpd
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.sessions += 1
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (told := await self._told("MAIL", server)) is not None:
            return told
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (told := await self._told("RCPT", server)) is not None:
            return told
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if (told := await self._told("DATA", server)) is not None:
            return told
        assert isinstance(envelope.content, bytes)
        self.envelopes.append(envelope)
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.SMTP))  # type: ignore[arg-type]
        return "250 2.0.0 queued as 42"

    async def _told(self, step: Step, server: SMTP) -> str | None:
        answer = self._script[step].popleft() if self._script[step] else self._always.get(step)
        if step == "RCPT" and self._every:
            self._asked += 1
            if self._asked % self._every == 0:
                answer = self._failing[self._asked // self._every % len(self._failing)]
        if answer == HANG:
            await asyncio.Event().wait()
        if answer == DROP:
            assert server.transport is not None
            _abort(server.transport)
            return "421 4.3.2 gone"
        return answer

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> Any:
        """Know one account: `parlour`, with the password `parlour`."""
        known = isinstance(given, LoginPassword) and given.login == given.password == b"parlour"
        if known:
            self.signed_in.append(given.login.decode())
        return AuthResult(success=known, handled=False)


@asynccontextmanager
async def mail_server(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, sign_in: bool = False
) -> AsyncIterator[MailServer]:
    """Serve on a free port of this machine."""
    served = MailServer()
    loop = asyncio.get_running_loop()
    protocols: list[SMTP] = []

    def connected() -> SMTP:
        made = SMTP(
            served,
            hostname="mail.test",
            enable_SMTPUTF8=True,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=served.authenticate if sign_in else None,
            auth_required=sign_in,
            auth_require_tls=False,
            loop=loop,
        )
        protocols.append(made)
        return made

    listening = await loop.create_server(connected, served.host, 0, ssl=tls)
    served.port = listening.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        listening.close()
        for protocol in protocols:
            if protocol.transport is not None:
                _abort(protocol.transport)
        await listening.wait_closed()


def _abort(transport: asyncio.BaseTransport) -> None:
    assert isinstance(transport, asyncio.WriteTransport)
    transport.abort()
