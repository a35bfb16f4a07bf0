"""Seeing to workspaces that demand a second step at sign-in."""

from temporalio import activity

from parlour.activities.names import SEE_TO_DEMAND
from parlour.core.house import House
from parlour.core.model.promises import Due, DueRequest
from parlour.core.people import lacking


class DemandActivities:
    """Seeing to demands by the stores of this process. May be taken again."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=SEE_TO_DEMAND)
    async def see_to_demand(self, request: DueRequest) -> Due:
        """Tell, remind, set aside or let in whoever it is time for."""
        return await lacking.see_to(self._house, request)
