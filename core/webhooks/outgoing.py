"""Managing outgoing webhooks: for whoever manages a workspace's integrations."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import asdict, replace

from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WebhookId, WorkspaceId, new_id
from parlour.core.model.chat import FIXED_KINDS, WorkflowLink
from parlour.core.model.page import Page
from parlour.core.model.webhooks import (
    DeliveryState,
    EventName,
    MadeWebhook,
    RedriveWanted,
    SealedSecret,
    Webhook,
    WebhookDelivery,
    WebhookState,
)
from parlour.core.people.names import checked_line, checked_name
from parlour.core.people.rights import require
from parlour.core.sealing import seal
from parlour.core.search.tokens import words
from parlour.core.store.webhooks import Place
from parlour.core.telemetry import log
from parlour.core.webhooks.allowed import check_address
from parlour.core.webhooks.deliver import PURPOSE
from parlour.core.webhooks.feed import delivery_id
from parlour.core.webhooks.incoming_hooks import check_channel
from parlour.core.webhooks.signing import new_secret

COUNTED = 10_000
LinkTo = Callable[[WebhookId], WorkflowLink]


class NewWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new webhook; without `channel_ids` it is told of all public channels."""

    name: str
    url: str
    events: list[EventName]
    channel_ids: list[ChannelId] = []
    keywords: list[str] = []
    from_bots: bool = False


class WebhookChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a webhook; what is left out stays."""

    name: str | None = None
    url: str | None = None
    events: list[EventName] | None = None
    channel_ids: list[ChannelId] | None = None
    keywords: list[str] | None = None
    from_bots: bool | None = None
    enabled: bool | None = None


async def webhooks(
    house: House,
    asker: UserId,
    workspace_id: WorkspaceId,
    *,
    after: str | None,
    limit: int,
    link_to: LinkTo,
) -> Page[WebhookState]:
    """Return a page of a workspace's webhooks, the oldest first.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "integration.manage")
    found = await house.webhooks.page(workspace_id, after=after, limit=limit + 1)
    page = [await _state(house, hook, link_to) for hook in found[:limit]]
    return Page(page, found[limit - 1].id if len(found) > limit else None)


async def webhook(
    house: House, asker: UserId, workspace_id: WorkspaceId, hook_id: WebhookId, *, link_to: LinkTo
) -> WebhookState:
    """Return a webhook, and how it fares.

    Raises:
        NotFoundError: the workspace is not the asker's, or has no such webhook.
        ForbiddenError: `missing_right`.
    """
    return await _state(house, await _managed(house, asker, workspace_id, hook_id), link_to)


async def make(house: House, maker: UserId, workspace_id: WorkspaceId, wanted: NewWebhook) -> MadeWebhook:
    """Make a webhook, told of what its maker may see.

    Raises:
        NotFoundError: the workspace is not the maker's, or there is no such channel for them.
        ForbiddenError: `missing_right`.
        InvalidError: `address_refused`, or something else cannot be taken.
        ConflictError: `too_many_webhooks` (setting `webhooks_per_workspace`).
    """
    await require(house, workspace_id, maker, "integration.manage")
    most = house.settings.webhooks_per_workspace
    if await house.webhooks.count(workspace_id) >= most:
        raise ConflictError(
            "too_many_webhooks", f"A workspace has at most {most} outgoing webhooks (webhooks_per_workspace)."
        )
    made = now()
    hook = Webhook(
        id=WebhookId(new_id()),
        workspace_id=workspace_id,
        name=checked_name(wanted.name, house.settings),
        url=check_address(house.settings, wanted.url),
        events=_checked_events(wanted.events),
        channel_ids=await _checked_channels(house, maker, workspace_id, wanted.channel_ids),
        keywords=_checked_keywords(house, wanted.keywords),
        from_bots=wanted.from_bots,
        created_by=maker,
        created_at=made,
        enabled_at=made,
    )
    secret = new_secret()
    await house.webhooks.add(hook, _sealed(house, hook.id, secret))
    await house.audit.note(workspace_id, maker, "webhook.made", hook.id, f"Outgoing webhook “{hook.name}”")
    return MadeWebhook(webhook=hook, secret=secret)


