"""Tokens: a short signed access token (JWT, RFC 7519), and opaque secrets of which only a hash is stored."""

import hashlib
import secrets
import time

import jwt

from parlour.core.errors import UnauthenticatedError
from parlour.core.ids import SessionId, UserId
from parlour.core.model.people import Identity
from parlour.core.settings import Settings

ALGORITHM = "HS256"
SECRET_KEY_MIN = 32


def issue_access_token(identity: Identity, settings: Settings) -> str:
    """Return a token that names the user and their session for `access_token_seconds`."""
    claims = {
        "sub": identity.user_id,
        "sid": identity.session_id,
        "exp": int(time.time()) + settings.access_token_seconds,
    }
    return jwt.encode(claims, settings.secret_key.get_secret_value(), ALGORITHM)


def read_access_token(token: str, settings: Settings) -> Identity:
    """Return who a token names; whether their session still lasts is asked elsewhere.

    Raises:
        UnauthenticatedError: it is not ours, or it has expired.
    """
    try:
        claims = jwt.decode(
            token,
            settings.secret_key.get_secret_value(),
            algorithms=[ALGORITHM],
            options={"require": ["sub", "sid", "exp"]},
        )
    except jwt.InvalidTokenError:
        raise UnauthenticatedError(
            "unauthenticated", "The access token is not valid or has expired; refresh it or sign in."
        ) from None
    return Identity(UserId(claims["sub"]), SessionId(claims["sid"]))


def new_secret() -> str:
    """Return an opaque secret of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is stored of a secret. It is random and long, so one fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
