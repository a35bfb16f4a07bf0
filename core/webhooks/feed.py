"""Which webhooks are told of what: rows are written where an event takes effect, before it counts as settled.

The id of a delivery follows from the event and the webhook. Whatever is routed again after a crash is written again,
and is the same row: nothing is lost, and nothing is told twice by us.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from parlour.core.chat.said import said
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WebhookDeliveryId, WebhookId, WorkspaceId
from parlour.core.model.chat import FIXED_KINDS, Entry
from parlour.core.model.files import FileRecord
from parlour.core.model.webhooks import EventName, Webhook, WebhookDelivery
from parlour.core.search.tokens import words
from parlour.core.store.channels import ChannelRecord
from parlour.core.webhooks.disable import disable
from parlour.core.webhooks.events import WITH_WORDS, event_of

FILE_EVENTS: Mapping[str, EventName] = {"ready": "file.ready", "quarantined": "file.quarantined"}


def delivery_id(hook_id: WebhookId, *event: str) -> WebhookDeliveryId:
    """Return the id of an event's delivery to a webhook, always the same."""
    return WebhookDeliveryId(f"msg_{uuid5(NAMESPACE_URL, '/'.join((hook_id, *event))).hex}")


async def feed_entries(
    house: House, workspace_id: WorkspaceId, channel_id: ChannelId, entries: Sequence[Entry]
) -> None:
    """Queue what entries of a channel's log are to webhooks; again changes nothing.

    Raises:
        UnavailableError: Temporal did not take it; to be tried again.
    """
    events = {entry.id: event for entry in entries if (event := event_of(entry))}
    file_ids = [file_id for entry in entries for file_id in entry.file_ids or []]
    wanted: set[EventName] = {*events.values(), *(FILE_EVENTS.values() if file_ids else ())}
    hooks = await _wanting(house, workspace_id, wanted) if wanted else []
    channel = await house.channels.get(channel_id) if hooks else None
    if channel is None:
        return
    hooks = [hook for hook in hooks if await sees(house, hook, channel)]
    bots = await _bots(house, [entry.author_id for entry in entries]) if hooks else set()
    rows = [
        _row(hook, event, entry.id, channel_id)
        for hook in hooks
        for entry in entries
        if (event := events.get(entry.id)) and _wants(hook, event, entry, bots)
    ]
    files = list((await house.files.many(file_ids)).values()) if hooks and file_ids else []
    rows += [row for hook in hooks for record in files if (row := _file_row(hook, record, channel_id))]
    await _queue(house, rows)


async def feed_file(house: House, record: FileRecord) -> None:
    """Queue what a file became to webhooks, for each channel that shows it; again changes nothing.

    Raises:
        UnavailableError: Temporal did not take it; to be tried again.
    """
    event = FILE_EVENTS.get(record.state)
    channel_ids = {use.channel_id for use in record.uses}
    hooks = await _wanting(house, record.workspace_id, {event}) if event and channel_ids else []
    channels = await house.channels.many(channel_ids) if hooks else []
    rows = [
        row
        for hook in hooks
        for channel in channels
        if await sees(house, hook, channel) and (row := _file_row(hook, record, channel.id))
    ]
    await _queue(house, rows)


async def _wanting(house: House, workspace_id: WorkspaceId, events: set[EventName]) -> list[Webhook]:
    """Return the webhooks that are to be told; one whose maker left the workspace is disabled."""
    hooks = await house.webhooks.wanting(workspace_id, events)
    makers = await house.workspaces.among_members(workspace_id, {hook.created_by for hook in hooks})
    for hook in hooks:
        if hook.created_by not in makers:
            await disable(house, hook, "Whoever made it left the workspace. Make a new one.", at=now())
    return [hook for hook in hooks if hook.created_by in makers]


async def sees(house: House, hook: Webhook, channel: ChannelRecord) -> bool:
    """Return whether a webhook is told of a channel: what its maker may see, and a private one only by its name."""
    if channel.workspace_id != hook.workspace_id or channel.kind in FIXED_KINDS:
        return False
    is_named = channel.id in hook.channel_ids
    if hook.channel_ids and not is_named:
        return False
    if channel.kind == "private":
        return is_named and await house.access.get(channel.id, hook.created_by) is not None
    standing = await house.workspaces.standing(hook.workspace_id, hook.created_by)
    return standing is not None and standing.may("channel.browse")


def _wants(hook: Webhook, event: EventName, entry: Entry, bots: set[UserId]) -> bool:
    if event not in hook.events or entry.created_at < hook.enabled_at:
        return False
    if entry.author_id in bots and not hook.from_bots:
        return False
    if not hook.keywords:
        return True
    return event in WITH_WORDS and holds(hook.keywords, said(entry))


def holds(keywords: Sequence[str], text: str) -> bool:
    """Return whether a text holds one of some keywords, which may be of several words."""
    spoken = f" {' '.join(words(text))} "
    return any(f" {' '.join(words(keyword))} " in spoken for keyword in keywords)


def _row(hook: Webhook, event: EventName, subject: str, channel_id: ChannelId) -> WebhookDelivery:
    at = now()
    return WebhookDelivery(
        id=delivery_id(hook.id, event, subject, channel_id),
        webhook_id=hook.id,
        workspace_id=hook.workspace_id,
        event=event,
        subject=subject,
        channel_id=channel_id,
        state="waiting",
        words="next in line",
        created_at=at,
        updated_at=at,
        since=at,
        due_at=at,
    )


def _file_row(hook: Webhook, record: FileRecord, channel_id: ChannelId) -> WebhookDelivery | None:
    event = FILE_EVENTS.get(record.state)
    if event is None or event not in hook.events or hook.keywords:
        return None
    if event == "file.ready" and record.created_at < hook.enabled_at:
        return None
    return _row(hook, event, record.id, channel_id)


async def _queue(house: House, rows: Sequence[WebhookDelivery]) -> None:
    """Write rows, then tell the workflows: a row whose workflow was not told is found by the sweep."""
    if not rows:
        return
    kept = timedelta(days=house.settings.webhook_log_days)
    await house.webhooks.queue(rows, expires_at=now() + kept)
    if house.teller is None:
        return
    for hook_id, workspace_id in {row.webhook_id: row.workspace_id for row in rows}.items():
        await house.teller.deliver(hook_id, workspace_id)


async def _bots(house: House, user_ids: Sequence[UserId]) -> set[UserId]:
    people = await house.users.people(set(user_ids))
    return {user_id for user_id, person in people.items() if person.kind == "bot"}
