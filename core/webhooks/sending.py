"""Calling addresses that people entered: public ones, and those of a range that the admin allows. Nothing else.

A name is resolved once, its addresses are judged, and the very same are connected to: a name that means another place
the second time (DNS rebinding) gains nothing. Redirects are not followed. It never raises: what went wrong is a reply.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta

from aiohttp import (
    ClientConnectionError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from aiohttp.abc import ResolveResult
from aiohttp.tracing import Trace
from msgspec import Struct
from msgspec.structs import replace
from yarl import URL

from parlour.core.outside.answers import retry_after
from parlour.core.previews.guard import RefusedAddressError, was_refused
from parlour.core.settings import Settings
from parlour.core.webhooks.allowed import Allowed, checked_url

# What is not compressed cannot grow while it is read.
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Parlour-Webhook"}


class Reply(Struct, frozen=True, kw_only=True):
    """What became of a call. `status` is 0 when there was no answer; then `fault` says why, and `words` in words.

    `body` is the answer's beginning; names of headers are in lower case.
    """

    status: int = 0
    headers: Mapping[str, str] = {}
    body: bytes = b""
    took_ms: int = 0
    fault: str = ""
    words: str

    @property
    def is_ok(self) -> bool:
        """Whether the receiver took it."""
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> timedelta | None:
        """What the receiver asked to wait, a day at most."""
        return retry_after(self.headers)


class _Connector(TCPConnector):
    """Connects to addresses that may be called: those it judged, and no others."""

    def __init__(self, settings: Settings, *, scheme: str) -> None:
        super().__init__(use_dns_cache=False, limit=settings.webhook_connections)
        self._allowed = Allowed(settings)
        self._scheme = scheme

    async def _resolve_host(
        self, host: str, port: int, traces: Sequence[Trace] | None = None
    ) -> list[ResolveResult]:
        """Return the addresses of a host that may be called."""
        found = await super()._resolve_host(host, port, traces)
        may = [one for one in found if self._allowed.may_call(one["host"], port, scheme=self._scheme)]
        if not may:
            raise RefusedAddressError(f"{host} may not be called")
        return may


class Sender:
    """Calls integrators' addresses. Sessions are opened by the first call."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sessions: dict[str, ClientSession] = {}

    async def close(self) -> None:
        """End all connections."""
        for session in self._sessions.values():
            await session.close()

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float | None = None
    ) -> Reply:
        """Post a body, and return what came of it; in so many `seconds` at most (`webhook_timeout`)."""
        limit = seconds or self._settings.webhook_timeout
        began = time.perf_counter()
        try:
            reply = await self._posted(checked_url(url), body, headers, limit)
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            reply = _failed(error, limit)
        return replace(reply, took_ms=round((time.perf_counter() - began) * 1000))

    async def _posted(self, url: URL, body: bytes, headers: Mapping[str, str], limit: float) -> Reply:
        session = self._session(url.scheme)
        total = ClientTimeout(total=limit)
        async with session.post(
            url, data=body, headers=headers, allow_redirects=False, timeout=total
        ) as response:
            named = {name.lower(): value for name, value in response.headers.items()}
            head = await _beginning(response, self._settings.webhook_answer_max_bytes)
            return Reply(status=response.status, headers=named, body=head, words=_words(response.status))

    def _session(self, scheme: str) -> ClientSession:
        if scheme not in self._sessions:
            self._sessions[scheme] = ClientSession(
                connector=_Connector(self._settings, scheme=scheme),
                cookie_jar=DummyCookieJar(),
                headers=HEADERS,
                auto_decompress=False,
                trust_env=False,
            )
        return self._sessions[scheme]


async def _beginning(response: ClientResponse, most: int) -> bytes:
    """Read the first bytes of a body. A body that breaks off takes nothing from the status before it."""
    body = bytearray()
    try:
        async for part in response.content.iter_any():
            body += part
            if len(body) >= most:
                response.close()
                break
    except (ClientError, TimeoutError):
        pass
    return bytes(body[:most])


def _words(status: int) -> str:
    if 200 <= status < 300:
        return f"taken ({status})"
    if 300 <= status < 400:
        return f"answered with a redirect ({status}), which is not followed"
    return f"answered {status}"


def _failed(error: Exception, limit: float) -> Reply:
    if was_refused(error):
        return Reply(fault="refused", words="the address is not one that may be called")
    if isinstance(error, TimeoutError):
        return Reply(fault="timeout", words=f"no answer within {limit:g} s")
    if isinstance(error, InvalidURL | ValueError):
        return Reply(fault="refused", words="the address is none")
    if isinstance(error, ClientConnectionError | OSError):
        return Reply(fault="unreachable", words="cannot be reached, or ended the connection")
    return Reply(fault="garbage", words="what was answered is no HTTP")
