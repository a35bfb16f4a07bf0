"""What people can do at a message beside reading it: press its buttons, and answer what it asks."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import ApprovalId, GroupId, UserId

ActionStyle = Literal["default", "primary", "danger"]
ApprovalState = Literal["open", "approved", "rejected", "expired", "withdrawn"]
Decision = Literal["approve", "reject"]


class MessageAction(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A button at a message: plain words, and the `id` by which its author knows it. `confirm` is asked first."""

    id: str
    label: str
    style: ActionStyle = "default"
    confirm: str = ""


class Click(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That someone pressed a button, and what it said then."""

    user_id: UserId
    action: str
    label: str
    at: datetime


class ApprovalAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an approver said, and when."""

    user_id: UserId
    decision: Decision
    at: datetime
    comment: str = ""


class ApprovalMark(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An approval as its message shows it; of two marks the one with the higher `version` counts.

    It is approved with `needed` approvals, and rejected with `rejections`. `user_ids` and the people of `group_ids` may
    answer until `deadline_at`; `escalated` says that those it was escalated to are among them by now.
    """

    id: ApprovalId
    version: int
    state: ApprovalState
    needed: int
    rejections: int
    deadline_at: datetime
    user_ids: list[UserId] = []
    group_ids: list[GroupId] = []
    escalated: bool = False
    answers: list[ApprovalAnswer] = []
    settled_at: datetime | None = None
