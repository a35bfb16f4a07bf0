"""People, their sessions, and the workspaces they belong to."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import GroupId, InvitationId, RoleId, SessionId, UserId, WorkspaceId
from parlour.core.model.erasures import ErasedMessages
from parlour.core.model.notifications import Content
from parlour.core.model.rights import Right, Role, Scope

Whose = Literal["members", "owners"]
PresenceState = Literal["active", "away", "offline"]
UserKind = Literal["person", "bot"]
AsideWhy = Literal["workspace", "account", "erased", "second_factor"]
SessionKind = Literal["session", "personal", "bot"]
"""What lets somebody in: a browser's session, a token of a person's own, or that of a bot."""


class Status(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What someone says of themselves: an emoji, a few words, and until when it holds (none: until changed)."""

    emoji: str
    text: str = ""
    expires_at: datetime | None = None


class User(Struct, frozen=True, kw_only=True):
    """A person as they see themselves.

    `timezone` is the name of one of the IANA database, once it is known. `set_away`: they said that they are away
    themselves, whatever their devices say. `email_verified_at`: when they proved that they read the mails of `email`.
    `language` (BCP 47) is the one in which they read dates and numbers. `avatar` is the address of their picture, to
    which its side is added.
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
    kind: UserKind = "person"
    email_verified_at: datetime | None = None
    pronouns: str = ""
    language: str | None = None
    avatar: str | None = None


class Person(Struct, frozen=True):
    """A person as others see them; `@handle` calls them. Whoever is in do not disturb is so until `dnd_until`."""

    id: UserId
    name: str
    handle: str
    title: str = ""
    status: Status | None = None
    dnd_until: datetime | None = None
    kind: UserKind = "person"
    pronouns: str = ""
    avatar: str | None = None


class Identity(Struct, frozen=True):
    """Who is calling: a user through one of their sessions, or through a token, which opens its `scopes` alone."""

    user_id: UserId
    session_id: SessionId
    kind: SessionKind = "session"
    scopes: frozenset[Scope] | None = None

    def opens(self, scope: Scope | None) -> bool:
        """Return whether what they came with opens a `scope`; what has none is for sessions."""
        return self.scopes is None or scope in self.scopes


class Entrance(Struct, frozen=True, kw_only=True):
    """What lets somebody in, as they see it: a session (`scopes` none: everything), or a token with a `name`.

    `address` and `agent` tell where it was last used from, and with which browser or program.
    """

    id: SessionId
    user_id: UserId
    kind: SessionKind
    name: str = ""
    scopes: frozenset[Scope] | None = None
    created_at: datetime | None
    expires_at: datetime | None
    last_used_at: datetime | None = None
    address: str = ""
    agent: str = ""


class SignedIn(Struct, frozen=True, kw_only=True):
    """The outcome of signing in; `refresh_token`, and the note by which the browser is known, leave as cookies."""

    user: User
    access_token: str
    expires_in: int
    refresh_token: str
    device_note: str


class Device(Struct, frozen=True):
    """What signs in: from a network `address`, by a program that calls itself `agent`.

    `note` is what it brings of an earlier sign-in, see `core/people/known_devices.py`.
    """

    address: str
    agent: str = ""
    note: str = ""


class Challenge(Struct, frozen=True, kw_only=True):
    """What is asked after a right password, before there is a session: one of `methods`, in `expires_in` seconds."""

    id: str
    methods: list[str]
    expires_in: int


class Workspace(Struct, frozen=True, kw_only=True):
    """A workspace as one of its members sees it; `role`, `role_id` and `rights` are that member's.

    A guest's stay ends at `ends_at`. Who has no second step at sign-in where the workspace demands one is let in until
    `second_factor_by`.

    `show_seen`: members learn who has seen a message. `link_previews`: what messages link to is looked up.
    `groups_by`: who makes and changes groups. `urgent_by`: who may send urgent messages, which notify even those who do
    not want to be disturbed. `notification_content`: what of messages leaves the house with pushes and mails.
    `erased_messages`: what becomes of the messages of someone whose account is erased.
    """

    id: WorkspaceId
    name: str
    slug: str
    role: Role
    created_at: datetime
    rights: list[Right] = []
    role_id: RoleId | None = None
    ends_at: datetime | None = None
    second_factor_by: datetime | None = None
    show_seen: bool = True
    link_previews: bool = True
    groups_by: Whose = "members"
    urgent_by: Whose = "owners"
    notification_content: Content = "full"
    erased_messages: ErasedMessages = "choose"


class WorkspaceMember(Struct, frozen=True, kw_only=True):
    """A person's place in a workspace. Who is `deactivated` cannot enter; what they wrote stays theirs."""

    user_id: UserId
    name: str
    handle: str
    role: Role
    joined_at: datetime
    title: str = ""
    status: Status | None = None
    dnd_until: datetime | None = None
    kind: UserKind = "person"
    role_id: RoleId | None = None
    deactivated: bool = False
    pronouns: str = ""
    avatar: str | None = None


class Aside(Struct, frozen=True):
    """That a membership is deactivated: by whom (none: by Parlour itself), when, and with what.

    `workspace`: it alone, by somebody of the workspace; `account`: their account was deactivated; `erased`: the account
    is no more, and the membership is kept as who wrote their messages; `second_factor`: the workspace demands a second
    step at sign-in, and they have none.
    """

    by: UserId | None
    at: datetime
    why: AsideWhy


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
    kind: UserKind = "person"
    deactivated: bool = False
    pronouns: str = ""
    avatar: str | None = None


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

    id: InvitationId
    token: str
    url: str
    expires_at: datetime


class InvitationPreview(Struct, frozen=True, kw_only=True):
    """What an invitation shows to someone who is not signed in yet.

    One by mail is for `email` alone, a link may be for addresses at `domains` alone.
    """

    workspace: str
    invited_by: str
    expires_at: datetime
    role: Literal["member", "guest"] = "member"
    email: str | None = None
    domains: list[str] = []


class ChosenWelcome(Struct, frozen=True):
    """How a workspace welcomes newcomers: the template that says what, and the bot that says it."""

    template: str
    bot_id: UserId
