"""What workflows and activities tell each other: ids and numbers, never text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from parlour.core.ids import (
    ChannelId,
    EntryId,
    ErasureId,
    FileId,
    InvitationId,
    MailId,
    UserId,
    WebhookId,
    WorkspaceId,
)
from parlour.core.model.erasures import ErasureState
from parlour.core.model.mails import MailKind, MailState

if TYPE_CHECKING:
    from parlour.core.model.run_promises import RunWake


@dataclass(frozen=True)
class ReachedSignal:
    """A channel's log reached `seq`, by requests of these correlation ids."""

    seq: int
    correlation_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RouteRequest:
    """Route the next entries of a channel, at most `limit`."""

    channel_id: ChannelId
    workspace_id: WorkspaceId
    limit: int
    correlation_ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Routed:
    """How far a channel is now, what this call did, and how many notifications it made."""

    settled_seq: int
    entries: int
    messages: int
    notifications: int = 0


@dataclass(frozen=True)
class SweepRequest:
    """Compare all channels with their deliveries, `page` at a time."""

    page: int


@dataclass(frozen=True)
class Swept:
    """How many channels were looked at, and how many had been left behind."""

    channels: int
    behind: int


PromiseKind = Literal["scheduled", "reminder", "approval", "guest", "demand"]


@dataclass(frozen=True)
class Wake:
    """What a promise that waits for a time has to know of its record: `due_at`, or that it is `over`.

    Of two wakes of one promise the one with the higher `version` counts. `words` tell the time in its person's zone.
    """

    kind: PromiseKind
    id: str
    workspace_id: WorkspaceId
    version: int
    due_at: datetime
    words: str
    over: bool = False


class Teller(Protocol):
    """How promises are reached: those that wait for a time, and those that somebody asks for."""

    async def tell(self, wake: Wake) -> None:
        """Tell a promise, starting its workflow if need be; raises `UnavailableError` when Temporal is away."""

    async def ensure(self, wake: Wake) -> None:
        """See to it that a promise has a workflow, without disturbing one that is at work; raises the same."""

    async def notify(self, user_ids: Sequence[UserId]) -> None:
        """Tell people's notifications that something they go by changed; raises the same."""

    async def look_by(self, times: Mapping[UserId, datetime]) -> None:
        """Tell people's notifications that there is something to look at, and by when; raises the same."""

    async def rebuild_search(self, workspace_id: WorkspaceId) -> None:
        """Start to rebuild a workspace's search index, unless that is going on already; raises the same."""

    async def take_in(self, file_id: FileId, workspace_id: WorkspaceId) -> None:
        """Have an uploaded file scanned, processed and made ready; one that waits tries at once; raises the same."""

    async def ensure_intake(self, file_id: FileId, workspace_id: WorkspaceId) -> bool:
        """Start a file's workflow unless it has one; return whether it had none; raises the same."""

    async def rescan(self, workspace_id: WorkspaceId) -> None:
        """Start to scan a workspace's contents again, unless that is going on already; raises the same."""

    async def wake_run(self, wake: "RunWake") -> None:
        """Tell a run's workflow that its record is another, starting it if need be; raises the same."""

    async def deliver(self, hook_id: WebhookId, workspace_id: WorkspaceId) -> None:
        """Have a webhook's deliveries seen to; raises the same."""

    async def mail(self, kind: MailKind, mail_id: MailId, workspace_id: WorkspaceId | None = None) -> None:
        """Have an account mail sent, unless that is going on already; raises the same."""

    async def onboard(self, workspace_id: WorkspaceId, ask: "OnboardingAsk | None" = None) -> None:
        """Have a workspace set up, or tell that what somebody asks; raises the same."""

    async def invite(self, workspace_id: WorkspaceId) -> None:
        """Have a workspace's new invitations handed over at their pace; raises the same."""

    async def see_to_invitation(self, invitation_id: InvitationId, workspace_id: WorkspaceId) -> None:
        """Tell an invitation that its record is another, starting its workflow if need be; raises the same."""

    async def welcome(self, workspace_id: WorkspaceId, user_id: UserId) -> None:
        """Tell somebody's welcome that their first steps are others, starting it if need be; raises the same."""

    async def erase(self, erasure_id: ErasureId, user_id: UserId) -> None:
        """Have the erasure of an account look how it is, starting its workflow if need be; raises the same."""


@dataclass(frozen=True)
class ErasureFacts:
    """How the erasure of an account is, in words too, and when it is to begin."""

    state: ErasureState
    begins_at: datetime
    words: str


@dataclass(frozen=True)
class ErasureRequest:
    """Take a step of an erasure; an empty one is the first."""

    erasure_id: ErasureId
    step: str


@dataclass(frozen=True)
class ErasureStep:
    """What came of a step, in words, and which one follows: the same, where there is more of it.

    `waits`: for something outside. `over`: nothing follows.
    """

    step: str
    words: str
    waits: bool = False
    over: bool = False


@dataclass(frozen=True)
class MailRequest:
    """Make one attempt at an account mail as of `at`, its workflow's own time."""

    mail_id: MailId
    at: datetime


@dataclass(frozen=True)
class MailStep:
    """What became of an account mail, and in words; `next_at` is when to try next (none: it is over)."""

    state: MailState
    words: str
    next_at: datetime | None = None


@dataclass(frozen=True)
class MailsSwept:
    """How many account mails had no workflow, and were given one."""

    mails: int


@dataclass(frozen=True)
class DueRequest:
    """The time of a promise has come, as of `version` of its record."""

    id: str
    version: int


@dataclass(frozen=True)
class Due:
    """What came of that: the record's state in a word and in plain words, and what the promise has to know of it."""

    state: str
    told: str
    wake: Wake


@dataclass(frozen=True)
class LaterSwept:
    """How many promises that wait for a time had been left behind, and were told or started again."""

    told: int


@dataclass(frozen=True)
class ReindexCursor:
    """How far the rebuilding of a workspace's search index is.

    All channels up to `after` are done; of the one behind it, entries up to `seq`, then what was left over of earlier
    generations up to the message `leftover`, when `in_leftovers`.
    """

    generation: int
    channels: int
    channels_done: int = 0
    messages: int = 0
    after: str = ""
    seq: int = 0
    in_leftovers: bool = False
    leftover: str = ""


@dataclass(frozen=True)
class ReindexRequest:
    """Go on rebuilding from `cursor`, at most so many batches."""

    workspace_id: WorkspaceId
    cursor: ReindexCursor
    batches: int


@dataclass(frozen=True)
class Reindexed:
    """How far it is now, and whether that is the end."""

    cursor: ReindexCursor
    ended: bool


@dataclass(frozen=True)
class PreviewRequest:
    """Look up what a message links to, as of the entry `seq` that gave it its text."""

    message_id: EntryId
    workspace_id: WorkspaceId
    seq: int


@dataclass(frozen=True)
class Unfurled:
    """How many previews a message got."""

    previews: int


OnboardingAsk = Literal["continue", "undo"]
"""What somebody asks of a workspace that is being set up."""


@dataclass(frozen=True)
class WebhookRequest:
    """See to what waits for a webhook as of `at`, the workflow's own time."""

    webhook_id: WebhookId
    at: datetime


@dataclass(frozen=True)
class WebhookStep:
    """How a webhook fares, in a word and in plain words; when to look next (none: nothing waits), and what was done."""

    state: str
    words: str
    look_at: datetime | None = None
    sent: int = 0
    failed: int = 0


@dataclass(frozen=True)
class WebhooksSwept:
    """How many webhooks had been left behind, and were told again."""

    webhooks: int
