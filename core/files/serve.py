"""What is served of a file, to whom, and how a browser may treat it.

Everything is served from the address of the application itself. So nothing that could act there is ever shown by a
browser, or served under a type by which one would run it.
"""

import hashlib
import re
import unicodedata
from collections.abc import AsyncGenerator
from datetime import datetime
from urllib.parse import quote

from msgspec import Struct

from parlour.core.errors import ConflictError, NotFoundError
from parlour.core.files.names import kept_name
from parlour.core.files.sight import open_file
from parlour.core.house import House
from parlour.core.ids import FileId, UserId
from parlour.core.model.files import CLEAN, Content, FileRecord, RenditionName

INLINE = frozenset(
    {
        *(f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "avif", "bmp", "x-ms-bmp")),
        *(
            f"audio/{kind}"
            for kind in ("mpeg", "ogg", "wav", "x-wav", "aac", "flac", "x-flac", "mp4", "webm")
        ),
        *("audio/x-m4a", "audio/x-hx-aac-adts", "video/mp4", "video/webm", "video/ogg", "video/quicktime"),
    }
)
"""What a browser shows or plays, and cannot run."""
ACTIVE = re.compile(r"(java|ecma|live|j)script|html|svg|css|wasm|shockwave|[/+]xml$|[/+]xsl", re.IGNORECASE)
"""What a browser would run, or style a page with, were it served as what it is: as bytes, it does neither."""
BYTES = "application/octet-stream"
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*", re.IGNORECASE)
REFUSED = {
    "uploading": ("file_uploading", "The upload of this file is not finished."),
    "scanning": ("file_scanning", "This file is shown as soon as it was scanned for viruses."),
    "quarantined": ("file_quarantined", "This file is in quarantine."),
    "failed": ("file_failed", "This file could not be taken."),
}


class Served(Struct, frozen=True, kw_only=True):
    """Something to send: an object of the file store, `size` in bytes, and its HTTP validators and headers."""

    key: str
    size: int
    media_type: str
    disposition: str
    etag: str
    modified_at: datetime

    def bytes_of(self, house: House, start: int, end: int) -> AsyncGenerator[bytes, None]:
        """Return what is in it from `start` to before `end`."""
        return house.objects.stream(self.key, start=start, end=end)


async def open_content(house: House, file_id: FileId, reader: UserId) -> Served:
    """Return a file's content, for who may see the file.

    Raises:
        NotFoundError: it does not exist, was deleted, or is out of their sight.
        ConflictError: `file_uploading`, `file_scanning`, `file_quarantined` or `file_failed`.
    """
    record, content = await _open(house, file_id, reader)
    return Served(
        key=content.key,
        size=content.size,
        media_type=_media_type(content.mime_type),
        disposition=_disposition(record.name, content.mime_type, house.settings.file_name_max_length),
        etag=f'"{content.sha256}"',
        modified_at=content.created_at,
    )


async def open_preview(house: House, file_id: FileId, name: RenditionName, reader: UserId) -> Served:
    """Return a preview of a file, for who may see the file.

    Raises:
        NotFoundError: the file is out of their sight, or has no such preview.
        ConflictError: as for its content.
    """
    _, content = await _open(house, file_id, reader)
    made = next((made for made in content.renditions if made.name == name), None)
    if made is None:
        raise NotFoundError.of("preview")
    return Served(
        key=made.key,
        size=made.size,
        media_type=_media_type(made.media_type),
        disposition="inline" if made.media_type in INLINE else "attachment",
        etag=f'"{hashlib.sha256(made.key.encode()).hexdigest()}"',
        modified_at=content.created_at,
    )


def is_served(record: FileRecord, content: Content) -> bool:
    """Return whether a content may leave the file store: scanned and found clean, or let out by an owner."""
    is_clean = content.verdict is not None and content.verdict.result == "clean"
    return record.state in CLEAN and not content.quarantined and (is_clean or content.released_by is not None)


async def _open(house: House, file_id: FileId, reader: UserId) -> tuple[FileRecord, Content]:
    record = await open_file(house, file_id, reader)
    content = await house.contents.get(record.content_id) if record.content_id else None
    if content is None or not is_served(record, content):
        # A content that is not clean says more of the file than a state that is about to follow.
        held = content is not None and content.quarantined
        state = "quarantined" if held else "scanning" if record.state in CLEAN else record.state
        raise ConflictError(*REFUSED[state])
    return record, content


def _media_type(found: str) -> str:
    """Return the type to serve something as."""
    return found if MEDIA_TYPE.fullmatch(found) and not ACTIVE.search(found) else BYTES


def _disposition(name: str, media_type: str, longest: int) -> str:
    """Return `Content-Disposition` (RFC 6266): a plain name for old clients, and the name itself."""
    name = kept_name(name, longest=longest)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w .,()+=@!-]", "_", plain).strip() or "file"
    kind = "inline" if media_type in INLINE else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
