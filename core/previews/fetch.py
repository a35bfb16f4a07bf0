"""Fetching a page with limits on time, bytes, redirects and kind, through the guard of addresses."""

import asyncio
import re
from dataclasses import dataclass

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar
from yarl import URL

from parlour.core.previews.guard import GuardedConnector, RefusedAddressError, check_url, was_refused
from parlour.core.settings import Settings

KINDS = ("text/html", "application/xhtml+xml")
REDIRECTS = (301, 302, 303, 307, 308)
MAY_PASS = (408, 425, 429, 500, 502, 503, 504)
META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
HEADERS = {
    "Accept": "text/html,application/xhtml+xml",
    # What is not compressed cannot grow while it is read.
    "Accept-Encoding": "identity",
    "User-Agent": "Parlour (link preview)",
}


class TryAgainError(Exception):
    """A page could not be fetched now, though it might later."""


@dataclass(frozen=True)
class Page:
    """What was fetched: where it ended up, and the first bytes of its text."""

    url: URL
    text: str


async def fetch(link: str, settings: Settings) -> Page | None:
    """Return the page behind a link; none when there is none that may be shown.

    Raises:
        TryAgainError: its server is away or busy, or too slow.
    """
    allowed = [host for host in settings.preview_allow.split(",") if host]
    try:
        async with (
            asyncio.timeout(settings.preview_timeout),
            ClientSession(
                connector=GuardedConnector(allowed=allowed),
                cookie_jar=DummyCookieJar(),
                headers=HEADERS,
                timeout=ClientTimeout(total=settings.preview_timeout),
                auto_decompress=False,
                trust_env=False,
            ) as session,
        ):
            return await _follow(session, URL(link), settings, allowed)
    except (RefusedAddressError, ValueError):
        return None
    except (ClientError, TimeoutError, OSError) as error:
        if was_refused(error):
            return None
        raise TryAgainError(type(error).__name__) from error


async def _follow(session: ClientSession, url: URL, settings: Settings, allowed: list[str]) -> Page | None:
    for _ in range(settings.preview_redirects + 1):
        check_url(url, allowed=allowed)
        async with session.get(url, allow_redirects=False) as response:
            if response.status not in REDIRECTS:
                return await _page(response, settings.preview_max_bytes)
            url = url.join(URL(response.headers.get("Location", "")))
    return None


async def _page(response: ClientResponse, most: int) -> Page | None:
    if response.status in MAY_PASS:
        raise TryAgainError(str(response.status))
    encoding = response.headers.get("Content-Encoding", "identity")
    if response.status != 200 or response.content_type not in KINDS or encoding != "identity":
        return None
    body = bytearray()
    async for part in response.content.iter_any():
        body += part
        if len(body) >= most:
            break
    return Page(response.url, _decoded(bytes(body[:most]), response.charset))


def _decoded(body: bytes, charset: str | None) -> str:
    told = META_CHARSET.search(body[:4096])
    for name in filter(None, (charset, told and told.group(1).decode(), "utf-8")):
        try:
            return body.decode(name, errors="replace")
        except LookupError:
            continue
    return ""
