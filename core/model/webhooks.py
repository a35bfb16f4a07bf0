"""Webhooks, as those see them who manage a workspace's integrations."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import (
    ChannelId,
    IncomingHookId,
    UserId,
    WebhookDeliveryId,
    WebhookId,
    WorkspaceId,
)
from parlour.core.model.chat import WorkflowLink


class Refused(Struct, frozen=True, kw_only=True):
    """That something was not taken last, when, and what was answered."""

    at: datetime
    code: str


class IncomingHook(Struct, frozen=True, kw_only=True):
    """An address that turns what programs post to it into messages of a channel, in the name of `user_id`, a bot.

    `may_choose_channel`: what is posted may name another public channel. Whoever has the address may post: it is shown
    when it is made, and only then.
    """

    id: IncomingHookId
    workspace_id: WorkspaceId
    channel_id: ChannelId
    name: str
    user_id: UserId
    created_by: UserId
    created_at: datetime
    may_choose_channel: bool = False
    enabled: bool = True
    last_used_at: datetime | None = None
    last_refused: Refused | None = None


class MadeIncomingHook(Struct, frozen=True, kw_only=True):
    """A webhook, and the address to give to the program that posts: it cannot be shown again."""

    hook: IncomingHook
    url: str


EventName = Literal[
    "message.sent",
    "message.edited",
    "message.deleted",
    "reaction.added",
    "reaction.removed",
    "member.joined",
    "member.left",
    "channel.created",
    "channel.archived",
    "file.ready",
    "file.quarantined",
    "webhook.ping",
]
DeliveryState = Literal["waiting", "sending", "retrying", "delivered", "dead", "dropped"]
"""`dead`: given up, and may be sent again; `dropped`: it is nothing any more that the webhook's maker may see."""
OPEN: tuple[DeliveryState, ...] = ("waiting", "sending", "retrying")


class SealedSecret(Struct, frozen=True, kw_only=True):
    """A secret as it is stored. One that was replaced counts until `until`."""

    sealed: bytes
    until: datetime | None = None


class Webhook(Struct, frozen=True, kw_only=True):
    """An address that is told of events, signed.

    Of public channels all are told of, or those in `channel_ids`; a private channel is only when it is named there, and
    while `created_by` is in it; conversations never are. With `keywords` only messages that hold one of them are told
    of. What bots write is left out unless `from_bots`.

    `failures` counts attempts that failed since the last that did not, from `failing_since` on; none is made before
    `quiet_until`. A webhook that is not `enabled` tells why in `disabled_why`, unless somebody chose so.
    """

    id: WebhookId
    workspace_id: WorkspaceId
    name: str
    url: str
    events: list[EventName]
    channel_ids: list[ChannelId] = []
    keywords: list[str] = []
    from_bots: bool = False
    created_by: UserId
    created_at: datetime
    enabled: bool = True
    enabled_at: datetime
    disabled_at: datetime | None = None
    disabled_why: str = ""
    failures: int = 0
    failing_since: datetime | None = None
    quiet_until: datetime | None = None
    delivered_at: datetime | None = None
    previous_secret_until: datetime | None = None


class MadeWebhook(Struct, frozen=True, kw_only=True):
    """A webhook, and the secret that signs: it cannot be shown again."""

    webhook: Webhook
    secret: str


class WebhookState(Struct, frozen=True, kw_only=True):
    """A webhook, how many of its deliveries wait and were given up, and the workflow that sees to them."""

    webhook: Webhook
    waiting: int
    dead: int
    workflow: WorkflowLink


class Attempted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One attempt: what was sent with it, and what came of it. `status` 0: there was no answer.

    `words` is empty while it is being made, and stays so if the worker died over it.
    """

    at: datetime
    headers: dict[str, str] = {}
    status: int = 0
    words: str = ""
    answer: str = ""
    took_ms: int = 0
    next_at: datetime | None = None


class WebhookDelivery(Struct, frozen=True, kw_only=True):
    """One event on its way to one webhook. `subject` is what it speaks of: an entry of a channel's log, or a file.

    The receiver knows it by its `id`, which follows from the event and the webhook: it may come twice, and is the same.
    """

    id: WebhookDeliveryId
    webhook_id: WebhookId
    workspace_id: WorkspaceId
    event: EventName
    subject: str
    channel_id: ChannelId | None
    state: DeliveryState
    words: str
    created_at: datetime
    updated_at: datetime
    since: datetime
    due_at: datetime | None = None
    tries: int = 0
    attempts: list[Attempted] = []


class RedriveWanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which deliveries that were given up are to be sent again: those named, or all."""

    ids: list[WebhookDeliveryId] = []
    all: bool = False


class Redriven(Struct, frozen=True, kw_only=True):
    """How many are sent again."""

    redriven: int
