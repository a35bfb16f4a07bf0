"""What is answered otherwise than “there is no such thing”, and why that tells nothing."""

SEEN_BY_GUESTS = {"WorkspaceId", "Emoji"}
SEEN_BY_MEMBERS = SEEN_BY_GUESTS | {"UserId", "RoleId", "GroupId", "Bot"}
"""The kinds of things that are not hidden from everybody who is in a workspace."""
TAKEN = {
    "POST /api/v1/channels/{channel}/members body user_id": "an owner brings in whoever has an account",
    "POST /api/v1/channels/{channel}/members body user_ids[]": "an owner brings in whoever has an account",
}
"""Where an owner may name somebody of elsewhere."""
NARROWING = {
    "GET /api/v1/workspaces/{workspace}/audit query actor",
    "GET /api/v1/workspaces/{workspace}/audit query subject",
    "GET /api/v1/workspaces/{workspace}/audit/export query actor",
    "GET /api/v1/workspaces/{workspace}/audit/export query subject",
    "GET /api/v1/workspaces/{workspace}/roster query role_id",
    "GET /api/v1/workspaces/{workspace}/dispatches query user",
    "POST /api/v1/workspaces/{workspace}/dispatches/redrive body ids[]",
    "POST /api/v1/workspaces/{workspace}/dispatches/redrive body filter.user",
    "POST /api/v1/workspaces/{workspace}/webhooks/{webhook}/redrive body ids[]",
    "GET /api/v1/workflow-runs query subject",
    "GET /api/v1/workflow-runs query started_by",
    "GET /api/v1/files query ids",
    "GET /api/v1/workspaces/{workspace}/files query by",
    "GET /api/v1/workspaces/{workspace}/files query channel",
    "GET /api/v1/workspaces/{workspace}/search query in",
    "GET /api/v1/workspaces/{workspace}/search query from",
    "POST /api/v1/workspaces/{workspace}/notifications/read body ids[]",
    "POST /api/v1/workspaces/{workspace}/notifications/unread body ids[]",
    "EVENT presence.watch body user_ids[]",
}
"""What narrows down what is one's own: the answer holds nothing of what is not there."""
LISTS = {
    "GET /api/v1/files",
    "POST /api/v1/workspaces/{workspace}/notifications/read",
    "POST /api/v1/workspaces/{workspace}/notifications/unread",
    "EVENT presence.watch",
}
"""What all ids may be another's of, since it only narrows down."""
ELSEWHERE = {
    "POST /api/v1/command-answers/{run}/{secret}": "by its secret: test_slash_commands.py",
    "POST /hooks/{hook}/{secret}": "by its secret: test_incoming_webhooks.py",
    "GET /api/v1/workspaces/{workspace}/emoji/{name}/image": "by its signature: test_emoji.py",
    "GET /api/v1/erasures/{erasure}": "by what a mail says: test_erasure.py",
    "DELETE /api/v1/erasures/{erasure}": "by what a mail says: test_erasure.py",
    "PATCH /api/v1/me/passkeys/{passkey}": "with one, all else takes a second step: test_passkeys.py",
    "POST /api/v1/me/passkeys/{passkey}/remove": "likewise",
    "POST /api/v1/messages/{message}/actions/{action}": "messages of bots have buttons: test_message_actions.py",
    "POST /api/v1/workspaces/{workspace}/welcome/stop": "the welcome has no id: test_onboarding.py",
}
"""What takes more than one's own ids, and where it is taken."""
