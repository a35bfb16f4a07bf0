"""Disabling a webhook that cannot be delivered to: on record, with why, and its maker is told."""

from datetime import datetime

from parlour.core.house import House
from parlour.core.model.webhooks import Webhook
from parlour.core.people import mails
from parlour.core.telemetry import log


async def disable(house: House, hook: Webhook, why: str, *, at: datetime) -> None:
    """Disable a webhook for a reason; what waited for it is given up, and may be redriven.

    It is told before it is done: a worker that dies in between tells it again, and never not at all.
    """
    await _tell_maker(house, hook, why)
    words, once = f"Webhook “{hook.name}” was disabled. {why}", f"{hook.id} {hook.enabled_at.isoformat()}"
    await house.audit.note(
        hook.workspace_id, None, "webhook.disabled", hook.id, words, once=f"webhook.disabled {once}"
    )
    await house.webhooks.disable(hook.id, why, at=at)
    await house.webhooks.end_all(hook.id, "dead", "the webhook was disabled", at=at)
    log.warning("webhook.disabled", webhook_id=hook.id)


async def _tell_maker(house: House, hook: Webhook, why: str) -> None:
    maker = await house.users.by_id(hook.created_by)
    if maker is None or not maker.email:
        return
    place = await house.workspaces.for_notices(hook.workspace_id)
    link = f"{house.settings.address}/app/{place.slug}/~admin/webhooks" if place else house.settings.address
    await mails.queue(
        house,
        "webhook_disabled",
        maker.email,
        maker.id,
        workspace_id=hook.workspace_id,
        name=maker.name,
        webhook=hook.name,
        why=why,
        link=link,
    )
