"""The audit: who did what of consequence in a workspace, for its owners."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import UserId, WorkspaceId

AuditAction = Literal[
    "file.quarantined", "file.held", "file.released", "file.deleted", "file.retried", "files.rescanned"
]
"""What was done, in the past tense: a file held is one that nobody could look into, and an owner is to decide."""


class AuditEntry(Struct, frozen=True, kw_only=True):
    """One thing done: by `actor_id` (none: by Parlour itself), to `subject` (an id), `detail` in words for people."""

    id: str
    workspace_id: WorkspaceId
    at: datetime
    actor_id: UserId | None
    action: AuditAction
    subject: str
    detail: str
