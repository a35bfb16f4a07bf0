"""A limit on failed sign-ins, counted in Redis for five minutes; without Redis nobody is locked out."""

import hashlib

from parlour.core.errors import TooManyError
from parlour.core.house import House
from parlour.core.live import FAILURES

WINDOW_SECONDS = 300


async def check(house: House, key: str) -> None:
    """Refuse another attempt after too many failures.

    Raises:
        TooManyError: with the seconds to wait.
    """
    try:
        failures = int(await house.redis.get(_name(key)) or 0)
        left = int(await house.redis.ttl(_name(key))) if failures else 0
    except FAILURES:
        return
    limit = house.settings.sign_in_failures
    if failures >= limit:
        raise TooManyError(
            "too_many_requests",
            f"More than {limit} failed sign-ins (sign_in_failures). Wait a few minutes.",
            retry_after=max(left, 1),
        )


async def count(house: House, key: str) -> None:
    """Count a failure."""
    try:
        pipeline = house.redis.pipeline()
        pipeline.incr(_name(key))
        pipeline.expire(_name(key), WINDOW_SECONDS)
        await pipeline.execute()
    except FAILURES:
        return


def _name(key: str) -> str:
    return f"failed:{hashlib.sha256(key.encode()).hexdigest()}"
