"""What happens when a time has come: scheduled messages are sent; and who was left behind is told again."""

from collections.abc import Iterable

from temporalio import activity

from parlour.activities.names import GIVE_UP_SCHEDULED, SEND_SCHEDULED, SWEEP_LATER
from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import ScheduledId
from parlour.core.later import sending
from parlour.core.later.scheduled import wake_of
from parlour.core.later.telling import changed_before, due_before, tell
from parlour.core.model.promises import Due, DueRequest, LaterSwept, SweepRequest, Wake
from parlour.core.telemetry import log


class LaterActivities:
    """Acting on the stores of this process."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=SEND_SCHEDULED)
    async def send_scheduled(self, request: DueRequest) -> Due:
        """Send a scheduled message; again changes nothing. What raises is tried again."""
        return await sending.send_scheduled(self._house, ScheduledId(request.id), request.version)

    @activity.defn(name=GIVE_UP_SCHEDULED)
    async def give_up_scheduled(self, request: DueRequest) -> Due:
        """Record that a scheduled message could not be sent, and tell its author."""
        return await sending.fail_scheduled(self._house, ScheduledId(request.id), sending.GAVE_UP)

    @activity.defn(name=SWEEP_LATER)
    async def sweep_later(self, request: SweepRequest) -> LaterSwept:
        """Tell promises of changes they do not know, and start those that are due and have no workflow."""
        house, page = self._house, request.page
        untold = await house.scheduled.untold(before=changed_before(), limit=page)
        told = await self._tell_all(map(wake_of, untold))
        overdue = await house.scheduled.overdue(before=due_before(), limit=page)
        await self._ensure_all(map(wake_of, overdue))
        return LaterSwept(told)

    async def _tell_all(self, wakes: Iterable[Wake]) -> int:
        told = 0
        for wake in wakes:
            await tell(self._house, wake)
            log.info("later.swept", kind=wake.kind, id=wake.id)
            activity.heartbeat(wake.id)
            told += 1
        return told

    async def _ensure_all(self, wakes: Iterable[Wake]) -> None:
        if self._house.teller is None:
            raise UnavailableError.of("Temporal")
        for wake in wakes:
            await self._house.teller.ensure(wake)
            activity.heartbeat(wake.id)
