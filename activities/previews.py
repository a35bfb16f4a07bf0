"""Looking up what messages link to."""

from temporalio import activity

from parlour.activities.names import UNFURL
from parlour.core.house import House
from parlour.core.model.promises import PreviewRequest, Unfurled
from parlour.core.previews.unfurl import unfurl


class PreviewActivities:
    """The web, through the guard of addresses."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=UNFURL)
    async def unfurl(self, request: PreviewRequest) -> Unfurled:
        """Fetch and add previews. A server that is away is tried again, a few times; the database until it is back."""
        is_last_try = activity.info().attempt >= self._house.settings.preview_attempts
        return Unfurled(await unfurl(self._house, request, is_last_try=is_last_try))
