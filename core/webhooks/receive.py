"""What comes in at a webhook's address becomes a message, or is refused with the words that Slack has for it."""

import hashlib
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from parlour.core.chat import channel_state
from parlour.core.chat.posting import manages
from parlour.core.chat.send import Draft, compose_plain, root_of
from parlour.core.clock import now
from parlour.core.errors import ConflictError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId
from parlour.core.model.chat import Access
from parlour.core.model.webhooks import IncomingHook, Refused
from parlour.core.people.limits import MINUTE, Limit
from parlour.core.people.names import folded
from parlour.core.store.channels import ChannelRecord
from parlour.core.webhooks.incoming_hooks import is_secret_of
from parlour.core.webhooks.limits import limits_of
from parlour.core.webhooks.slack import PayloadError, incoming

NOTED_EVERY = timedelta(minutes=1)
STATUSES = {
    "no_service": 404,
    "channel_not_found": 404,
    "channel_is_archived": 410,
    "action_prohibited": 403,
    "too_large": 413,
    "rate_limited": 429,
}


class RefusedError(Exception):
    """What was posted is not taken: `code` is the answer, in Slack's words where it has any."""

    def __init__(self, code: str, *, retry_after: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.status = STATUSES.get(code, 400)
        self.retry_after = retry_after


class Posted(Struct, frozen=True, kw_only=True):
    """What was posted to an address; `key` makes the same request again the same message."""

    body: bytes
    content_type: str
    key: str


async def receive(house: House, hook_id: str, secret: str, posted: Posted) -> None:
    """Send what was posted, as the webhook's bot.

    Raises:
        RefusedError: it is not taken.
        UnavailableError: MongoDB did not confirm; nothing is promised.
    """
    hook = await _opened(house, hook_id, secret)
    try:
        await _check_rate(house, hook)
        await _send(house, hook, posted)
    except (RefusedError, PayloadError) as error:
        if error.code != "rate_limited":
            await house.incoming_hooks.refused(hook.id, Refused(at=now(), code=error.code))
        raise error if isinstance(error, RefusedError) else RefusedError(error.code) from error
    if hook.last_used_at is None or now() - hook.last_used_at > NOTED_EVERY:
        await house.incoming_hooks.used(hook.id, at=now())


async def _opened(house: House, hook_id: str, secret: str) -> IncomingHook:
    """Return the webhook of an address; one that does not exist and a wrong secret are one answer."""
    found = await house.incoming_hooks.open(hook_id)
    is_right = is_secret_of(secret, found[1] if found else "")
    if found is None or not is_right or not found[0].enabled:
        raise RefusedError("no_service")
    return found[0]


async def _check_rate(house: House, hook: IncomingHook) -> None:
    """Count a message. While Redis is away nothing is counted: what programs have to say then is what matters."""
    limit = Limit("messages of a webhook", house.settings.incoming_per_minute, MINUTE, "incoming_per_minute")
    window = await house.limits.count(limit, hook.id)
    if window and window.remaining < 0:
        raise RefusedError("rate_limited", retry_after=max(window.reset, 1))


async def _send(house: House, hook: IncomingHook, posted: Posted) -> None:
    if len(posted.body) > house.settings.incoming_max_bytes:
        raise RefusedError("too_large")
    message = incoming(posted.body, posted.content_type, limits_of(house.settings))
    channel = await _channel(house, hook, message.channel)
    access = Access(channel.id, hook.workspace_id)
    root_id = await _root(house, access, message.thread)
    draft = Draft(text=message.text or "…", client_id=_client_id(hook, posted))
    entry, origin = compose_plain(house, hook.user_id, access, draft, root_id=root_id)
    entry = replace(
        entry,
        text=message.text,
        via="webhook",
        cards=message.cards or None,
        shown_as=message.shown_as,
    )
    await house.log.append(entry, origin)


async def _channel(house: House, hook: IncomingHook, wanted: str) -> ChannelRecord:
    """Return the channel to post to: the one asked for, where the webhook may choose."""
    record = await _chosen(house, hook, wanted) if wanted and hook.may_choose_channel else None
    try:
        record = record or await channel_state.current(house, hook.channel_id)
    except NotFoundError:
        raise RefusedError("channel_not_found") from None
    if record.archived_at:
        raise RefusedError("channel_is_archived")
    if record.posting != "everyone" and not await manages(house, record, hook.created_by):
        raise RefusedError("action_prohibited")
    return record


async def _chosen(house: House, hook: IncomingHook, wanted: str) -> ChannelRecord:
    """Return a public channel of the webhook's workspace by its name or id, or the webhook's own."""
    by_name = await house.channels.by_name_key(hook.workspace_id, folded(wanted.removeprefix("#")))
    found = by_name or await house.channels.get(ChannelId(wanted))
    if found is None or found.workspace_id != hook.workspace_id:
        raise RefusedError("channel_not_found")
    record = await channel_state.current(house, found.id)
    if record.kind != "public" and record.id != hook.channel_id:
        raise RefusedError("channel_not_found")
    return record


async def _root(house: House, access: Access, thread: str) -> EntryId | None:
    if not thread:
        return None
    try:
        return await root_of(house, access, EntryId(thread))
    except (NotFoundError, ConflictError) as error:
        raise RefusedError("invalid_thread_ts") from error


def _client_id(hook: IncomingHook, posted: Posted) -> str | None:
    return (
        f"hook:{hashlib.sha256(f'{hook.id} {posted.key}'.encode()).hexdigest()[:40]}" if posted.key else None
    )
