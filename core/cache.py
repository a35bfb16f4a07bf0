"""Who may enter which channel, remembered: in the process, then in Redis, then asked of MongoDB.

A change of membership overwrites what Redis holds (also with "not a member") and readers only fill what is
empty, so an answer read before the change can never replace it. A process forgets at once through `forget`,
called for the live event of the change, and in any case after the setting `membership_cache`.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from redis.asyncio import Redis

from parlour.core.ids import ChannelId, UserId
from parlour.core.live import FAILURES
from parlour.core.model.chat import Access

NOT_A_MEMBER = b"-"
NEAR_KEPT = 200_000
"""Memberships remembered in the process; beyond, all are forgotten and asked again."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Access).decode

Ask = Callable[[ChannelId, UserId], Awaitable[Access | None]]


class AccessCache:
    """Membership checks. Only a process that hears live changes may remember in `local` memory."""

    def __init__(self, redis: Redis, ask: Ask, *, seconds: float, local: bool) -> None:
        self._redis = redis
        self._ask = ask
        self._seconds = seconds
        self._near: dict[tuple[ChannelId, UserId], tuple[float, Access]] | None = {} if local else None
        self._away_until = 0.0
        self._changes = 0

    def known(self, channel_id: ChannelId, user_id: UserId) -> Access | None:
        """Return a membership remembered here, without waiting; none when it has to be asked."""
        found = self._near.get((channel_id, user_id)) if self._near is not None else None
        return _unless_over(found[1]) if found and found[0] > time.monotonic() else None

    async def get(self, channel_id: ChannelId, user_id: UserId) -> Access | None:
        """Return what a membership opens, or none without one."""
        near = self.known(channel_id, user_id)
        if near is not None:
            return near
        changes = self._changes
        held = await self._far(channel_id, user_id)
        if held is None:
            access = await self._ask(channel_id, user_id)
            await self._fill(channel_id, user_id, access)
        else:
            access = None if held == NOT_A_MEMBER else _decode(held)
        if changes == self._changes:  # else what was read may be older than a change heard meanwhile
            self._remember(channel_id, user_id, access)
        return _unless_over(access)

    async def changed(self, channel_id: ChannelId, user_id: UserId, access: Access | None) -> None:
        """Overwrite what every process may learn from Redis."""
        self.forget(channel_id, user_id)
        value = _encode(access) if access else NOT_A_MEMBER
        await self._try(self._redis.set(_key(channel_id, user_id), value, px=int(self._seconds * 2000)))

    def forget(self, channel_id: ChannelId, user_id: UserId) -> None:
        """Ask anew next time."""
        self._changes += 1
        if self._near is not None:
            self._near.pop((channel_id, user_id), None)

    def _remember(self, channel_id: ChannelId, user_id: UserId, access: Access | None) -> None:
        if self._near is not None and access is not None:
            if len(self._near) >= NEAR_KEPT:
                self._near.clear()
            self._near[channel_id, user_id] = (time.monotonic() + self._seconds, access)

    async def _far(self, channel_id: ChannelId, user_id: UserId) -> bytes | None:
        held: bytes | None = await self._try(self._redis.get(_key(channel_id, user_id)))
        return held

    async def _fill(self, channel_id: ChannelId, user_id: UserId, access: Access | None) -> None:
        value = _encode(access) if access else NOT_A_MEMBER
        await self._try(
            self._redis.set(_key(channel_id, user_id), value, px=int(self._seconds * 1000), nx=True)
        )

    async def _try(self, command: Awaitable[Any]) -> Any:
        """Await a command unless Redis failed a second ago: a slow Redis must not slow every request."""
        if time.monotonic() < self._away_until:
            getattr(command, "close", lambda: None)()
            return None
        try:
            return await command
        except FAILURES:
            self._away_until = time.monotonic() + 1
            return None


def _unless_over(access: Access | None) -> Access | None:
    return None if access and access.ends_at is not None and access.ends_at <= time.time() else access


def _key(channel_id: ChannelId, user_id: UserId) -> str:
    return f"access:{channel_id}:{user_id}"
