"""What comes of an attempt: for the event, and for its webhook. Nothing here asks anybody anything."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from parlour.core.model.webhooks import Attempted, DeliveryState, Webhook, WebhookDelivery
from parlour.core.notify.words import lasting
from parlour.core.settings import Settings
from parlour.core.webhooks.sending import Reply

GONE = 410
INTERRUPTED = "the worker stopped over it: nobody knows whether it arrived"


class Verdict(Struct, frozen=True, kw_only=True):
    """An event as it stands now, and what changes of its webhook; `disable` says why it is disabled, if it is."""

    delivery: WebhookDelivery
    hook: dict[str, object]
    disable: str = ""

    @property
    def is_sent(self) -> bool:
        """Whether the receiver took it."""
        return self.delivery.state == "delivered"


def judged(
    settings: Settings, hook: Webhook, delivery: WebhookDelivery, reply: Reply, at: datetime
) -> Verdict:
    """Return what a reply to the last attempt means."""
    if reply.is_ok:
        fine: dict[str, object] = {
            "failures": 0,
            "failing_since": None,
            "quiet_until": None,
            "delivered_at": at,
        }
        return Verdict(delivery=_ended(settings, delivery, "delivered", reply.words, reply, at), hook=fine)
    failures, since = hook.failures + 1, hook.failing_since or at
    failed: dict[str, object] = {"failures": failures, "failing_since": since}
    if reply.status == GONE:
        ended = _ended(settings, delivery, "dead", "the receiver says that it is gone (410)", reply, at)
        return Verdict(delivery=ended, hook=failed, disable="The receiver answered 410: it is gone for good.")
    if at - since >= timedelta(seconds=settings.webhook_disable_after):
        ended = _ended(settings, delivery, "dead", reply.words, reply, at)
        why = f"For {lasting(at - since)} nothing could be delivered. Last: {reply.words}."
        return Verdict(delivery=ended, hook=failed, disable=why)
    if failures >= settings.webhook_quiet_after or reply.status == 429:
        over = failures - settings.webhook_quiet_after + 1
        failed["quiet_until"] = at + pause(settings, max(over, 1), reply)
    return Verdict(delivery=_tried(settings, delivery, reply, at), hook=failed)


def pause(settings: Settings, tries: int, reply: Reply) -> timedelta:
    """Return the pause before the next attempt: doubling, and at least what the receiver asked for."""
    doubled = settings.webhook_retry_first * 2 ** min(tries - 1, 30)
    return max(
        timedelta(seconds=min(doubled, settings.webhook_retry_longest)), reply.retry_after or timedelta()
    )


def interrupted(delivery: WebhookDelivery, at: datetime) -> WebhookDelivery:
    """Return a delivery whose worker died over its last attempt, with that on record."""
    last = replace(delivery.attempts[-1], words=INTERRUPTED)
    return replace(
        delivery, state="retrying", words=INTERRUPTED, updated_at=at, attempts=[*delivery.attempts[:-1], last]
    )


def _tried(settings: Settings, delivery: WebhookDelivery, reply: Reply, at: datetime) -> WebhookDelivery:
    """Return a delivery to be tried again, or given up when that was for long enough."""
    next_at = at + pause(settings, delivery.tries, reply)
    if next_at - delivery.since <= timedelta(seconds=settings.webhook_retry_for):
        return _ended(settings, delivery, "retrying", reply.words, reply, at, next_at=next_at)
    tried = f"tried {delivery.tries} times in {lasting(at - delivery.since)}"
    return _ended(settings, delivery, "dead", f"{tried}; the last time: {reply.words}", reply, at)


def _ended(
    settings: Settings,
    delivery: WebhookDelivery,
    state: DeliveryState,
    words: str,
    reply: Reply,
    at: datetime,
    *,
    next_at: datetime | None = None,
) -> WebhookDelivery:
    last = _recorded(delivery.attempts[-1], reply, most=settings.webhook_log_answer, next_at=next_at)
    attempts = [*delivery.attempts[:-1], last]
    return replace(delivery, state=state, words=words, updated_at=at, due_at=next_at, attempts=attempts)


def _recorded(attempt: Attempted, reply: Reply, *, most: int, next_at: datetime | None) -> Attempted:
    shown = reply.body.decode(errors="replace").replace("\x00", "\ufffd")[:most]
    return replace(
        attempt,
        status=reply.status,
        words=reply.words,
        answer=shown,
        took_ms=reply.took_ms,
        next_at=next_at,
    )
