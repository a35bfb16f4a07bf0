"""Setting up workspaces: templates, steps, invitations, and the first steps of newcomers."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import ChannelId, InvitationId, UserId, WorkspaceId
from parlour.core.model.chat import WorkflowLink

StepName = Literal["address", "workspace", "channels", "invitations", "welcome", "report"]
STEPS: tuple[StepName, ...] = ("address", "workspace", "channels", "invitations", "welcome", "report")
"""What is done one after the other, and undone in reverse."""
StepState = Literal["pending", "running", "done", "failed", "undone"]
OnboardingState = Literal["running", "waiting", "undoing", "done", "undone"]
"""`waiting`: a step cannot be done, and somebody is to continue or to undo it all."""
OVER: tuple[OnboardingState, ...] = ("done", "undone")

InvitedRole = Literal["member", "guest"]
InvitationState = Literal[
    "active", "queued", "sent", "resent", "bounced", "opened", "accepted", "used_up", "expired", "revoked"
]
"""Of a link: active, used up, expired, revoked. Of one by e-mail: all the others, `active` and `used_up` never."""
OPEN: tuple[InvitationState, ...] = ("active", "queued", "sent", "resent", "bounced", "opened")
"""The states in which an invitation lets somebody in."""
FirstStep = Literal["profile", "message", "invite", "push"]
FIRST_STEPS: tuple[FirstStep, ...] = ("profile", "message", "invite", "push")
WelcomeState = Literal["open", "done", "stopped"]


class ChannelPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A channel of a template; everybody who joins the workspace is in those that are `for_all`.

    `texts` are said in it by the welcome bot.
    """

    name: str
    kind: Literal["public", "private"] = "public"
    topic: str = ""
    purpose: str = ""
    for_all: bool = False
    texts: list[str] = []


class WorkspaceTemplate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a workspace begins with. Without first steps nobody is welcomed by the bot."""

    id: str
    title: str
    description: str
    channels: list[ChannelPlan]
    hello: str = ""
    first_steps: list[FirstStep] = []


class Invitee(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody to invite. A guest needs channels, and may be one until `ends_at`."""

    email: str
    role: InvitedRole = "member"
    channel_ids: list[ChannelId] = []
    ends_at: datetime | None = None


class PlannedInvitee(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody to invite to a workspace that is not there yet: its channels are named as in the template."""

    email: str
    role: InvitedRole = "member"
    channels: list[str] = []


class Step(Struct, frozen=True, kw_only=True):
    """How far a step is: `words` say it, `error` what went wrong at the last of its `attempts`."""

    name: StepName
    title: str
    state: StepState = "pending"
    words: str = ""
    attempts: int = 0
    error: str = ""
    at: datetime | None = None


class OnboardingRecord(Struct, frozen=True, kw_only=True):
    """A workspace that is being set up, as stored. `bot_id` is the account its welcome bot is to have.

    A `quick` one has no workflow, unless it broke off: then what there is of it is undone. `has_slug`: its owner chose
    the address. `refused` are those whom no invitation could be made for.
    """

    id: WorkspaceId
    owner_id: UserId
    name: str
    slug: str
    template: str
    bot_id: UserId
    created_at: datetime
    updated_at: datetime
    has_slug: bool = False
    quick: bool = False
    welcome: bool = True
    invitations: list[PlannedInvitee] = []
    refused: list["Invited"] = []
    state: OnboardingState = "running"
    words: str = ""
    steps: list[Step] = []


class Onboarding(Struct, frozen=True, kw_only=True):
    """A workspace that is being set up, as its owner sees it; the workspace has the same id."""

    id: WorkspaceId
    name: str
    slug: str
    template: str
    state: OnboardingState
    words: str
    steps: list[Step]
    invitations: int
    created_at: datetime
    updated_at: datetime
    workflow: WorkflowLink | None = None


class InvitationRecord(Struct, frozen=True, kw_only=True):
    """An invitation as stored; whoever holds the token of `token_hash` may use it.

    Of one by e-mail: `mail_id` is the mail under way, `wants_mail` which is to be next; `due_at` is when it has to be
    looked after; `words` say what came of the last mail. Of a link: `uses` people joined by it, of `max_uses` (none:
    any number), whose address is at one of the `domains` (none: at any). A guest's membership ends at `ends_at`.
    """

    id: InvitationId
    workspace_id: WorkspaceId
    kind: Literal["link", "email"]
    token_hash: str
    invited_by: UserId
    created_at: datetime
    expires_at: datetime
    state: InvitationState
    role: InvitedRole = "member"
    channel_ids: list[ChannelId] = []
    ends_at: datetime | None = None
    email: str | None = None
    words: str = ""
    due_at: datetime | None = None
    handed: bool = False
    wants_mail: Literal["invitation", "invitation_reminder"] | None = None
    mail_id: str | None = None
    mails: int = 0
    resends: int = 0
    sent_at: datetime | None = None
    reminded_at: datetime | None = None
    opened_at: datetime | None = None
    accepted_at: datetime | None = None
    accepted_by: UserId | None = None
    max_uses: int | None = None
    uses: int = 0
    domains: list[str] = []


class InvitationEntry(Struct, frozen=True, kw_only=True):
    """An invitation as those see it who manage them."""

    id: InvitationId
    kind: Literal["link", "email"]
    state: InvitationState
    role: InvitedRole
    invited_by: UserId
    created_at: datetime
    expires_at: datetime
    email: str | None = None
    channel_ids: list[ChannelId] = []
    words: str = ""
    mails: int = 0
    sent_at: datetime | None = None
    reminded_at: datetime | None = None
    opened_at: datetime | None = None
    accepted_at: datetime | None = None
    accepted_by: UserId | None = None
    max_uses: int | None = None
    uses: int = 0
    domains: list[str] = []
    workflow: WorkflowLink | None = None


class Invited(Struct, frozen=True, kw_only=True):
    """What became of one address that somebody wanted to invite, in a word and in words."""

    email: str
    state: Literal["queued", "duplicate", "member_already", "invited_already", "invalid", "over_limit"]
    detail: str
    invitation_id: InvitationId | None = None


class WelcomeRecord(Struct, frozen=True, kw_only=True):
    """A newcomer's first steps in a workspace, as stored: which there are, and when each was done.

    Those `skipped` are waited for no more. `channel_id` is the conversation with the bot; `reminded` counts reminders.
    """

    id: str
    workspace_id: WorkspaceId
    user_id: UserId
    bot_id: UserId
    steps: list[FirstStep]
    joined_at: datetime
    state: WelcomeState = "open"
    done: dict[FirstStep, datetime] = {}
    skipped: list[FirstStep] = []
    hello: str = ""
    channel_id: ChannelId | None = None
    said_hello: bool = False
    reminded: int = 0
    due_at: datetime | None = None


class FirstStepView(Struct, frozen=True, kw_only=True):
    """One first step: what it is, and when it was done."""

    name: FirstStep
    title: str
    done_at: datetime | None = None


class Welcome(Struct, frozen=True, kw_only=True):
    """A newcomer's first steps, as they see them; `none`: this workspace welcomes nobody."""

    state: Literal["open", "done", "stopped", "none"]
    steps: list[FirstStepView] = []
    channel_id: ChannelId | None = None
