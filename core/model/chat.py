"""Channels, their logs, and what a member has received and read of them."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import ChannelId, EntryId, FileId, GroupId, SectionId, UserId, WorkspaceId
from parlour.core.model.actions import ApprovalMark, Click, MessageAction
from parlour.core.model.cards import Card, ShownAs

ChannelKind = Literal["public", "private", "direct", "group"]
FIXED_KINDS = {"direct", "group"}
"""Conversations that are who is in them: nobody joins or leaves, and they have no name."""
Posting = Literal["everyone", "moderators"]
Notify = Literal["default", "all", "mentions", "nothing"]
Change = str | bool | None
Style = Literal["me"]
"""How a message is said: `me`, as what its author does (`/me waves`)."""
EntryKind = Literal[
    "channel.created",
    "channel.changed",
    "member.joined",
    "member.left",
    "message.sent",
    "message.replied",
    "message.edited",
    "message.deleted",
    "message.pinned",
    "message.unpinned",
    "message.unfurled",
    "message.acted",
    "approval.changed",
    "reaction.added",
    "reaction.removed",
]
Via = Literal["reminder", "approval", "webhook", "command"]
MESSAGE: EntryKind = "message.sent"
"""A message in the channel's timeline. Only these count `n`."""
REPLY: EntryKind = "message.replied"
"""A message that lives in its thread alone."""
CHANGED: EntryKind = "channel.changed"
"""A change of the channel itself: `changes` tells which fields have which value from then on."""


class Mentions(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom a message calls: people by name, everyone in the channel, or those of them who are here now."""

    user_ids: list[UserId] = []
    group_ids: list[GroupId] = []
    channel: bool = False
    here: bool = False


class Preview(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a page that a message links to says of itself; `site` is its name, or its host."""

    url: str
    title: str
    description: str = ""
    site: str = ""


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of a channel's log. A message is the entry of kind `message.sent` or `message.replied`.

    `seq` counts entries 1, 2, 3 … without a gap; `n` counts the messages of the timeline up to and including this
    entry. `user_id` is the member that a membership entry speaks of, the moderator who deleted a message, or whom a
    command answers.
    `previews` are all that a message is to show from then on (`message.unfurled`), or shows.
    `message_id` is the message that an entry changes; `thread_root_id` the message that a reply (or the
    deletion of one) belongs to. `changes` are the fields of a channel that have another value from then on.
    `late_for` is the time at which a scheduled message was to be sent, if it came late. `urgent` notifies also those
    who do not want to be disturbed. `file_ids` are the files that a message holds, in its author's order.
    `actions` are the buttons of a message, `action` the one that somebody pressed (`message.acted`), `approval` what
    the message asks for, as it stands from then on.
    `cards` stand below the text of an integrator's message, which may ask to be `shown_as` somebody.
    """

    id: EntryId
    channel_id: ChannelId
    seq: int
    n: int
    kind: EntryKind
    author_id: UserId
    created_at: datetime
    client_id: str | None = None
    text: str | None = None
    user_id: UserId | None = None
    thread_root_id: EntryId | None = None
    message_id: EntryId | None = None
    emoji: str | None = None
    mentions: Mentions | None = None
    changes: dict[str, Change] | None = None
    style: Style | None = None
    urgent: bool = False
    via: Via | None = None
    late_for: datetime | None = None
    previews: list[Preview] | None = None
    file_ids: list[FileId] | None = None
    actions: list[MessageAction] | None = None
    action: str | None = None
    approval: ApprovalMark | None = None
    cards: list[Card] | None = None
    shown_as: ShownAs | None = None

    # What later entries made of a message (`core.chat.fold`); `updated_seq` is the last of them.
    updated_seq: int = 0
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    pinned_by: UserId | None = None
    reactions: dict[str, list[UserId]] = {}
    reply_count: int = 0
    last_reply_at: datetime | None = None
    replier_ids: list[UserId] = []
    clicks: list[Click] = []


class Tail(Struct, frozen=True):
    """The end of a channel's log: its last `seq`, and how many messages it holds."""

    seq: int
    n: int


class Channel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A channel as one person sees it; the watermarks are theirs (0 while `member` is false).

    `mentions` are the numbers `n` of unread messages that mention them; `unread_from` the message from which on they
    want to count as unread what they have read already. What a `channel.changed` entry holds in `changes` replaces
    the fields of the same names.
    """

    id: ChannelId
    workspace_id: WorkspaceId
    kind: ChannelKind
    name: str
    created_by: UserId
    created_at: datetime
    last_seq: int
    last_n: int
    member: bool
    read_n: int
    received_n: int
    mentions: list[int]
    unread_from: int | None
    member_count: int
    user_ids: list[UserId]
    topic: str = ""
    purpose: str = ""
    posting: Posting = "everyone"
    archived: bool = False
    muted: bool = False
    starred: bool = False
    notify: Notify = "default"
    section_id: SectionId | None = None


class Preferences(Struct, frozen=True, kw_only=True):
    """How a member wants to have a channel: their own affair, told to their own devices."""

    channel_id: ChannelId
    muted: bool
    starred: bool
    notify: Notify
    section_id: SectionId | None


class ChannelMember(Struct, frozen=True, kw_only=True):
    """A person's place in a channel, and how far they are."""

    user_id: UserId
    name: str
    read_n: int
    received_n: int
    joined_at: datetime


class Access(Struct, frozen=True, array_like=True):
    """That a person is a member of a channel, and where the channel belongs; of a guest, until `ends_at` alone.

    That is in seconds of Unix time, since it is looked at before every message.
    """

    channel_id: ChannelId
    workspace_id: WorkspaceId
    ends_at: float | None = None


class Changes(Struct, frozen=True, kw_only=True):
    """What happened in a channel since a `seq`; `reset` when that is too far back to tell one by one."""

    items: list[Entry]
    last_seq: int
    reset: bool


RecipientState = Literal["seen", "received", "live", "waiting", "pending"]
MessageState = Literal["sent", "delivering", "delivered", "seen"]


class Recipient(Struct, frozen=True, kw_only=True):
    """What became of a message for one member, in a word and in plain words."""

    user_id: UserId
    name: str
    state: RecipientState
    detail: str


class WorkflowLink(Struct, frozen=True, kw_only=True):
    """Where the promise behind a message can be opened."""

    id: str
    run_id: str | None
    url: str


class Delivery(Struct, frozen=True, kw_only=True):
    """Who got a message, who is still to get it, and the workflow that keeps the promise."""

    message_id: EntryId
    state: MessageState
    settled: bool
    counts: dict[RecipientState, int]
    recipients: list[Recipient]
    next: str | None
    workflow: WorkflowLink
