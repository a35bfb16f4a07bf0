"""Tokens: a short signed access token (JWT, RFC 7519), and opaque secrets of which only a hash is stored."""

import hashlib
import hmac
import re
import secrets
import time
from typing import Literal
from uuid import UUID

import jwt

from parlour.core.errors import UnauthenticatedError
from parlour.core.ids import SessionId, UserId
from parlour.core.model.people import Identity
from parlour.core.people.keyring import Keyring
from parlour.core.settings import Settings

ALGORITHM = "EdDSA"
AUDIENCE = "parlour-api"
SECRET_KEY_MIN = 32
Lasting = Literal["personal", "bot"]
MARKS: dict[Lasting, str] = {"personal": "pat", "bot": "bot"}
_LASTING = re.compile(r"prl_(?:pat|bot)_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")


def issue_access_token(identity: Identity, keys: Keyring, settings: Settings) -> str:
    """Return a token that names the user and their session for `access_token_seconds`."""
    key, issued_at = keys.signing(), int(time.time())
    claims = {
        "iss": settings.address,
        "aud": AUDIENCE,
        "sub": identity.user_id,
        "sid": identity.session_id,
        "iat": issued_at,
        "exp": issued_at + settings.access_token_seconds,
    }
    return jwt.encode(claims, key.private, ALGORITHM, headers={"kid": key.kid, "typ": "at+jwt"})


def read_access_token(token: str, keys: Keyring, settings: Settings) -> Identity:
    """Return who a token names; whether their session still lasts is asked elsewhere.

    What the token says of its algorithm counts for nothing: ours is the only one (RFC 8725 section 3.1).

    Raises:
        UnauthenticatedError: it is not ours, or it has expired.
    """
    try:
        key = keys.checking(str(jwt.get_unverified_header(token).get("kid", "")))
        if key is None:
            raise _not_ours()
        claims = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=settings.address,
            options={"require": ["iss", "aud", "sub", "sid", "iat", "exp"]},
        )
    except jwt.InvalidTokenError:
        raise _not_ours() from None
    if not isinstance(claims["sid"], str):
        raise _not_ours()
    return Identity(UserId(claims["sub"]), SessionId(claims["sid"]))


def lasting_token(kind: Lasting, token_id: SessionId, secret: str) -> str:
    """Return a token of a person's own or of a bot as it is shown once; scanners for secrets know it by its mark."""
    return f"prl_{MARKS[kind]}_{UUID(token_id).hex}_{secret}"


def read_lasting_token(token: str) -> tuple[SessionId, str] | None:
    """Return the id and the secret of such a token, or none if it is not of that form."""
    found = _LASTING.fullmatch(token)
    return (SessionId(str(UUID(found[1]))), found[2]) if found else None


def new_secret() -> str:
    """Return an opaque secret of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is stored of a secret. It is random and long, so one fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret(secret: str, stored_hash: str) -> bool:
    """Return whether a secret is the one of which a hash is stored, in the same time whichever it is."""
    return hmac.compare_digest(hash_of(secret), stored_hash)


def _not_ours() -> UnauthenticatedError:
    return UnauthenticatedError(
        "unauthenticated", "The access token is not valid or has expired; refresh it or sign in."
    )
