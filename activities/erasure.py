"""The erasure of accounts: how one is, and the next batch of it."""

from temporalio import activity

from parlour.activities.beating import beating
from parlour.activities.names import ERASE, LOOK_AT_ERASURE
from parlour.core.erasure import run
from parlour.core.house import House
from parlour.core.ids import ErasureId
from parlour.core.model.promises import ErasureFacts, ErasureRequest, ErasureStep


class ErasureActivities:
    """Erasing by the stores of this process. Each step may be taken again."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=LOOK_AT_ERASURE)
    async def look_at_erasure(self, erasure_id: ErasureId) -> ErasureFacts:
        """Say how an erasure is, and when it is to begin."""
        return await run.look(self._house, erasure_id)

    @activity.defn(name=ERASE)
    async def erase(self, request: ErasureRequest) -> ErasureStep:
        """Take a step, or the next batch of it."""
        async with beating():
            return await run.take(self._house, request)
