"""The audit: who did what of consequence in a workspace, when and from where, each entry chained to the one before."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import SessionId, UserId, WorkspaceId
from parlour.core.model.people import SessionKind

AuditAction = Literal[
    "approval.answered",
    "approval.approved",
    "approval.asked",
    "approval.expired",
    "approval.rejected",
    "approval.withdrawn",
    "audit.exported",
    "audit.retention_changed",
    "audit.trimmed",
    "bot.changed",
    "bot.deactivated",
    "bot.made",
    "bot.token_rotated",
    "channel.archived",
    "channel.created",
    "channel.made_private",
    "channel.made_public",
    "channel.member_removed",
    "channel.restored",
    "command.changed",
    "command.made",
    "command.removed",
    "command.secret_rotated",
    "emoji.removed",
    "file.deleted",
    "file.held",
    "file.quarantined",
    "file.released",
    "file.retried",
    "files.rescanned",
    "group.changed",
    "group.created",
    "group.deleted",
    "guest.admitted",
    "guest.ended",
    "guest.prolonged",
    "invitation.accepted",
    "invitation.made",
    "invitation.resent",
    "invitation.revoked",
    "member.email_changed",
    "member.email_taken_back",
    "member.account_linked",
    "member.account_unlinked",
    "member.deactivated",
    "member.erased",
    "member.joined",
    "member.left",
    "member.passkey_added",
    "member.passkey_removed",
    "member.password_changed",
    "member.reactivated",
    "member.recovery_code_used",
    "member.recovery_codes_renewed",
    "member.removed",
    "member.role_changed",
    "member.role_mapped",
    "member.second_factor_aside",
    "member.second_factor_back",
    "member.sessions_ended",
    "member.totp_added",
    "member.totp_removed",
    "message.deleted",
    "notifications.redriven",
    "onboarding.continued",
    "onboarding.undone",
    "role.changed",
    "role.created",
    "role.deleted",
    "search.rebuilt",
    "token.made",
    "token.revoked",
    "webhook.changed",
    "webhook.disabled",
    "webhook.made",
    "webhook.redriven",
    "webhook.removed",
    "webhook.rotated",
    "workflow.cancelled",
    "workflow.retried",
    "workflow.signalled",
    "workflow.started",
    "workflow.terminated",
    "workspace.changed",
    "workspace.created",
    "workspace.transferred",
]
"""What was done, in the past tense: a file held is one that nobody could look into, and an owner is to decide."""


class AuditOrigin(Struct, frozen=True, kw_only=True):
    """Where something was asked from: a network address, a browser or program, and what its sender came in with."""

    address: str
    agent: str = ""
    session_id: SessionId | None = None
    kind: SessionKind | None = None


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One thing done: by `actor_id` (none: by Parlour itself), to `subject` (an id), `detail` in words for people.

    `seq` counts a workspace's entries from 1 without a gap; `hash` is of it and, by `prev_hash`, of all before it.
    Entries from before there were chains have none of them.
    """

    id: str
    workspace_id: WorkspaceId
    at: datetime
    actor_id: UserId | None
    action: str
    subject: str
    detail: str
    origin: AuditOrigin | None = None
    seq: int | None = None
    prev_hash: str = ""
    hash: str = ""


class AuditFilter(Struct, frozen=True, kw_only=True):
    """Which entries: by who, what (one of several actions), to what, and when: from `since` to before `until`."""

    actor_id: UserId | None = None
    actions: tuple[str, ...] = ()
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Checkpoint(Struct, frozen=True, kw_only=True):
    """Where a chain begins whose old end was removed: behind the entry `seq`, whose hash was `hash`."""

    seq: int
    hash: str
    at: datetime
    removed: int
    seal: str


FaultKind = Literal["changed", "removed", "inserted", "unlinked", "unsealed"]


class Fault(Struct, frozen=True, kw_only=True):
    """A place where an audit is not what was written; `seq` is that of the entry at which it shows."""

    kind: FaultKind
    seq: int | None
    id: str | None
    words: str


class Verified(Struct, frozen=True, kw_only=True):
    """What looking at a chain found: from `first_seq` to `last_seq`; `next` is where the rest begins, if there is more.

    `last_hash`, noted elsewhere, shows later that nothing up to here was changed by whoever has all of Parlour's keys.
    """

    intact: bool
    entries: int
    first_seq: int
    last_seq: int
    last_hash: str
    faults: list[Fault]
    checkpoint: Checkpoint | None = None
    next: int | None = None


class Retention(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how many days a workspace keeps its audit; none: for ever."""

    days: int | None
