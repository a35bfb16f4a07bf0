"""One request to a push service over HTTP, with limits on its time and on what is read of its answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from parlour.core.previews.guard import GuardedConnector
from parlour.core.settings import Settings

# What is not compressed cannot grow while it is read.
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Parlour"}


@dataclass(frozen=True)
class Reply:
    """What a push service replied; names of headers are in lower case, the body is its beginning."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


def allowed_hosts(settings: Settings) -> list[str]:
    """Return the hosts that may be pushed to although they are private, or not by https."""
    return [host.strip() for host in settings.push_allow.split(",") if host.strip()]


def guarded_session(settings: Settings) -> ClientSession:
    """Return a session for endpoints that come from people's devices: to public addresses alone."""
    return _session(
        settings,
        GuardedConnector(allowed=allowed_hosts(settings), limit=settings.push_connections, force_close=False),
    )


def plain_session(settings: Settings) -> ClientSession:
    """Return a session for the services that the settings name."""
    return _session(settings, TCPConnector(limit=settings.push_connections))


def _session(settings: Settings, connector: TCPConnector) -> ClientSession:
    return ClientSession(
        connector=connector,
        cookie_jar=DummyCookieJar(),
        headers=HEADERS,
        timeout=ClientTimeout(total=settings.push_timeout),
        auto_decompress=False,
        trust_env=False,
    )


async def post(
    session: ClientSession, url: str, *, data: bytes, headers: Mapping[str, str], most: int
) -> Reply:
    """Send a body, and return the reply with at most so many bytes of its own.

    Raises:
        aiohttp.ClientError, TimeoutError, OSError, ValueError: as `answers.failed` understands them.
    """
    async with session.post(url, data=data, headers=headers, allow_redirects=False) as response:
        named = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status, named, await _beginning(response, most))


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
