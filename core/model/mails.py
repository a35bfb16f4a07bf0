"""Account mails: what is sent to one person about their account or an invitation, and what became of it."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import MailId, UserId, WorkspaceId
from parlour.core.model.notifications import Attempt

MailKind = Literal[
    "sign_up",
    "account_exists",
    "verify_email",
    "reset_password",
    "password_changed",
    "sign_in_changed",
    "unknown_browser",
    "code_used_again",
    "confirm_email",
    "email_changed",
    "invitation",
    "invitation_reminder",
    "webhook_disabled",
    "guest_ending",
    "second_factor_demanded",
    "second_factor_aside",
    "deactivated",
    "erasure_begun",
    "erased",
]
"""What a mail is about; `ui/letters.py` has the words of each."""
MailState = Literal["queued", "retrying", "sent", "bounced", "given_up", "unwanted"]
"""What became of a mail: `bounced`, the mail server will not take it for this address; `given_up`, tried for too long;
`unwanted`, there was nothing to say any more when it was to be sent."""
OPEN: tuple[MailState, ...] = ("queued", "retrying")


class MailRecord(Struct, frozen=True, kw_only=True):
    """A mail on record. `sealed` holds its words, secrets among them, until it needs them no more.

    No attempt is made after `until`, when what it says is not true any more. `due_at` is the time of the next one.
    `outcome` says in words what came of the last one.
    """

    id: MailId
    kind: MailKind
    to: str
    created_at: datetime
    until: datetime
    to_name: str = ""
    user_id: UserId | None = None
    workspace_id: WorkspaceId | None = None
    state: MailState = "queued"
    outcome: str = ""
    due_at: datetime | None = None
    attempts: list[Attempt] = []
    sealed: bytes | None = None
