"""What workflows and activities tell each other: ids and numbers, never text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from parlour.core.ids import ChannelId, DispatchId, EntryId, FileId, UserId, WorkspaceId


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


PromiseKind = Literal["scheduled", "reminder"]


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


@dataclass(frozen=True)
class PlanRequest:
    """See to a person's notifications as of `at`, the workflow's own time."""

    user_id: UserId
    at: datetime


@dataclass(frozen=True)
class DueDispatch:
    """A dispatch that is due, and what it is in a few words, for the Temporal UI."""

    dispatch_id: DispatchId
    words: str


@dataclass(frozen=True)
class Planned:
    """What is due now, when to look next (none: nothing is left to wait for), and the state in words."""

    due: list[DueDispatch]
    look_at: datetime | None
    state: str
    words: str


@dataclass(frozen=True)
class AttemptRequest:
    """Make one attempt at a dispatch that is due as of `at`."""

    dispatch_id: DispatchId
    at: datetime


@dataclass(frozen=True)
class Attempted:
    """What came of it, in words."""

    state: str
    words: str


@dataclass(frozen=True)
class NotificationsSwept:
    """How many people's notifications had been left behind, and were told again."""

    people: int


IntakeStage = Literal["assembling", "scanning", "processing", "finishing", "over"]
"""How far the intake of a file is: each stage is one step, which may be taken again at any time."""


@dataclass(frozen=True)
class IntakeRequest:
    """Take one step with a file. `attempt` counts those of this stage from 1."""

    file_id: FileId
    workspace_id: WorkspaceId
    attempt: int = 1


@dataclass(frozen=True)
class IntakeStep:
    """What came of a step: the stage that follows, the file's state in a word, and both in plain words.

    `waits_for` names what has to come back before the same stage is tried again; empty: nothing.
    """

    stage: IntakeStage
    state: str
    words: str
    waits_for: str = ""


@dataclass(frozen=True)
class IntakeEnd:
    """The intake of a file ends without success, for a reason in words."""

    file_id: FileId
    workspace_id: WorkspaceId
    words: str
