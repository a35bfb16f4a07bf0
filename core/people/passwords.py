"""Passwords: Argon2id with OWASP's parameters (m=19 MiB, t=2, p=1), hashed off the event loop, few at a time."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_at_once = asyncio.Semaphore(4)
_NOBODYS_HASH = _hasher.hash("nobody signs in with this")


async def hash_password(password: str) -> str:
    """Return the hash to store."""
    async with _at_once:
        return await asyncio.to_thread(_hasher.hash, password)


async def is_password(password: str, stored_hash: str | None) -> bool:
    """Return whether `password` is the one; takes as long when there is no such account."""
    async with _at_once:
        return await asyncio.to_thread(_verify, password, stored_hash or _NOBODYS_HASH) and bool(stored_hash)


def _verify(password: str, stored_hash: str) -> bool:
    try:
        return _hasher.verify(stored_hash, password)
    except (VerificationError, InvalidHashError):
        return False
