"""What the workflows of runs and their activities tell each other: ids and numbers, never text."""

from dataclasses import dataclass
from typing import Literal

from parlour.core.ids import ContentId, RunKey, WorkspaceId
from parlour.core.model.file_promises import Rescanned

RunKind = Literal["announce", "export", "file.scan"]
"""The types of runs that have a workflow of their own."""


@dataclass(frozen=True)
class RunWake:
    """A run's record says something new: its workflow is to look. One that is `over` needs no workflow any more."""

    kind: RunKind
    key: RunKey
    workspace_id: WorkspaceId
    over: bool = False


@dataclass(frozen=True)
class RunRequest:
    """Take the next step of a run, or its first."""

    key: RunKey
    workspace_id: WorkspaceId


AnnounceStage = Literal["going", "paused", "over"]


@dataclass(frozen=True)
class AnnounceStep:
    """What came of a step: whether it goes on, and after how many seconds, or waits to be told; in words."""

    stage: AnnounceStage
    words: str
    pause_seconds: float = 0.0


@dataclass(frozen=True)
class ExportCursor:
    """How far an export is: all channels up to `after` are read; of the one behind it, `parts` up to entry `seq`."""

    channels: int
    channels_done: int = 0
    messages: int = 0
    after: str = ""
    seq: int = 0
    parts: int = 0


@dataclass(frozen=True)
class ExportRequest:
    """Go on with an export from `cursor`, at most so many parts."""

    key: RunKey
    workspace_id: WorkspaceId
    cursor: ExportCursor
    parts: int


@dataclass(frozen=True)
class ExportStep:
    """How far it is now, and whether all is read; `over`: somebody ended it."""

    cursor: ExportCursor
    is_read: bool = False
    over: bool = False


@dataclass(frozen=True)
class FileChecked:
    """What came of scanning a run's file again, if it was scanned yet."""

    key: RunKey
    workspace_id: WorkspaceId
    rescanned: Rescanned | None = None


@dataclass(frozen=True)
class FileCheckStep:
    """Whether a run that scans a file again is `over`, in words; if not, what is to be scanned."""

    over: bool
    words: str
    content_id: ContentId | None = None


@dataclass(frozen=True)
class RunsSwept:
    """How many runs had been left behind: told or begun, looked at, and cleared away."""

    told: int
    looked_at: int
    released: int
