"""Notifications: what someone is to be told of, on which ways it leaves the house, and what became of each.

A *notification* is one message that one person wants to hear of. A *dispatch* is what leaves for one of their ways (a
device, or e-mail) on behalf of the notifications of one conversation, or of a digest; it is tried until an *attempt*
succeeds or it is given up. A *world* is who takes it outside: a mail server, a push service.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import (
    ChannelId,
    DeviceId,
    DispatchId,
    EntryId,
    NotificationId,
    UserId,
    WorkspaceId,
)
from parlour.core.model.chat import Entry, WorkflowLink
from parlour.core.model.later import Weekday

NotificationKind = Literal["mention", "direct", "group", "thread", "everyone", "keyword", "channel"]
KINDS: tuple[NotificationKind, ...] = (
    "mention",
    "direct",
    "group",
    "thread",
    "everyone",
    "keyword",
    "channel",
)
"""Why someone wants a message, the most personal first: of several the first counts. `group` is a user group of
theirs, `everyone` is `@channel` or `@here`, `channel` one of which they want all."""
Level = Literal["all", "mentions", "nothing"]
"""What someone wants of a channel: all messages; what concerns them; nothing."""
Way = Literal["push", "email"]
EmailPace = Literal["at_once", "hourly", "daily", "never"]
Badge = Literal["all", "mentions", "nothing"]
Content = Literal["full", "sender", "nothing"]
"""What may leave the house: the text; who wrote where; only that there is something."""


class QuietHours(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When nothing is to make a noise, on the wall clock of one's own zone: `HH:MM` to `HH:MM`, maybe over midnight.

    `days` are the days on which they begin; none: every day.
    """

    begins: str
    ends: str
    days: list[Weekday] = []


class NotificationPreferences(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """How someone wants to be notified in a workspace; what is none is as the workspace's defaults say.

    `ways` are the ways a kind may take (in-app is always one). `push_after` and `email_after` are seconds until a
    message that is still unread leaves on that way; `email_at` is the `HH:MM` of a daily digest.
    """

    level: Level | None = None
    keywords: list[str] | None = None
    ways: dict[NotificationKind, list[Way]] | None = None
    quiet: QuietHours | Literal["none"] | None = None
    push_after: int | None = None
    email: EmailPace | None = None
    email_after: int | None = None
    email_at: str | None = None
    sound: bool | None = None
    badge: Badge | None = None


class EffectivePreferences(Struct, frozen=True, kw_only=True):
    """What holds for someone in a workspace, after the workspace's defaults and the settings."""

    level: Level
    keywords: list[str]
    ways: dict[NotificationKind, list[Way]]
    quiet: QuietHours | None
    push_after: int
    email: EmailPace
    email_after: int
    email_at: str
    sound: bool
    badge: Badge


class MyNotificationPreferences(Struct, frozen=True, kw_only=True):
    """What someone chose, what their workspace says otherwise, and what holds.

    `inherited` would hold if they had chosen nothing.
    """

    mine: NotificationPreferences
    defaults: NotificationPreferences
    inherited: EffectivePreferences
    effective: EffectivePreferences


class NotificationDefaults(Struct, frozen=True, kw_only=True):
    """What a workspace says for those who chose nothing, and what holds for them then.

    `inherited` would hold if the workspace said nothing.
    """

    defaults: NotificationPreferences
    inherited: EffectivePreferences
    effective: EffectivePreferences


class WebPushKeys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The keys of a push subscription, base64url without padding (RFC 8291)."""

    p256dh: str
    auth: str


DeviceKind = Literal["webpush", "unifiedpush", "fcm", "apns"]


class Device(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A device that can be pushed to, as its owner sees it. `kinds` none: all; `gone` tells why it was removed."""

    id: DeviceId
    kind: DeviceKind
    name: str
    created_at: datetime
    enabled: bool = True
    kinds: list[NotificationKind] | None = None
    last_sent_at: datetime | None = None
    last_error: str | None = None
    gone: str | None = None


class Notification(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message that one person is to hear of. `why` says the reason in words; `message` is it as it is now."""

    id: NotificationId
    user_id: UserId
    workspace_id: WorkspaceId
    channel_id: ChannelId
    message_id: EntryId
    seq: int
    author_id: UserId
    kind: NotificationKind
    why: str
    at: datetime
    thread_root_id: EntryId | None = None
    urgent: bool = False
    read_at: datetime | None = None
    message: Entry | None = None


Answered = Literal["sent", "retry", "gone", "misconfigured", "refused", "unknown"]
"""What came of an attempt: taken; not now; the device is no more; our own configuration is refused; this one will never
be taken; nobody knows, since the worker died over it."""


class Attempt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One attempt: when, what was answered (a status and plain words), and when the next one is."""

    at: datetime
    answered: Answered | None = None
    code: str = ""
    words: str = ""
    took_ms: int = 0
    next_at: datetime | None = None


DispatchState = Literal["waiting", "sending", "retrying", "sent", "cancelled", "given_up"]


class Covered(Struct, frozen=True, kw_only=True):
    """What a dispatch speaks of: `count` messages of a conversation, from `first_seq` to `last_seq` of its channel.

    `conversation` is the channel's id, or that of a thread's root.
    """

    conversation: str
    channel_id: ChannelId
    first_seq: int
    last_seq: int
    count: int
    thread_root_id: EntryId | None = None


class Dispatch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What leaves on one way. `to` names it for people: `Firefox on Linux`, `a…@example.com`. Never any text.

    `since` is when it was first tried, or last opened again by hand, and `tries` counts from then.

    `closes`: it takes away what a device shows of conversations that were read. One that covers nothing is a test.
    """

    id: DispatchId
    user_id: UserId
    workspace_id: WorkspaceId
    way: Way
    to: str
    world: str
    state: DispatchState
    words: str
    created_at: datetime
    updated_at: datetime
    covers: list[Covered]
    attempts: list[Attempt] = []
    attempted: int = 0
    since: datetime
    tries: int = 0
    due_at: datetime | None = None
    device_id: DeviceId | None = None
    digest: bool = False
    closes: bool = False
    workflow: WorkflowLink | None = None


LegState = Literal["waiting", "sending", "retrying", "sent", "cancelled", "given_up", "not_wanted"]


class Leg(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way of a notification: what became of it, or what comes next and when, in words."""

    way: Literal["in_app", "push", "email"]
    state: LegState
    words: str
    to: str = ""
    next_at: datetime | None = None
    dispatch: Dispatch | None = None


class Why(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a person was or was not told of a message."""

    user_id: UserId
    name: str
    message_id: EntryId
    wanted: bool
    words: str
    legs: list[Leg] = []
    notification: Notification | None = None
    workflow: WorkflowLink | None = None
