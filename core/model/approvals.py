"""Approvals: somebody asks in a channel, and those who are asked say yes or no until a deadline."""

from datetime import datetime

from msgspec import Struct

from parlour.core.ids import ApprovalId, ChannelId, EntryId, GroupId, UserId, WorkspaceId
from parlour.core.model.actions import ApprovalAnswer, ApprovalState
from parlour.core.model.chat import WorkflowLink


class Approval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An approval as those see it who are in its channel.

    It is approved once `needed` approvers say yes, and rejected once `rejections` of them say no. Nobody's answer
    counts after `deadline_at`. At `escalate_at` those of `escalate_to` are asked, too; `remind_at` is the next reminder
    of those who have not answered. `told` says in words how it stands.
    """

    id: ApprovalId
    workspace_id: WorkspaceId
    channel_id: ChannelId
    asker_id: UserId
    text: str
    state: ApprovalState
    told: str
    needed: int
    rejections: int
    created_at: datetime
    deadline_at: datetime
    user_ids: list[UserId] = []
    group_ids: list[GroupId] = []
    answers: list[ApprovalAnswer] = []
    escalate_at: datetime | None = None
    escalate_to: list[UserId] = []
    escalated_at: datetime | None = None
    remind_at: datetime | None = None
    settled_at: datetime | None = None
    message_id: EntryId | None = None
    workflow: WorkflowLink | None = None


class ApprovalRecord(Struct, frozen=True, kw_only=True):
    """An approval as stored. `version` counts its changes; its message shows the one of `shown_version`."""

    id: ApprovalId
    workspace_id: WorkspaceId
    channel_id: ChannelId
    asker_id: UserId
    text: str
    user_ids: list[UserId]
    group_ids: list[GroupId]
    needed: int
    rejections: int
    created_at: datetime
    changed_at: datetime
    deadline_at: datetime
    state: ApprovalState = "open"
    version: int = 1
    shown_version: int = 0
    answers: list[ApprovalAnswer] = []
    escalate_at: datetime | None = None
    escalate_to: list[UserId] = []
    escalated_at: datetime | None = None
    remind_every: int | None = None
    remind_at: datetime | None = None
    reminders: int = 0
    settled_at: datetime | None = None
    settled_by: UserId | None = None
    message_id: EntryId | None = None
    client_id: str | None = None
