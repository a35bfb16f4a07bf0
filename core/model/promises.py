"""What workflows and activities tell each other: ids and numbers, never text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from parlour.core.ids import ChannelId, ContentId, DispatchId, EntryId, FileId, UserId, WorkspaceId


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

    async def ensure_intake(self, file_id: FileId, workspace_id: WorkspaceId) -> bool:
        """Start a file's workflow unless it has one; return whether it had none; raises the same."""

    async def rescan(self, workspace_id: WorkspaceId) -> None:
        """Start to scan a workspace's contents again, unless that is going on already; raises the same."""


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


FileSweepStep = Literal["uploads", "stalled", "files", "contents", "objects"]
"""What a sweep of files looks at, one after the other."""


@dataclass(frozen=True)
class FileSweepRequest:
    """Take a step of a sweep, through at most `batch` of what there is."""

    step: FileSweepStep
    batch: int


@dataclass(frozen=True)
class FilesSwept:
    """What a sweep did, each thing counted, and the steps that failed."""

    uploads_expired: int = 0
    files_started: int = 0
    uses_forgotten: int = 0
    files_removed: int = 0
    files_forgotten: int = 0
    contents_forgotten: int = 0
    objects_deleted: int = 0
    failed: list[FileSweepStep] = field(default_factory=list)

    def with_(self, other: "FilesSwept") -> "FilesSwept":
        """Return what both did."""
        return FilesSwept(
            uploads_expired=self.uploads_expired + other.uploads_expired,
            files_started=self.files_started + other.files_started,
            uses_forgotten=self.uses_forgotten + other.uses_forgotten,
            files_removed=self.files_removed + other.files_removed,
            files_forgotten=self.files_forgotten + other.files_forgotten,
            contents_forgotten=self.contents_forgotten + other.contents_forgotten,
            objects_deleted=self.objects_deleted + other.objects_deleted,
            failed=[*self.failed, *other.failed],
        )

    @property
    def words(self) -> str:
        """It in words, for the Temporal UI."""
        done = (
            f"{self.uploads_expired} uploads had expired, {self.files_started} files had no workflow, "
            f"{self.uses_forgotten} uses had no message, {self.files_removed} files were held by no message, "
            f"{self.files_forgotten} had been deleted long ago, "
            f"{self.contents_forgotten} contents by no file, {self.objects_deleted} objects by no record."
        )
        return f"{done} These steps failed: {', '.join(self.failed)}." if self.failed else done


@dataclass(frozen=True)
class RescanCursor:
    """How far scanning a workspace's contents again is: all up to the hash `after` are done.

    `unscanned` are those whose bytes are gone, or over which the scanner broke off: they keep the verdict they had.
    """

    contents: int
    after: str = ""
    looked_at: int = 0
    scanned: int = 0
    quarantined: int = 0
    unscanned: int = 0

    def behind(self, page: "RescanPage", results: "Sequence[Rescanned]", *, is_done: bool) -> "RescanCursor":
        """Return it with a page's results, and behind that page if it is done."""
        return RescanCursor(
            contents=max(self.contents, self.looked_at + page.looked_at if is_done else 0),
            after=page.after if is_done else self.after,
            looked_at=self.looked_at + (page.looked_at if is_done else 0),
            scanned=self.scanned + sum(one.outcome in ("kept", "quarantined") for one in results),
            quarantined=self.quarantined + sum(one.outcome == "quarantined" for one in results),
            unscanned=self.unscanned + sum(one.outcome == "unscanned" for one in results),
        )

    @property
    def words(self) -> str:
        """It in words."""
        told = f"{self.looked_at} of {self.contents} contents looked at, {self.scanned} scanned"
        told += f", {self.quarantined} put into quarantine" if self.quarantined else ""
        return told + (f", {self.unscanned} could not be scanned." if self.unscanned else ".")


@dataclass(frozen=True)
class RescanRequest:
    """Go on with a workspace from `cursor`; `waits_for` is what was away the last time."""

    workspace_id: WorkspaceId
    cursor: RescanCursor
    waits_for: str = ""


@dataclass(frozen=True)
class RescanPage:
    """The next contents, those of them to be scanned, and the hash of the last one; without any it is the end.

    `waits_for` names what has to come back before that can be told.
    """

    looked_at: int
    content_ids: list[ContentId]
    after: str
    waits_for: str = ""


@dataclass(frozen=True)
class Rescanned:
    """What came of scanning one content again, or what that waits for. One that `kept` its place was scanned."""

    outcome: Literal["kept", "quarantined", "unscanned", "waits"]
    waits_for: str = ""
