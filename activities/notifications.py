"""Notifying: planning what leaves the house for a person, and one attempt at it."""

from temporalio import activity

from parlour.activities.beating import beating
from parlour.activities.names import ATTEMPT_DISPATCH, PLAN_NOTIFICATIONS, SWEEP_NOTIFICATIONS
from parlour.core.clock import now
from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.model.notification_promises import (
    Attempted,
    AttemptRequest,
    NotificationsSwept,
    Planned,
    PlanRequest,
)
from parlour.core.model.promises import SweepRequest
from parlour.core.notify.attempt import attempt
from parlour.core.notify.planning import see_to
from parlour.core.notify.route import MISSED


class NotificationActivities:
    """Notifying by the stores and connections of this process."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=PLAN_NOTIFICATIONS)
    async def plan_notifications(self, request: PlanRequest) -> Planned:
        """Plan what is to become of someone's notifications; again changes nothing. What raises is tried again."""
        return await see_to(self._house, request.user_id, request.at)

    @activity.defn(name=ATTEMPT_DISPATCH)
    async def attempt_dispatch(self, request: AttemptRequest) -> Attempted:
        """Make one attempt. A failure outside is an answer on record; what raises is ours, and tried again."""
        async with beating():
            return await attempt(self._house, request.dispatch_id, request.at)

    @activity.defn(name=SWEEP_NOTIFICATIONS)
    async def sweep_notifications(self, request: SweepRequest) -> NotificationsSwept:
        """Tell the workflows of people that should have looked, and did not."""
        if self._house.teller is None:
            raise UnavailableError.of("Temporal")
        people = 0
        while left := await self._house.notifications.overdue(now() - MISSED, limit=request.page):
            await self._house.teller.notify(left)
            await self._house.notifications.told(dict.fromkeys(left, now()))
            people += len(left)
            activity.heartbeat(people)
        return NotificationsSwept(people)