async def change(
    house: House, actor: UserId, workspace_id: WorkspaceId, hook_id: WebhookId, wanted: WebhookChange
) -> Webhook:
    """Change a webhook. One that is enabled again begins with what happens from then on.

    Raises:
        NotFoundError: the workspace is not the actor's, or has no such webhook, or channel for them.
        ForbiddenError: `missing_right`.
        InvalidError: `address_refused`, or something else cannot be taken.
    """
    hook = await _managed(house, actor, workspace_id, hook_id)
    fields: dict[str, object] = {name: given for name, given in asdict(wanted).items() if given is not None}
    if wanted.name is not None:
        fields["name"] = checked_name(wanted.name, house.settings)
    if wanted.url is not None:
        fields["url"] = check_address(house.settings, wanted.url)
    if wanted.events is not None:
        fields["events"] = _checked_events(wanted.events)
    if wanted.channel_ids is not None:
        # Of private channels its maker's sight counts, so that nobody opens to a webhook what is closed to its maker.
        fields["channel_ids"] = await _checked_channels(
            house, hook.created_by, workspace_id, wanted.channel_ids, also=actor
        )
    if wanted.keywords is not None:
        fields["keywords"] = _checked_keywords(house, wanted.keywords)
    fields |= _switched(hook, wanted.enabled)
    changed = await house.webhooks.change(hook_id, **fields) if fields else hook
    if changed is None:
        raise NotFoundError.of("webhook")
    said = f"Outgoing webhook “{changed.name}”: {', '.join(asdict_given(wanted))}"
    await house.audit.note(workspace_id, actor, "webhook.changed", hook_id, said)
    return changed


async def rotate(house: House, actor: UserId, workspace_id: WorkspaceId, hook_id: WebhookId) -> MadeWebhook:
    """Give a webhook another secret; the one before signs as well for a while (`webhook_secret_overlap`).

    Raises:
        NotFoundError: the workspace is not the actor's, or has no such webhook.
        ForbiddenError: `missing_right`.
    """
    await _managed(house, actor, workspace_id, hook_id)
    found = await house.webhooks.get(hook_id)
    if found is None:
        raise NotFoundError.of("webhook")
    secret, until = new_secret(), now() + timedelta(seconds=house.settings.webhook_secret_overlap)
    kept = [_sealed(house, hook_id, secret), replace(found[1][0], until=until)]
    hook = await house.webhooks.keep_secrets(hook_id, kept, until=until)
    if hook is None:
        raise NotFoundError.of("webhook")
    await house.audit.note(workspace_id, actor, "webhook.rotated", hook_id, f"Outgoing webhook “{hook.name}”")
    return MadeWebhook(webhook=hook, secret=secret)


async def remove(house: House, actor: UserId, workspace_id: WorkspaceId, hook_id: WebhookId) -> None:
    """Delete a webhook, what waits for it, and its log.

    Raises:
        NotFoundError: the workspace is not the actor's, or has no such webhook.
        ForbiddenError: `missing_right`.
    """
    hook = await _managed(house, actor, workspace_id, hook_id)
    await house.webhooks.remove(hook_id)
    await house.audit.note(workspace_id, actor, "webhook.removed", hook_id, f"Outgoing webhook “{hook.name}”")


async def ping(house: House, actor: UserId, workspace_id: WorkspaceId, hook_id: WebhookId) -> WebhookDelivery:
    """Send a test, at once even if the webhook is left alone just now; what comes of it is in the log.

    Raises:
        NotFoundError: the workspace is not the actor's, or has no such webhook.
        ForbiddenError: `missing_right`.
        ConflictError: `webhook_disabled`.
    """
    hook = _enabled(await _managed(house, actor, workspace_id, hook_id))
    at = now()
    subject = new_id()
    delivery = WebhookDelivery(
        id=delivery_id(hook.id, "webhook.ping", subject),
        webhook_id=hook.id,
        workspace_id=workspace_id,
        event="webhook.ping",
        subject=subject,
        channel_id=None,
        state="waiting",
        words="next in line",
        created_at=at,
        updated_at=at,
        since=at,
        due_at=at,
    )
    await house.webhooks.queue([delivery], expires_at=at + timedelta(days=house.settings.webhook_log_days))
    await _wake(house, hook)
    return delivery


async def redrive(
    house: House, actor: UserId, workspace_id: WorkspaceId, hook_id: WebhookId, wanted: RedriveWanted
) -> int:
    """Send again what was given up; return how many events that are.

    Raises:
        NotFoundError: the workspace is not the actor's, or has no such webhook.
        ForbiddenError: `missing_right`.
        InvalidError: neither ids nor all are wanted.
        ConflictError: `webhook_disabled`.
    """
    hook = _enabled(await _managed(house, actor, workspace_id, hook_id))
    if not wanted.all and not wanted.ids:
        raise InvalidError.field("ids", "Say which, or all.")
    kept = timedelta(days=house.settings.webhook_log_days)
    ids = None if wanted.all else wanted.ids
    count = await house.webhooks.redrive(hook_id, ids, at=now(), kept=kept)
    if count:
        said = f"Outgoing webhook “{hook.name}”: {count} events sent again"
        await house.audit.note(workspace_id, actor, "webhook.redriven", hook_id, said)
        await _wake(house, hook)
    return count


