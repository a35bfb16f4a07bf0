"""When people were last active: stored when they leave or fall idle, at most once a minute for each."""

import asyncio
import time
from datetime import datetime

from parlour.core.clock import now
from parlour.core.ids import UserId
from parlour.core.store.mongo import StoreError
from parlour.core.store.users import Users
from parlour.core.telemetry import log

GATHER = 2.0
"""Seconds in which those who leave together become one write."""


class Activity:
    """Writes when people were last active; `every` is the shortest time between two writes for one, in seconds."""

    def __init__(self, users: Users, *, every: float) -> None:
        self._users = users
        self._every = every
        self._due: dict[UserId, datetime] = {}
        self._written: dict[UserId, float] = {}

    def note(self, user_id: UserId) -> None:
        """Note that someone was active until now."""
        self._due[user_id] = now()

    async def run(self) -> None:
        """Write what is due until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(GATHER)
                await self._write(self._ripe())
        finally:
            await self._write(self._due)

    def _ripe(self) -> dict[UserId, datetime]:
        """Take those whose last write is long enough ago."""
        since = time.monotonic() - self._every
        self._written = {user_id: at for user_id, at in self._written.items() if at > since}
        ripe = {user_id: at for user_id, at in self._due.items() if user_id not in self._written}
        self._due = {user_id: at for user_id, at in self._due.items() if user_id in self._written}
        return ripe

    async def _write(self, seen: dict[UserId, datetime]) -> None:
        if not seen:
            return
        try:
            await self._users.were_active(seen)
            self._written |= dict.fromkeys(seen, time.monotonic())
        except StoreError as error:
            log.warning("activity.unwritten", people=len(seen), error=type(error).__name__)
            self._due = seen | self._due
