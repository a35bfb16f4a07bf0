"""Passwords: Argon2id with OWASP's parameters (m=19 MiB, t=2, p=1), hashed off the event loop, few at a time.

What is hashed is the password's HMAC by a key of the house's secret key (a pepper): a stolen database alone has nothing
to guess at. Hashes of before that still count, and are renewed when their owner signs in.
"""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from parlour.core.people.password_rules import normal
from parlour.core.sealing import keyed_hash
from parlour.core.settings import Settings

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
PURPOSE = "password"
PEPPERED = "peppered:"
"""Before the hash of a password that went through the house's key first."""
_at_once = asyncio.Semaphore(4)
_NOBODYS_HASH = _hasher.hash("nobody signs in with this")


async def hash_password(settings: Settings, password: str) -> str:
    """Return the hash to store."""
    async with _at_once:
        return PEPPERED + await asyncio.to_thread(_hasher.hash, _peppered(settings, password))


async def is_password(settings: Settings, password: str, stored_hash: str | None) -> bool:
    """Return whether `password` is the one; takes as long when there is no such account."""
    stored = stored_hash or PEPPERED + _NOBODYS_HASH
    is_peppered = stored.startswith(PEPPERED)
    given = _peppered(settings, password) if is_peppered else normal(password)
    async with _at_once:
        is_it = await asyncio.to_thread(_verify, given, stored.removeprefix(PEPPERED))
    return is_it and stored_hash is not None


def is_outdated(stored_hash: str) -> bool:
    """Return whether a hash is to be made anew once its password is at hand: it has no pepper, or other parameters."""
    return not stored_hash.startswith(PEPPERED) or _hasher.check_needs_rehash(
        stored_hash.removeprefix(PEPPERED)
    )


def _peppered(settings: Settings, password: str) -> str:
    # Of nobody in particular: the hash of a sign-up is older than its account, and salts are the hasher's affair.
    return keyed_hash(settings, normal(password), purpose=PURPOSE, of="")


def _verify(password: str, stored_hash: str) -> bool:
    try:
        return _hasher.verify(stored_hash, password)
    except (VerificationError, InvalidHashError):
        return False
