"""Telling webhooks of events, and finding those that were left behind."""

from datetime import timedelta

from temporalio import activity

from parlour.activities.beating import beating
from parlour.activities.names import DELIVER_WEBHOOK, SWEEP_WEBHOOKS
from parlour.core.clock import now
from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.model.promises import SweepRequest, WebhookRequest, WebhooksSwept, WebhookStep
from parlour.core.webhooks.deliver import deliver

MISSED = timedelta(seconds=15)
"""What was due for longer than this has a workflow that is at work, or none."""


class WebhookActivities:
    """Telling webhooks by the stores and connections of this process."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=DELIVER_WEBHOOK)
    async def deliver_webhook(self, request: WebhookRequest) -> WebhookStep:
        """Send what is due. What a receiver does is on record; what raises is ours, and tried again."""
        async with beating():
            return await deliver(self._house, request.webhook_id, request.at)

    @activity.defn(name=SWEEP_WEBHOOKS)
    async def sweep_webhooks(self, request: SweepRequest) -> WebhooksSwept:
        """Tell the workflows of webhooks that should have looked, and did not. Telling one at work does no harm."""
        if self._house.teller is None:
            raise UnavailableError.of("Temporal")
        told = 0
        for hook_id, workspace_id in await self._house.webhooks.overdue(now() - MISSED, limit=request.page):
            found = await self._house.webhooks.get(hook_id)
            if found and found[0].quiet_until and found[0].quiet_until > now() - MISSED:
                continue
            await self._house.teller.deliver(hook_id, workspace_id)
            told += 1
        return WebhooksSwept(told)
