"""Seeing to the stays of guests."""

from temporalio import activity

from parlour.activities.names import SEE_TO_GUEST
from parlour.core.house import House
from parlour.core.model.promises import Due, DueRequest
from parlour.core.people import guests


class GuestActivities:
    """Seeing to guests by the stores of this process. May be taken again."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=SEE_TO_GUEST)
    async def see_to_guest(self, request: DueRequest) -> Due:
        """Tell a guest that their stay ends soon, or end it."""
        return await guests.see_to(self._house, request)
