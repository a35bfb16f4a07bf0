"""What is asked of a server itself: what it is (OpenID Connect Discovery 1.0), its keys, and tokens for a code."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any, TypeVar
from urllib.parse import quote_plus

import msgspec
from aiohttp import BasicAuth, ClientError, ClientSession, ClientTimeout, DummyCookieJar
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct
from yarl import URL

from parlour.core.errors import UnavailableError
from parlour.core.people.oidc.providers import Provider, ProvidersError, is_safe
from parlour.core.settings import Settings
from parlour.core.telemetry import log

Answered = TypeVar("Answered")

KNOWN_SECONDS = 3600
ASKED_AGAIN_SECONDS = 30
"""How often keys are asked for again because a token names one that is not known."""


class Metadata(Struct, frozen=True, kw_only=True):
    """What a server says of itself, as far as it is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Tokens(Struct, frozen=True, kw_only=True):
    """What a server gives for a code."""

    id_token: str
    access_token: str


class ServerError(Exception):
    """A server that does not answer as it should; the message is for the log."""


class Servers:
    """What this process knows of servers: asked when needed, and again after an hour."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._metadata: dict[str, tuple[float, Metadata]] = {}
        self._keys: dict[str, tuple[float, KeySet]] = {}

    async def metadata(self, provider: Provider) -> Metadata:
        """Return what a server says of itself.

        Raises:
            UnavailableError: it does not answer, or not as it should.
        """
        asked_at, known = self._metadata.get(provider.issuer, (0.0, None))
        if known and time.monotonic() - asked_at < KNOWN_SECONDS:
            return known
        found = await self._guarded(provider, self._discover(provider))
        self._metadata[provider.issuer] = (time.monotonic(), found)
        return found

    async def keys(self, provider: Provider, *, kid: str | None) -> KeySet:
        """Return a server's keys, asked for anew when they lack that of a token.

        Raises:
            UnavailableError: it does not answer, or not as it should.
        """
        asked_at, known = self._keys.get(provider.issuer, (-KNOWN_SECONDS, None))
        age = time.monotonic() - asked_at
        lacks = known is None or (kid is not None and all(key.kid != kid for key in known.keys))
        if known and age < (ASKED_AGAIN_SECONDS if lacks else KNOWN_SECONDS):
            return known
        found = await self._guarded(provider, self._fetch_keys(await self.metadata(provider)))
        self._keys[provider.issuer] = (time.monotonic(), found)
        return found

    async def exchange(self, provider: Provider, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """Return the tokens for a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).

        Raises:
            UnavailableError: the server does not answer, or not as it should.
        """
        metadata = await self.metadata(provider)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        return await self._guarded(provider, self._exchange(provider, metadata, form))

    async def userinfo(self, provider: Provider, access_token: str) -> dict[str, Any]:
        """Return what a server tells of a person beside the token; nothing when it does not tell.

        Raises:
            UnavailableError: it does not answer, or not as it should.
        """
        metadata = await self.metadata(provider)
        if metadata.userinfo_endpoint is None:
            return {}
        headers = {"Authorization": f"Bearer {access_token}"}
        asked = self._ask("GET", metadata.userinfo_endpoint, headers=headers)
        return msgspec.json.decode(await self._guarded(provider, asked), type=dict[str, Any])

    async def _discover(self, provider: Provider) -> Metadata:
        body = await self._ask("GET", get_well_known_url(provider.issuer, external=True))
        found = msgspec.json.decode(body, type=Metadata)
        if found.issuer != provider.issuer:
            raise ServerError(f"it calls itself {found.issuer}")
        ends = (found.authorization_endpoint, found.token_endpoint, found.jwks_uri, found.userinfo_endpoint)
        if unsafe := [end for end in ends if end and not is_safe(end)]:
            raise ServerError(f"it names addresses that are not safe: {unsafe}")
        return found

    async def _fetch_keys(self, metadata: Metadata) -> KeySet:
        return KeySet.import_key_set(msgspec.json.decode(await self._ask("GET", metadata.jwks_uri)))

    async def _exchange(self, provider: Provider, metadata: Metadata, form: dict[str, str]) -> Tokens:
        secret, auth = provider.secret, None
        # Both parts are form-encoded first (RFC 6749 section 2.3.1).
        if secret is None:
            form["client_id"] = provider.client_id
        elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            auth = BasicAuth(quote_plus(provider.client_id), quote_plus(secret))
        else:
            form |= {"client_id": provider.client_id, "client_secret": secret}
        return msgspec.json.decode(
            await self._ask("POST", metadata.token_endpoint, data=form, auth=auth), type=Tokens
        )

    async def _ask(self, method: str, url: str, **request: Any) -> bytes:
        """Return the body of a good answer that is not endless; no redirect is followed."""
        most = self._settings.oidc_answer_max_bytes
        async with (
            self._session() as session,
            session.request(method, URL(url), allow_redirects=False, **request) as answer,
        ):
            body = await answer.content.read(most + 1)
            while len(body) <= most and not answer.content.at_eof():
                body += await answer.content.read(most + 1 - len(body))
            if answer.status != 200:
                raise ServerError(f"{url} answered {answer.status}: {body[:200]!r}")
            if len(body) > most:
                raise ServerError(f"{url} answered more than {most} bytes (oidc_answer_max_bytes)")
            return body

    def _session(self) -> ClientSession:
        return ClientSession(
            cookie_jar=DummyCookieJar(),
            headers={"Accept": "application/json", "User-Agent": "Parlour"},
            timeout=ClientTimeout(total=self._settings.oidc_timeout_seconds),
            trust_env=False,
        )

    async def _guarded(self, provider: Provider, asked: Awaitable[Answered]) -> Answered:
        try:
            async with asyncio.timeout(self._settings.oidc_timeout_seconds):
                return await asked
        except (
            ServerError,
            ProvidersError,
            ClientError,
            OSError,
            TimeoutError,
            ValueError,
            JoseError,
        ) as error:
            log.error("oidc.server_failed", provider=provider.id, reason=str(error)[:300])
            raise UnavailableError(
                "sign_in_server_away", f"{provider.label} does not answer rightly just now. Try again later."
            ) from error
