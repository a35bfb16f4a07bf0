"""Sending what waits for one webhook: in the order of events, one at a time, each attempt on record before it is made.

An attempt whose worker died over it is made again, with the same `webhook-id`: a receiver that knows it keeps one.
"""

import time
from datetime import datetime, timedelta

from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import WebhookId
from parlour.core.model.promises import WebhookStep
from parlour.core.model.webhooks import Attempted, SealedSecret, Webhook, WebhookDelivery
from parlour.core.notify.words import lasting
from parlour.core.sealing import UnsealError, unseal
from parlour.core.telemetry import WEBHOOKS_SENT, log
from parlour.core.webhooks.disable import disable
from parlour.core.webhooks.outcome import Verdict, interrupted, judged
from parlour.core.webhooks.payload import Sight, body_of
from parlour.core.webhooks.sending import Reply
from parlour.core.webhooks.signing import signed_headers

PURPOSE = "webhook"
NOTED_EVERY = timedelta(seconds=10)
Found = tuple[Webhook, list[SealedSecret]]


async def deliver(house: House, hook_id: WebhookId, at: datetime) -> WebhookStep:
    """Send what is due as of `at`, at most the setting `webhook_batch`; return when there is something to do next."""
    began, sent, failed, sight = time.monotonic(), 0, 0, Sight()
    for _ in range(house.settings.webhook_batch):
        # Never behind the clock: a receiver refuses what is signed as of long ago, and a worker may have been away.
        moment = max(at + timedelta(seconds=time.monotonic() - began), now())
        found = await house.webhooks.get(hook_id)
        if found is None or not found[0].enabled:
            await house.webhooks.end_all(hook_id, "dead", "the webhook is disabled", at=moment)
            return WebhookStep("disabled", "Disabled, or deleted.", sent=sent, failed=failed)
        hook = found[0]
        delivery = None if _is_quiet(hook, moment) else await _next_due(house, hook, moment)
        if delivery is None:
            break
        outcome = await _attempt(house, found, delivery, sight, moment)
        sent, failed = sent + (outcome is True), failed + (outcome is False)
    return await _next(house, hook_id, at, sent=sent, failed=failed)


async def _next_due(house: House, hook: Webhook, at: datetime) -> WebhookDelivery | None:
    """Return what is sent next: the first that is due; while all fails, not the same one over and over.

    It may be that one alone which the receiver does not take, and all others would wait behind it.
    """
    first, patience = await house.webhooks.next_due(hook.id, at=at), house.settings.webhook_quiet_after
    if first is None or hook.failures < patience or first.tries <= patience:
        return first
    return await house.webhooks.next_due(hook.id, at=at, only_untried=True) or first


async def _next(house: House, hook_id: WebhookId, at: datetime, *, sent: int, failed: int) -> WebhookStep:
    found = await house.webhooks.get(hook_id)
    due_at = await house.webhooks.next_at(hook_id)
    hook = found[0] if found else None
    if due_at is None or hook is None:
        return WebhookStep("idle", "Everything was delivered, or given up.", sent=sent, failed=failed)
    quiet = hook.quiet_until if _is_quiet(hook, at) else None
    look_at = max(due_at, quiet) if quiet else due_at
    words = f"Waits {lasting(look_at - at)} to try again." if look_at > at else "Sending."
    if quiet:
        words = f"{hook.failures} failures in a row. {words}"
    return WebhookStep(
        "failing" if hook.failures else "sending", words, look_at=look_at, sent=sent, failed=failed
    )


def _is_quiet(hook: Webhook, at: datetime) -> bool:
    return hook.quiet_until is not None and hook.quiet_until > at


async def _attempt(
    house: House, found: Found, delivery: WebhookDelivery, sight: Sight, at: datetime
) -> bool | None:
    """Make one attempt; return whether it was taken, none when there was nothing to send."""
    hook, secrets = found
    if delivery.state == "sending" and delivery.attempts:
        await house.webhooks.answered(interrupted(delivery, at))
    body = await body_of(house, hook, delivery, sight)
    if body is None:
        gone = "the webhook's maker may not see this any more, or it is gone"
        await house.webhooks.answered(
            replace(delivery, state="dropped", words=gone, updated_at=at, due_at=None)
        )
        return None
    headers = signed_headers(_opened(house, hook, secrets, at), delivery.id, body, at=at)
    headers |= {"content-type": "application/json"}
    begun = await house.webhooks.begin(delivery.id, Attempted(at=at, headers=headers))
    if begun is None:
        return None
    reply = await house.sender.post(hook.url, body, headers)
    verdict = judged(house.settings, hook, begun, reply, at)
    await _record(house, hook, verdict, reply, at)
    return verdict.is_sent


async def _record(house: House, hook: Webhook, verdict: Verdict, reply: Reply, at: datetime) -> None:
    """Put the outcome on record: the event's first, so that what the webhook learns of it is never ahead."""
    await house.webhooks.answered(verdict.delivery)
    if not verdict.is_sent or hook.failures or not _is_fresh(hook.delivered_at, at):
        await house.webhooks.change(hook.id, **verdict.hook)
    WEBHOOKS_SENT.labels("sent" if verdict.is_sent else "failed").inc()
    log.info(
        "webhook.attempted",
        webhook_id=hook.id,
        delivery_id=verdict.delivery.id,
        status=reply.status,
        fault=reply.fault,
        took_ms=reply.took_ms,
    )
    if verdict.disable:
        await disable(house, hook, verdict.disable, at=at)
    elif verdict.is_sent and hook.failures:
        # The receiver is back: what waited for it goes out now, in its order.
        await house.webhooks.hurry(hook.id, at=at)


def _is_fresh(delivered_at: datetime | None, at: datetime) -> bool:
    """Return whether it is on record already that something was taken just now."""
    return delivered_at is not None and timedelta(0) <= at - delivered_at < NOTED_EVERY


def _opened(house: House, hook: Webhook, secrets: list[SealedSecret], at: datetime) -> list[str]:
    """Return the secrets that sign: the present one, and the one before while it still counts."""
    valid = [one for one in secrets if one.until is None or one.until > at]
    try:
        return [unseal(house.settings, one.sealed, purpose=PURPOSE, of=hook.id).decode() for one in valid]
    except UnsealError:
        log.error("webhook.secret_lost", webhook_id=hook.id)
        raise
