"""The erasure of an account: asked for, taken back, done; and the report of what was erased and what was kept."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import ChannelId, ErasureId, UserId
from parlour.core.model.chat import WorkflowLink

ErasureState = Literal["waiting", "taken_back", "erasing", "erased"]
OPEN: tuple[ErasureState, ...] = ("waiting", "erasing")
OwnMessages = Literal["keep", "delete"]
"""What becomes of someone's messages: kept under “Deleted person”, or deleted one by one."""
ErasedMessages = Literal["choose", "keep", "delete"]
"""What a workspace says of that: its people choose, or it is the same for all."""


class MessageCursor(Struct, frozen=True, kw_only=True):
    """How far the deletion of someone's messages is: in which channel, and behind which entry."""

    channel_id: ChannelId
    seq: int = 0
    deleted: int = 0


class ErasureRecord(Struct, frozen=True, kw_only=True):
    """An erasure as it is stored.

    `sealed` are the name and the address of the person, for the last mail; it and `user_id` go with the end.
    `deactivated_at` is since when their account is deactivated for it. `counted` are the records that each step found
    when it began. `told`: its workflow knows of it. `settled`: the account is deactivated for it, and its link was
    mailed. `said`: it is known what became of the last mail.
    """

    id: ErasureId
    user_id: UserId | None
    state: ErasureState
    messages: OwnMessages
    requested_at: datetime
    begins_at: datetime
    deactivated_at: datetime
    ended_at: datetime | None = None
    sealed: bytes | None = None
    counted: dict[str, int] = {}
    done: list[str] = []
    cursor: MessageCursor | None = None
    told: bool = False
    settled: bool = False
    said: bool = False


class Erased(Struct, frozen=True):
    """A part of what is erased: in words, how many records that were (none: not looked at yet), whether it is done."""

    what: str
    count: int | None
    done: bool


class Kept(Struct, frozen=True):
    """What is kept, and why."""

    what: str
    why: str


class Erasure(Struct, frozen=True, kw_only=True):
    """The report of an erasure, to whoever holds its link."""

    id: ErasureId
    state: ErasureState
    messages: OwnMessages
    requested_at: datetime
    begins_at: datetime
    ended_at: datetime | None
    erased: list[Erased]
    kept: list[Kept]
    workflow: WorkflowLink | None = None
