"""Where something of a person is stored, and what becomes of it: every collection is named here.

A new collection comes with a line here, and with a step in `steps` if it is erased: a test looks for those that have
none. What is kept is told in the report, so that nobody is promised more than is done.
"""

from collections.abc import Mapping
from typing import Literal

Fate = Literal["erased", "buried", "kept", "shared", "nothing"]
"""`erased`: every record of theirs goes. `buried`: their number stays in it, and nothing else. `kept`: as the report
says. `shared`: it belongs to a conversation, and goes or stays with it. `nothing`: nothing in it is of a person."""

FATES: Mapping[str, Fate] = {
    "account_mails": "erased",
    "account_requests": "erased",
    "approvals": "kept",
    "audit": "kept",
    "audit_marks": "nothing",
    "avatars": "erased",
    "bots": "kept",
    "challenges": "kept",
    "channels": "shared",
    "command_runs": "kept",
    "contents": "shared",
    "deliveries": "nothing",
    "devices": "erased",
    "dispatches": "erased",
    "drafts": "erased",
    "emoji": "kept",
    "entries": "shared",
    "erasures": "kept",
    "file_rescans": "nothing",
    "file_texts": "shared",
    "files": "shared",
    "groups": "kept",
    "idempotency_keys": "kept",
    "incoming_hooks": "kept",
    "invitations": "erased",
    "linked_accounts": "erased",
    "memberships": "erased",
    "notification_preferences": "erased",
    "notifications": "erased",
    "onboardings": "erased",
    "parked_memberships": "erased",
    "passkeys": "erased",
    "pending_members": "erased",
    "recent_searches": "erased",
    "reminders": "erased",
    "roles": "nothing",
    "saved": "erased",
    "scheduled": "erased",
    "search_files": "shared",
    "search_messages": "shared",
    "search_reindexes": "nothing",
    "second_factors": "erased",
    "sessions": "erased",
    "sidebars": "erased",
    "sweep_cursors": "nothing",
    "slash_commands": "kept",
    "threads": "shared",
    "uploads": "erased",
    "users": "buried",
    "webhook_deliveries": "kept",
    "webhooks": "kept",
    "welcomes": "erased",
    "workflow_runs": "erased",
    "workflow_troubles": "kept",
    "workspace_invitations": "erased",
    "workspace_members": "buried",
    "workspaces": "nothing",
}
"""What becomes of a person in each collection."""
