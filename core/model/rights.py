"""Who may do what in a workspace: the one table of roles and rights.

Everybody who belongs to a workspace has a role, and so its rights. A custom role is a set of rights of a workspace's
own; whoever holds one stands as a member otherwise.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

from parlour.core.ids import RoleId, UserId, WorkspaceId

Role = Literal["owner", "admin", "moderator", "member", "guest", "bot"]
Right = Literal[
    "workspace.transfer",
    "workspace.change",
    "role.change",
    "member.change_role",
    "member.remove",
    "member.invite",
    "member.invite_guest",
    "audit.read",
    "operations.read",
    "operations.act",
    "integration.manage",
    "workflow.read_any",
    "workflow.act_any",
    "workflow.start",
    "token.make",
    "people.see",
    "group.change",
    "channel.browse",
    "channel.create",
    "channel.invite",
    "channel.manage",
    "channel.post_restricted",
    "conversation.begin",
    "message.send",
    "message.urgent",
    "message.delete_any",
    "command.run",
    "file.upload",
    "file.delete_any",
    "file.judge",
    "emoji.add",
    "emoji.remove_any",
]

MEANINGS: Mapping[Right, str] = {
    "workspace.transfer": "Hand the workspace over to another owner, and make owners",
    "workspace.change": "Change the workspace: its name, what it shows, what members may do, its defaults",
    "role.change": "Make, change and delete roles of the workspace's own",
    "member.change_role": "Give members another role, up to one's own rights",
    "member.remove": "Remove others from the workspace",
    "member.invite": "Invite people as members",
    "member.invite_guest": "Invite people as guests of some channels",
    "audit.read": "Read and export the audit",
    "operations.read": "See how deliveries, notifications and files fare, everybody's included",
    "operations.act": "Act on them: try again, give up, rebuild, scan again",
    "integration.manage": "Make and change bots, webhooks and slash commands",
    "workflow.read_any": "See every workflow of the workspace",
    "workflow.act_any": "Signal, cancel, end and retry every workflow of the workspace",
    "workflow.start": "Start workflows, within one's own rights",
    "token.make": "Make tokens with which programs act for oneself",
    "people.see": "See everyone in the workspace; without it, those with whom one shares a channel",
    "group.change": "Make and change groups of people, whatever the workspace's setting says",
    "channel.browse": "See all public channels, and join them",
    "channel.create": "Make channels",
    "channel.invite": "Add people to channels one belongs to",
    "channel.manage": "Rename, restrict, archive and convert channels of others, and take people out of them",
    "channel.post_restricted": "Begin something new in channels that are restricted to moderators",
    "conversation.begin": "Begin direct messages",
    "message.send": "Write, edit one's own, react and pin in one's channels",
    "message.urgent": "Send urgent messages, whatever the workspace's setting says",
    "message.delete_any": "Delete messages of others, and their previews",
    "command.run": "Run slash commands",
    "file.upload": "Upload files",
    "file.delete_any": "Delete files of others",
    "file.judge": "See what is in quarantine, and release or delete it",
    "emoji.add": "Add emoji",
    "emoji.remove_any": "Remove emoji that others added",
}
"""What each right allows, in words."""

RIGHTS: frozenset[Right] = frozenset(get_args(Right))
EVERYBODYS: frozenset[Right] = frozenset({"message.send"})
"""What is in every role: whoever is let into a channel takes part in it, so that sending asks for nothing more."""
_GUEST: frozenset[Right] = EVERYBODYS | {"conversation.begin", "command.run", "file.upload"}
_BOT: frozenset[Right] = _GUEST | {"people.see", "channel.browse", "workflow.start"}
_MEMBER: frozenset[Right] = _BOT | {
    "member.invite",
    "token.make",
    "channel.create",
    "channel.invite",
    "emoji.add",
}
_MODERATOR: frozenset[Right] = _MEMBER | {
    "member.invite_guest",
    "group.change",
    "channel.manage",
    "channel.post_restricted",
    "message.delete_any",
    "file.delete_any",
    "emoji.remove_any",
}
ROLES: Mapping[Role, frozenset[Right]] = {
    "owner": RIGHTS,
    "admin": RIGHTS - {"workspace.transfer"},
    "moderator": _MODERATOR,
    "member": _MEMBER,
    "guest": _GUEST,
    "bot": _BOT,
}
"""The rights of each role."""


def exceeds(rights: frozenset[Right], own: frozenset[Right]) -> bool:
    """Return whether somebody with these rights has one that whoever has `own` has not."""
    return bool(rights - own)


class Standing(Struct, frozen=True):
    """Someone's place in a workspace: `role_id` names the custom role whose rights they have instead of their role's.

    A guest's place ends at `ends_at`. `second_factor_by` is set for whoever lacks the second step that the workspace
    demands.
    """

    role: Role
    rights: frozenset[Right]
    joined_at: datetime
    role_id: RoleId | None = None
    ends_at: datetime | None = None
    second_factor_by: datetime | None = None

    def may(self, right: Right) -> bool:
        """Return whether they have a right."""
        return right in self.rights


class CustomRole(Struct, frozen=True, kw_only=True):
    """A role that a workspace made for itself: a set of rights with a name."""

    id: RoleId
    workspace_id: WorkspaceId
    name: str
    rights: frozenset[Right]
    created_by: UserId
    created_at: datetime


Family = Literal[
    "messages",
    "channels",
    "people",
    "files",
    "search",
    "notifications",
    "workspaces",
    "integrations",
    "workflows",
]
"""What tokens are given access to, family by family."""
Scope = Literal[
    "messages:read",
    "messages:write",
    "channels:read",
    "channels:write",
    "people:read",
    "people:write",
    "files:read",
    "files:write",
    "search:read",
    "search:write",
    "notifications:read",
    "notifications:write",
    "workspaces:read",
    "workspaces:write",
    "integrations:read",
    "integrations:write",
    "workflows:read",
    "workflows:write",
]
"""What a token may do: read of a family, or write as well as its person may."""
SCOPES: Mapping[str, Scope] = {scope: scope for scope in get_args(Scope)}
"""The scopes by their names."""
