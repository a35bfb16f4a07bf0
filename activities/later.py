"""What happens when a time has come: messages are sent, reminders ring; and who was left behind is told again."""

from collections.abc import Callable, Sequence
from typing import Any

from temporalio import activity

from parlour.activities.names import (
    GIVE_UP_REMINDER,
    GIVE_UP_SCHEDULED,
    RING_REMINDER,
    SEND_SCHEDULED,
    SWEEP_LATER,
)
from parlour.core.erasure import rules
from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.integrations import approval_rules
from parlour.core.later import reminders, ringing, scheduled, sending
from parlour.core.later.telling import changed_before, due_before, promises_of, tell
from parlour.core.model.promises import Due, DueRequest, LaterSwept, PromiseKind, SweepRequest, Wake
from parlour.core.people import demand, guests, parking
from parlour.core.telemetry import log

WAKE_OF: dict[PromiseKind, Callable[[Any], Wake]] = {
    "scheduled": scheduled.wake_of,
    "reminder": reminders.wake_of,
    "approval": approval_rules.wake_of,
    "guest": guests.wake_of,
    "demand": demand.wake_of,
}


class LaterActivities:
    """Acting on the stores of this process."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=SEND_SCHEDULED)
    async def send_scheduled(self, request: DueRequest) -> Due:
        """Send a scheduled message; again changes nothing. What raises is tried again."""
        return await sending.send_scheduled(self._house, request)

    @activity.defn(name=GIVE_UP_SCHEDULED)
    async def give_up_scheduled(self, request: DueRequest) -> Due:
        """Record that a scheduled message could not be sent, and tell its author."""
        return await sending.fail_scheduled(self._house, request, sending.GAVE_UP)

    @activity.defn(name=RING_REMINDER)
    async def ring_reminder(self, request: DueRequest) -> Due:
        """Ring a reminder; again changes nothing. What raises is tried again."""
        return await ringing.ring(self._house, request)

    @activity.defn(name=GIVE_UP_REMINDER)
    async def give_up_reminder(self, request: DueRequest) -> Due:
        """Record that a reminder could not ring, and tell its person."""
        return await ringing.give_up(self._house, request, sending.GAVE_UP)

    @activity.defn(name=SWEEP_LATER)
    async def sweep_later(self, request: SweepRequest) -> LaterSwept:
        """Tell promises of changes they do not know, and start those that are due and have no workflow."""
        told = await self._tell_all(await self._untold(request.page))
        await self._ensure_all(await self._overdue(request.page))
        told += await rules.sweep(self._house, limit=request.page)
        activity.heartbeat("erasures")
        await parking.sweep(self._house, limit=request.page)
        return LaterSwept(told)

    async def _untold(self, page: int) -> list[Wake]:
        kinds, before = promises_of(self._house).items(), changed_before()
        return [
            WAKE_OF[k](r) for k, promises in kinds for r in await promises.untold(before=before, limit=page)
        ]

    async def _overdue(self, page: int) -> list[Wake]:
        kinds, before = promises_of(self._house).items(), due_before()
        return [
            WAKE_OF[k](r) for k, promises in kinds for r in await promises.overdue(before=before, limit=page)
        ]

    async def _tell_all(self, wakes: Sequence[Wake]) -> int:
        for wake in wakes:
            await tell(self._house, wake)
            log.info("later.swept", kind=wake.kind, id=wake.id)
            activity.heartbeat(wake.id)
        return len(wakes)

    async def _ensure_all(self, wakes: Sequence[Wake]) -> None:
        if self._house.teller is None:
            raise UnavailableError.of("Temporal")
        for wake in wakes:
            await self._house.teller.ensure(wake)
            activity.heartbeat(wake.id)