async def deliveries(
    house: House,
    asker: UserId,
    workspace_id: WorkspaceId,
    hook_id: WebhookId,
    *,
    states: Sequence[DeliveryState],
    behind: str | None,
    limit: int,
) -> Page[WebhookDelivery]:
    """Return a page of a webhook's log, the newest events first. It says what was sent, and none of the words in it.

    Raises:
        NotFoundError: the workspace is not the asker's, or has no such webhook.
        ForbiddenError: `missing_right`.
    """
    await _managed(house, asker, workspace_id, hook_id)
    subject, _, delivery = (behind or "").partition(" ")
    place = Place(subject, delivery) if behind else None
    found = await house.webhooks.log(hook_id, states, behind=place, limit=limit + 1)
    page = found[:limit]
    return Page(page, f"{page[-1].subject} {page[-1].id}" if len(found) > limit else None)


def asdict_given(wanted: WebhookChange) -> list[str]:
    """Return the names of what a change changes."""
    return [name for name, given in asdict(wanted).items() if given is not None]


def _switched(hook: Webhook, enabled: bool | None) -> dict[str, object]:  # noqa: FBT001
    """Return what switching a webhook on or off changes besides."""
    if enabled is None or enabled == hook.enabled:
        return {}
    if not enabled:
        return {"enabled": False, "disabled_at": now(), "disabled_why": "", "quiet_until": None}
    fresh = {"disabled_at": None, "disabled_why": "", "failures": 0, "failing_since": None}
    return {"enabled": True, "enabled_at": now(), "quiet_until": None, **fresh}


async def _wake(house: House, hook: Webhook) -> None:
    """Have a webhook looked after now; when Temporal is away, the sweep does."""
    await house.webhooks.change(hook.id, quiet_until=None)
    if house.teller is None:
        return
    try:
        await house.teller.deliver(hook.id, hook.workspace_id)
    except UnavailableError:
        log.warning("webhook.not_told", webhook_id=hook.id)


async def _state(house: House, hook: Webhook, link_to: LinkTo) -> WebhookState:
    waiting, dead = await house.webhooks.counts(hook.id, most=COUNTED)
    return WebhookState(webhook=hook, waiting=waiting, dead=dead, workflow=link_to(hook.id))


async def _managed(house: House, actor: UserId, workspace_id: WorkspaceId, hook_id: WebhookId) -> Webhook:
    await require(house, workspace_id, actor, "integration.manage")
    hook = await house.webhooks.of(workspace_id, hook_id)
    if hook is None:
        raise NotFoundError.of("webhook")
    return hook


def _enabled(hook: Webhook) -> Webhook:
    if not hook.enabled:
        raise ConflictError("webhook_disabled", "This webhook is disabled. Enable it first.")
    return hook


def _sealed(house: House, hook_id: WebhookId, secret: str) -> SealedSecret:
    return SealedSecret(sealed=seal(house.settings, secret.encode(), purpose=PURPOSE, of=hook_id))


def _checked_events(events: Sequence[EventName]) -> list[EventName]:
    chosen: list[EventName] = [event for event in dict.fromkeys(events) if event != "webhook.ping"]
    if not chosen:
        raise InvalidError.field("events", "Choose at least one event.")
    return chosen


async def _checked_channels(
    house: House,
    maker: UserId,
    workspace_id: WorkspaceId,
    channel_ids: Sequence[ChannelId],
    *,
    also: UserId | None = None,
) -> list[ChannelId]:
    """Return channels that somebody may see, and somebody else who changes the webhook `also`."""
    chosen, most = list(dict.fromkeys(channel_ids)), house.settings.webhook_channels
    if len(chosen) > most:
        raise InvalidError.field(
            "channel_ids", f"A webhook names at most {most} channels (webhook_channels)."
        )
    for channel_id in chosen:
        for person in {maker, also or maker}:
            await check_channel(house, person, workspace_id, channel_id)
    if any(channel.kind in FIXED_KINDS for channel in await house.channels.many(chosen)):
        raise InvalidError.field("channel_ids", "Webhooks are told of channels, never of conversations.")
    return chosen


def _checked_keywords(house: House, keywords: Sequence[str]) -> list[str]:
    most = house.settings.webhook_keywords
    shown = [checked_line(one, field="keywords", longest=100, limit="100") for one in keywords]
    chosen = list(dict.fromkeys(one for one in shown if words(one)))
    if len(chosen) > most:
        raise InvalidError.field("keywords", f"A webhook has at most {most} keywords (webhook_keywords).")
    return chosen
