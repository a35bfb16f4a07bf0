"""What the workflows and activities of set-ups, invitations and welcomes tell each other."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from parlour.core.ids import (
    InvitationId,
    MailId,
    UserId,
    WorkspaceId,
)
from parlour.core.model.onboarding import StepName

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class OnboardingStepRequest:
    """Take a step of setting up a workspace, or take it back."""

    workspace_id: WorkspaceId
    step: StepName


@dataclass(frozen=True)
class OnboardingStep:
    """What came of a step, in a word and in words: done, refused as things are, gone, or that all is to be undone."""

    outcome: Literal["done", "refused", "gone", "undo"]
    words: str


@dataclass(frozen=True)
class OnboardingMark:
    """How far the whole is, to be put on record."""

    workspace_id: WorkspaceId
    state: Literal["running", "waiting", "undoing", "done", "undone"]
    words: str


@dataclass(frozen=True)
class HandOverRequest:
    """The next invitations of a workspace; `handed` are those of the last answer, which have workflows now."""

    workspace_id: WorkspaceId
    handed: list[InvitationId] = field(default_factory=list)


@dataclass(frozen=True)
class InvitationRequest:
    """See to an invitation as of `at`, its workflow's own time; `mail_id` is a mail that ended."""

    invitation_id: InvitationId
    at: datetime
    mail_id: MailId | None = None


@dataclass(frozen=True)
class InvitationLook:
    """How an invitation is; the mail to send now, or when to look again (neither: it is over)."""

    state: str
    words: str
    mail_id: MailId | None = None
    look_at: datetime | None = None


@dataclass(frozen=True)
class WelcomeRequest:
    """See to somebody's welcome as of `at`, its workflow's own time."""

    workspace_id: WorkspaceId
    user_id: UserId
    at: datetime


@dataclass(frozen=True)
class WelcomeLook:
    """How a welcome is, in a word and in words, and when to look again (none: nothing follows)."""

    state: str
    words: str
    look_at: datetime | None = None


@dataclass(frozen=True)
class OnboardingsSwept:
    """How many workspaces, invitations and welcomes had been left behind, and were told again."""

    workspaces: int
    invitations: int
    welcomes: int
