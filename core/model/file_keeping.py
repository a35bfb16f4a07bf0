"""What a workspace's owners see of files: quarantine, what waits, scanner and store, and scanning all again."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import FileId, UserId
from parlour.core.model.chat import WorkflowLink
from parlour.core.model.files import FileKind, VerdictResult


class Quarantined(Struct, frozen=True, kw_only=True):
    """A file in quarantine: what was found, in words, and `found` as the scanner calls it. `is_infected`: a virus."""

    id: FileId
    name: str
    size: int
    mime_type: str
    kind: FileKind
    uploader_id: UserId
    created_at: datetime
    quarantined_at: datetime
    verdict: str
    result: VerdictResult | None = None
    found: str = ""
    is_infected: bool = False
    workflow: WorkflowLink | None = None


class Release(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a file is let out of quarantine. For what a virus was found in, the reason and `confirm` are needed."""

    reason: str = ""
    confirm: bool = False


class WaitingFile(Struct, frozen=True, kw_only=True):
    """A file that is on its way, or waits, since when, and for what in words."""

    id: FileId
    name: str
    size: int
    uploader_id: UserId
    state: str
    since: datetime
    waiting: bool = False
    detail: str = ""
    workflow: WorkflowLink | None = None


class ScannerState(Struct, frozen=True, kw_only=True):
    """The virus scanner: whether it answers, and with what; `signatures` are a number or words, `dated` their day."""

    answering: bool
    words: str
    version: str = ""
    signatures: str = ""
    dated: datetime | None = None
    test_only: bool = False


class StoreState(Struct, frozen=True, kw_only=True):
    """The file store: whether it answers, and what of the workspace's share is used, in bytes."""

    answering: bool
    words: str
    used_bytes: int
    quota_bytes: int


class FileOperations(Struct, frozen=True, kw_only=True):
    """How files fare in a workspace. `waiting` are the longest on their way, `waiting_count` is of all (up to 1000)."""

    scanner: ScannerState
    store: StoreState
    waiting: list[WaitingFile]
    waiting_count: int
    quarantined_count: int


class RescanProgress(Struct, frozen=True, kw_only=True):
    """How far scanning all contents of a workspace again is, or went the last time; `words` for people."""

    state: Literal["never", "running", "waiting", "done"]
    words: str = "Never done."
    contents: int = 0
    looked_at: int = 0
    scanned: int = 0
    quarantined: int = 0
    unscanned: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None


class Rescanning(RescanProgress, frozen=True, kw_only=True):
    """The same, with the workflow that does it."""

    workflow: WorkflowLink
