"""People, their sessions, and the workspaces they belong to."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import GroupId, SessionId, UserId, WorkspaceId
from parlour.core.model.notifications import Content

Role = Literal["owner", "member"]
Whose = Literal["members", "owners"]
PresenceState = Literal["active", "away", "offline"]


class Status(Struct, frozen=True, kw_only=True):
    """What someone says of themselves: an emoji, a few words, and until when it holds (none: until changed)."""

    emoji: str
    text: str = ""
    expires_at: datetime | None = None


class User(Struct, frozen=True, kw_only=True):
    """A person as they see themselves.

    `timezone` is the name of one of the IANA database, once it is known. `set_away`: they said that they are away
    themselves, whatever their devices say.
    """

    id: UserId
    name: str
    handle: str
    email: str
    created_at: datetime
    timezone: str | None = None
    title: str = ""
    status: Status | None = None
    dnd_until: datetime | None = None
    set_away: bool = False


class Person(Struct, frozen=True):
    """A person as others see them; `@handle` calls them. Whoever is in do not disturb is so until `dnd_until`."""

    id: UserId
    name: str
    handle: str
    title: str = ""
    status: Status | None = None
    dnd_until: datetime | None = None


class Identity(Struct, frozen=True):
    """Who is calling: a user through one of their sessions."""

    user_id: UserId
    session_id: SessionId


class SignedIn(Struct, frozen=True, kw_only=True):
    """The outcome of signing in; `refresh_token` leaves by an HttpOnly cookie only."""

    user: User
    access_token: str
    expires_in: int
    refresh_token: str


class Workspace(Struct, frozen=True, kw_only=True):
    """A workspace as one of its members sees it; `role` is that member's.

    `show_seen`: members learn who has seen a message. `link_previews`: what messages link to is looked up.
    `groups_by`: who makes and changes groups. `urgent_by`: who may send urgent messages, which notify even those who do
    not want to be disturbed. `notification_content`: what of messages leaves the house with pushes and mails.
    """

    id: WorkspaceId
    name: str
    slug: str
    role: Role
    created_at: datetime
    show_seen: bool = True
    link_previews: bool = True
    groups_by: Whose = "members"
    urgent_by: Whose = "owners"
    notification_content: Content = "full"


class WorkspaceMember(Struct, frozen=True, kw_only=True):
    """A person's place in a workspace."""

    user_id: UserId
    name: str
    handle: str
    role: Role
    joined_at: datetime
    title: str = ""
    status: Status | None = None
    dnd_until: datetime | None = None


class Profile(Struct, frozen=True, kw_only=True):
    """All that a member of a workspace may know of another. `last_active_at` is told while they are not active."""

    user_id: UserId
    name: str
    handle: str
    title: str
    role: Role
    joined_at: datetime
    status: Status | None
    dnd_until: datetime | None
    timezone: str | None
    presence: PresenceState
    last_active_at: datetime | None


class Group(Struct, frozen=True, kw_only=True):
    """People of a workspace who are called together, by `@handle`."""

    id: GroupId
    workspace_id: WorkspaceId
    name: str
    handle: str
    user_ids: list[UserId]
    created_by: UserId
    created_at: datetime


class Invitation(Struct, frozen=True, kw_only=True):
    """A link that lets whoever holds it join a workspace until `expires_at`."""

    token: str
    url: str
    expires_at: datetime


class InvitationPreview(Struct, frozen=True, kw_only=True):
    """What an invitation shows to someone who is not signed in yet."""

    workspace: str
    invited_by: str
    expires_at: datetime
