"""Files: what someone uploaded, its content, and what is known of that.

A *file* is a name that a person gave to a *content* in a workspace. The same content is stored, scanned and previewed
once for each workspace, whatever it is called.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.ids import ChannelId, ContentId, EntryId, FileId, UserId, WorkspaceId
from parlour.core.model.chat import WorkflowLink

FileState = Literal["uploading", "scanning", "processing", "ready", "quarantined", "failed", "deleted"]
"""What the workflow `file/<id>` made of a file. Its content is served in `processing` and `ready` alone."""
CLEAN: tuple[FileState, ...] = ("processing", "ready")
FileKind = Literal["image", "video", "audio", "pdf", "document", "text", "archive", "other"]
"""What people look for; by content, never by name."""
RenditionName = Literal["thumb", "large", "poster", "page", "head"]
"""`thumb` and `large` show an image (400 and 1600 px), `poster` a video's frame, `page` a PDF's first page, `head` the
beginning of a text."""
VerdictResult = Literal["clean", "infected", "too_large", "encrypted", "limits"]
"""What a scan found; `limits`: nested deeper, or larger once unpacked, than the scanner looks."""


class Verdict(Struct, frozen=True, kw_only=True):
    """What a scan said of a content, and by what: `scanner` its version, `signatures` that of its database."""

    result: VerdictResult
    at: datetime
    scanner: str = ""
    signatures: str = ""
    found: str = ""


class Rendition(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A preview made of a content, an object of the file store by its `key`. Sizes in pixels and bytes."""

    name: RenditionName
    key: str
    media_type: str
    size: int
    width: int = 0
    height: int = 0


class Media(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a content is, as far as it was found out.

    `width` and `height` in pixels as it is shown (after EXIF orientation), `seconds` of sound or picture, `pages` of a
    PDF, `waveform` as up to 100 loudness values from 0 to 100, `lines` of a text.
    """

    width: int = 0
    height: int = 0
    seconds: float = 0.0
    pages: int = 0
    lines: int = 0
    animated: bool = False
    waveform: list[int] = []


class Content(Struct, frozen=True, kw_only=True):
    """The bytes behind files of one workspace: an object of the file store by its `key`, which tells nothing.

    `sha256` in hex; `mime_type` is what the bytes are, whatever a name says. `quarantined` contents lie under another
    key and are served to nobody; `released_by` is the owner who let one out in spite of its verdict.
    """

    id: ContentId
    workspace_id: WorkspaceId
    sha256: str
    size: int
    key: str
    mime_type: str
    kind: FileKind
    created_at: datetime
    verdict: Verdict | None = None
    quarantined: bool = False
    released_by: UserId | None = None
    processed: bool = False
    media: Media = Media()
    renditions: list[Rendition] = []
    preview_failed: str = ""


class Use(Struct, frozen=True, kw_only=True):
    """That a message holds a file. It counts as long as the message is in the log and not deleted."""

    message_id: EntryId
    channel_id: ChannelId


class FileRecord(Struct, frozen=True, kw_only=True):
    """A file as it is stored. `version` counts its changes; `detail` says in words why it is where it is."""

    id: FileId
    workspace_id: WorkspaceId
    uploader_id: UserId
    name: str
    size: int
    state: FileState
    created_at: datetime
    updated_at: datetime
    version: int = 1
    mime_type: str = "application/octet-stream"
    kind: FileKind = "other"
    content_id: ContentId | None = None
    detail: str = ""
    waiting: bool = False
    uses: list[Use] = []


class Preview(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A preview as one reader may load it, for a while, by `url`."""

    name: RenditionName
    media_type: str
    url: str
    width: int = 0
    height: int = 0


class File(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file as the API and live events show it.

    `url` loads the content without a token for `file_link_seconds`; it and `previews` are there only while the content
    is clean, and only in answers to one reader, never in live events. `detail` is for people; `waiting` says that
    something must come back first (the virus scanner, say).
    """

    id: FileId
    workspace_id: WorkspaceId
    uploader_id: UserId
    name: str
    size: int
    mime_type: str
    kind: FileKind
    state: FileState
    created_at: datetime
    version: int
    detail: str = ""
    waiting: bool = False
    url: str | None = None
    media: Media | None = None
    previews: list[Preview] = []
    preview_failed: str = ""
    channel_ids: list[ChannelId] = []
    message_id: EntryId | None = None
    workflow: WorkflowLink | None = None
