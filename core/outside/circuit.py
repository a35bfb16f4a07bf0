"""A circuit breaker for each world outside: one that fails again and again is left alone for a while.

Kept in Redis, shared by all workers, and allowed to be lost: then every circuit is closed. Times are the callers', so
that a test that skips time takes the circuits along.
"""

from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct
from redis.asyncio import Redis

from parlour.core.live import FAILURES
from parlour.core.outside.answer import Answer
from parlour.core.settings import Settings

WORLDS = "{circuits}"
KEPT_S = 86_400
SHOWN = 200
# KEYS: the world, the list of worlds; ARGV: now, seconds for a trial. Of those who ask after the pause the first goes.
MAY_TRY = """
local opened_until = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
if opened_until == 0 then return 0 end
if opened_until > tonumber(ARGV[1]) then return opened_until end
redis.call('HSET', KEYS[1], 'until', tonumber(ARGV[1]) + tonumber(ARGV[2]), 'trying', 1)
return 0
"""
# ARGV: now, failures until it opens, first and longest pause, words, the world's name, seconds it is remembered.
FAILED = """
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('HSET', KEYS[1], 'last', ARGV[5])
if failures >= tonumber(ARGV[2]) then
  local tried = redis.call('HGET', KEYS[1], 'trying')
  local opened_until = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
  if tried == '1' or opened_until <= tonumber(ARGV[1]) then
    local pauses = redis.call('HINCRBY', KEYS[1], 'pauses', 1)
    local pause = math.min(tonumber(ARGV[3]) * 2 ^ math.min(pauses - 1, 40), tonumber(ARGV[4]))
    redis.call('HSET', KEYS[1], 'until', tonumber(ARGV[1]) + pause, 'trying', 0)
    redis.call('HSETNX', KEYS[1], 'since', ARGV[1])
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('ZADD', KEYS[2], ARGV[1], ARGV[6])
redis.call('EXPIRE', KEYS[2], ARGV[7])
return failures
"""


class CircuitState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A world that failed of late: `open` until a moment, then `half_open`, when one attempt tells.

    `failures` one after the other, `since` when it is open, and the words of the last failure.
    """

    world: str
    state: Literal["closed", "open", "half_open"]
    failures: int
    words: str
    since: datetime | None = None
    until: datetime | None = None


class Circuit:
    """The circuits of all worlds."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis = redis
        self._settings = settings
        self._may_try = redis.register_script(MAY_TRY)
        self._failed = redis.register_script(FAILED)

    async def closed_until(self, world: str, at: datetime) -> datetime | None:
        """Return when a world may be tried again, none when it may be now.

        After a pause one caller gets none and has to `note` what came of it; others wait as long as that may take.
        """
        trial_s = 2 * max(self._settings.push_timeout, 2 * self._settings.smtp_timeout)
        try:
            until = await self._may_try(keys=[_key(world), WORLDS], args=[_ms(at), int(trial_s * 1000)])
        except FAILURES:
            return None
        return datetime.fromtimestamp(int(until) / 1000, UTC) if until else None

    async def note(self, world: str, answer: Answer, at: datetime) -> None:
        """Count a failure of the world's own; anything else closes its circuit."""
        try:
            if answer.is_the_worlds_fault:
                await self._note_failure(world, answer, at)
            else:
                await self._close(world)
        except FAILURES:
            return

    async def states(self, at: datetime | None = None) -> list[CircuitState]:
        """Return the worlds that failed of late, those in trouble longest first; none when Redis is away."""
        moment = _ms(at or datetime.now(UTC))
        try:
            await self._redis.zremrangebyscore(WORLDS, "-inf", moment - KEPT_S * 1000)
            worlds: list[bytes] = await self._redis.zrange(WORLDS, 0, SHOWN - 1)  # type: ignore[assignment]
            pipeline = self._redis.pipeline(transaction=False)
            for world in worlds:
                pipeline.hgetall(_key(world.decode()))
            found = await pipeline.execute()
        except FAILURES:
            return []
        pairs = zip(worlds, found, strict=True)
        return [_state(world.decode(), fields, moment) for world, fields in pairs if fields]

    async def _note_failure(self, world: str, answer: Answer, at: datetime) -> None:
        known = self._settings
        pauses = (int(known.circuit_first * 1000), int(known.circuit_longest * 1000))
        words = f"{answer.words} ({answer.code})"
        await self._failed(
            keys=[_key(world), WORLDS],
            args=[_ms(at), known.circuit_failures, *pauses, words, world, KEPT_S],
        )

    async def _close(self, world: str) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.delete(_key(world))
        pipeline.zrem(WORLDS, world)
        await pipeline.execute()


def _state(world: str, fields: dict[bytes, bytes], now_ms: int) -> CircuitState:
    until = int(float(fields.get(b"until", 0)))
    waiting = until > now_ms and fields.get(b"trying") != b"1"
    return CircuitState(
        world=world,
        state="closed" if not until else ("open" if waiting else "half_open"),
        failures=int(fields.get(b"failures", 0)),
        words=fields.get(b"last", b"").decode(),
        since=_moment(int(fields.get(b"since", 0))),
        until=_moment(until),
    )


def _moment(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _key(world: str) -> str:
    return f"{WORLDS}:{world}"
