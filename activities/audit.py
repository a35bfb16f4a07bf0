"""Keeping audits no longer than their workspaces want."""

from temporalio import activity

from parlour.activities.beating import beating
from parlour.activities.names import TRIM_AUDITS
from parlour.core.house import House
from parlour.core.model.promises import SweepRequest
from parlour.core.people import audit_retention


class AuditActivities:
    """Looking after audits by the stores of this process. May be taken again."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=TRIM_AUDITS)
    async def trim_audits(self, request: SweepRequest) -> int:
        """Remove what audits keep no longer; return how many entries that were."""
        async with beating():
            return await audit_retention.trim_all(self._house, batch=request.page)
