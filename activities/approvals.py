"""What is done about approvals when it is due."""

from temporalio import activity

from parlour.activities.names import ADVANCE_APPROVAL
from parlour.core.house import House
from parlour.core.integrations import approving
from parlour.core.model.promises import Due, DueRequest


class ApprovalActivities:
    """Acting on the stores of this process."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=ADVANCE_APPROVAL)
    async def advance_approval(self, request: DueRequest) -> Due:
        """Send, remind, escalate, end: what is due; again changes nothing. What raises is tried again."""
        return await approving.advance(self._house, request)
