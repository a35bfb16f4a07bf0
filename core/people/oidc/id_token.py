"""Checking an ID token (OpenID Connect Core 1.0, section 3.1.3.7). What it says of its algorithm counts for nothing."""

import time
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from msgspec import Struct

from parlour.core.people.oidc.providers import Provider
from parlour.core.people.oidc.server import Servers, Tokens
from parlour.core.settings import Settings

ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
]
"""Those with a public key alone: none and HS256 would let whoever knows what is public, or the client, sign."""
MFA = frozenset({"mfa", "otp", "hwk", "fpt", "face"})
"""Values of `amr` (RFC 8176) that tell of more than a password."""


class Claims(Struct, frozen=True, kw_only=True):
    """What a server says of a person, as far as it is used; `all` is everything, for the mapping of roles."""

    subject: str
    email: str
    email_verified: bool
    name: str
    strong: bool
    all: dict[str, Any]


class WrongTokenError(Exception):
    """The token is not what it should be; the message is for the log."""


async def read(
    servers: Servers, settings: Settings, provider: Provider, tokens: Tokens, *, nonce: str
) -> Claims:
    """Return what a token says, with what the server adds when asked.

    Raises:
        WrongTokenError: it is not this server's, not for us, not for this sign-in, or over.
        UnavailableError: the server does not answer.
    """
    claims = await _checked(servers, settings, provider, tokens, nonce)
    if "email" not in claims:
        more = await servers.userinfo(provider, tokens.access_token)
        # What it tells of somebody else must not be taken (section 5.3.2).
        claims = more | claims if more.get("sub") == claims["sub"] else claims
    return Claims(
        subject=claims["sub"],
        email=_text(claims.get("email")).strip().casefold(),
        email_verified=claims.get("email_verified") is True,
        name=_text(claims.get("name")) or _text(claims.get("preferred_username")),
        strong=not MFA.isdisjoint(one for one in claims.get("amr", []) if isinstance(one, str)),
        all=claims,
    )


async def _checked(
    servers: Servers, settings: Settings, provider: Provider, tokens: Tokens, nonce: str
) -> dict[str, Any]:
    try:
        kid = jws.extract_compact(tokens.id_token.encode()).headers().get("kid")
        keys = await servers.keys(provider, kid=str(kid) if kid is not None else None)
        token = jwt.decode(tokens.id_token, keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            params={
                "nonce": nonce,
                "client_id": provider.client_id,
                "access_token": tokens.access_token,
            },
        )
        claims.validate(now=int(time.time()), leeway=settings.oidc_clock_skew_seconds)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise WrongTokenError(f"{type(error).__name__}: {error}"[:300]) from error
    if not isinstance(token.claims.get("sub"), str) or not token.claims["sub"]:
        raise WrongTokenError("it names nobody")
    return dict(token.claims)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
