"""Links to a file's content that need no token: for `<img>`, players, and programs that know nothing of Parlour.

A link names its reader and ends by itself. It gives nothing that its reader may not see at the moment it is used.
"""

import time

from parlour.core.ids import FileId, UserId
from parlour.core.model.files import RenditionName
from parlour.core.settings import Settings
from parlour.core.signing import is_signature, signature

What = RenditionName | None
"""A preview, or none: the content itself."""


def link(file_id: FileId, what: What, reader: UserId, settings: Settings) -> str:
    """Return a path that holds for `file_link_seconds` at most and half of that at least.

    It is the same one meanwhile, so that browsers need not load again what they have.
    """
    step = max(1, settings.file_link_seconds // 2)
    until = (int(time.time()) // step + 2) * step
    signed = signature(settings, *_parts(file_id, what, reader), until=until)
    path = f"previews/{what}" if what else "content"
    return f"/api/v1/files/{file_id}/{path}?reader={reader}&until={until}&signature={signed}"


def is_signed(
    file_id: FileId, what: What, reader: UserId, until: int, given: str, settings: Settings
) -> bool:
    """Return whether a link was given out here, to this reader, and its time is not over."""
    return is_signature(settings, given, *_parts(file_id, what, reader), until=until)


def _parts(file_id: FileId, what: What, reader: UserId) -> tuple[str, ...]:
    return ("file", file_id, what or "", reader)
