"""What the workflows and activities of files tell each other: ids and numbers, never text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from parlour.core.ids import (
    ContentId,
    FileId,
    WorkspaceId,
)

if TYPE_CHECKING:
    pass


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
