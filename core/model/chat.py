"""Channels, their logs, and what a member has received and read of them."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId

ChannelKind = Literal["public", "private", "direct"]
EntryKind = Literal["channel.created", "member.joined", "member.left", "message.sent"]
MESSAGE: EntryKind = "message.sent"


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of a channel's log. A message is the entry of kind `message.sent`.

    `seq` counts entries 1, 2, 3 … without a gap; `n` counts the messages up to and including this entry.
    `user_id` is the member that a membership entry speaks of.
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


class Tail(Struct, frozen=True):
    """The end of a channel's log: its last `seq`, and how many messages it holds."""

    seq: int
    n: int


class Channel(Struct, frozen=True, kw_only=True):
    """A channel as one person sees it; the watermarks are theirs (0 while `member` is false)."""

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
    member_count: int
    user_ids: list[UserId]


class ChannelMember(Struct, frozen=True, kw_only=True):
    """A person's place in a channel, and how far they are."""

    user_id: UserId
    name: str
    read_n: int
    received_n: int
    joined_at: datetime


class Access(Struct, frozen=True, array_like=True):
    """That a person is a member of a channel, and where the channel belongs."""

    channel_id: ChannelId
    workspace_id: WorkspaceId


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
