"""How often something may be done: sliding windows, counted in Redis for all processes together.

While Redis is away, the doors (signing in and up, mails, links) count in each process, more strictly; everything else
stays open. Redis is asked again after a few seconds, so that nobody waits for it with each request.
"""

import time
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from msgspec import Struct
from redis.asyncio import Redis

from parlour.core.errors import TooManyError
from parlour.core.live import FAILURES
from parlour.core.settings import Settings
from parlour.core.telemetry import log

MINUTE, FIVE_MINUTES, HOUR = 60, 300, 3600
ASK_AGAIN_S = 5.0
GATHER_S = 1.0
GATHERED_MAX = 10_000
V6_NETWORK_BITS = 64


class Limit(Struct, frozen=True):
    """At most `most` of `name` within `seconds`; `setting` says how many.

    `alone` is how many while each process counts for itself (none: as many).
    """

    name: str
    most: int
    seconds: int
    setting: str
    alone: int | None = None


class Window(Struct, frozen=True):
    """What is left of a limit to somebody; the next becomes free in `reset` seconds."""

    limit: Limit
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """It as headers (draft-ietf-httpapi-ratelimit-headers, the version most clients read)."""
        return {
            "RateLimit-Limit": str(self.limit.most),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
            "RateLimit-Policy": f"{self.limit.most};w={self.limit.seconds}",
        }


class OverLimitError(TooManyError):
    """More than a limit allows: `window` says when there will be room again."""

    def __init__(self, window: Window) -> None:
        limit = window.limit
        super().__init__(
            "too_many_requests",
            f"More than {limit.most} {limit.name} in {_span(limit.seconds)} ({limit.setting}). Wait a while.",
            retry_after=max(window.reset, 1),
        )
        self.window = window


class _Gathered:
    """What somebody did since Redis was told: `window` is what was left then."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.untold = 0
        self._told_at = time.monotonic()

    @property
    def has_room(self) -> bool:
        """Whether one more need not be told yet."""
        most = self.window.limit.most
        is_fresh = time.monotonic() - self._told_at < GATHER_S
        return is_fresh and self.untold < most // 100 and self.window.remaining > most // 10


class Limits:
    """The limits of one process."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        storage = RedisStorage(
            f"async+{settings.redis_url}",
            implementation="redispy",
            key_prefix="limits",
            connection_pool=redis.connection_pool,  # type: ignore[arg-type]
        )
        self._shared = SlidingWindowCounterRateLimiter(storage)
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._ask_again_at = 0.0
        self._gathered: dict[tuple[str, str], _Gathered] = {}

    async def pass_door(self, limit: Limit, key: str) -> Window:
        """Count a try at a door.

        Raises:
            OverLimitError: it is one too many.
        """
        window = await self.count(limit, key) or await self._count_alone(limit, key)
        if window.remaining < 0:
            raise OverLimitError(_at_end(window))
        return window

    async def count_door(self, limit: Limit, key: str) -> None:
        """Count something at a door that is no try by itself."""
        if await self.count(limit, key) is None:
            await self._count_alone(limit, key)

    async def look_at_door(self, limit: Limit, key: str) -> None:
        """Count nothing.

        Raises:
            OverLimitError: the next try would be one too many.
        """
        if self._is_away():
            limiter, item = self._own, _alone(limit)
        else:
            limiter, item = self._shared, _item(limit)
        try:
            if await limiter.test(item, key):
                return None
            window = await self._window(limiter, item, limit, key)
        except FAILURES as error:
            self._note_away(error)
            return await self.look_at_door(limit, key)
        raise OverLimitError(_at_end(window))

    async def forgive(self, limit: Limit, key: str) -> None:
        """Forget what was counted: whoever tried has shown who they are."""
        await self._own.clear(_alone(limit), key)
        if self._is_away():
            return
        try:
            await self._shared.clear(_item(limit), key)
        except FAILURES as error:
            self._note_away(error)

    async def count_gathered(self, limit: Limit, key: str) -> Window | None:
        """Count one of very many, as `count` does; where much is left, Redis is told of a second's worth at once.

        So a caller is counted right but for a hundredth of the limit in each process.
        """
        name, seen = (limit.setting, key), self._gathered.pop((limit.setting, key), None)
        if seen is not None and seen.has_room:
            self._gathered[name] = seen
            seen.untold += 1
            return Window(limit, seen.window.remaining - seen.untold, seen.window.reset)
        window = await self.count(limit, key, cost=1 + (seen.untold if seen else 0))
        if window is not None:
            if len(self._gathered) >= GATHERED_MAX:
                self._gathered.clear()
            self._gathered[name] = _Gathered(window)
        return window

    async def count(self, limit: Limit, key: str, *, cost: int = 1) -> Window | None:
        """Count one, or `cost`, and return what is left (-1: it was one too many); none while Redis is away."""
        if self._is_away():
            return None
        try:
            return await self._hit(self._shared, _item(limit), limit, key, cost)
        except FAILURES as error:
            self._note_away(error)
            return None

    async def _count_alone(self, limit: Limit, key: str) -> Window:
        return await self._hit(self._own, _alone(limit), limit, key)

    async def _hit(
        self,
        limiter: SlidingWindowCounterRateLimiter,
        item: RateLimitItem,
        limit: Limit,
        key: str,
        cost: int = 1,
    ) -> Window:
        is_within = await limiter.hit(item, key, cost=cost)
        window = await self._window(limiter, item, limit, key)
        return window if is_within else Window(limit, -1, window.reset)

    async def _window(
        self, limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, limit: Limit, key: str
    ) -> Window:
        stats = await limiter.get_window_stats(item, key)
        return Window(limit, stats.remaining, max(round(stats.reset_time - time.time() + 0.5), 0))

    def _is_away(self) -> bool:
        return time.monotonic() < self._ask_again_at

    def _note_away(self, error: Exception) -> None:
        self._ask_again_at = time.monotonic() + ASK_AGAIN_S
        log.warning("limits.redis_away", error=type(error).__name__)


def network_of(address: str) -> str:
    """Return what one sender has of network addresses: one of IPv4, and of IPv6 a whole network."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return f"{int(parsed) >> (128 - V6_NETWORK_BITS):x}/{V6_NETWORK_BITS}"


def _item(limit: Limit) -> RateLimitItem:
    return RateLimitItemPerSecond(limit.most, limit.seconds, limit.setting)


def _alone(limit: Limit) -> RateLimitItem:
    most = limit.most if limit.alone is None else min(limit.most, limit.alone)
    return RateLimitItemPerSecond(most, limit.seconds, limit.setting)


def _at_end(window: Window) -> Window:
    return Window(window.limit, 0, window.reset)


def _span(seconds: int) -> str:
    return {MINUTE: "a minute", FIVE_MINUTES: "5 minutes", HOUR: "an hour"}.get(seconds, f"{seconds} seconds")
