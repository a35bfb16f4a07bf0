"""Uploads: how much of a file has come in, and where it lies until the file is put together."""

from datetime import datetime

from msgspec import Struct

from parlour.core.ids import FileId, UserId, WorkspaceId


class Segment(Struct, frozen=True):
    """A part of an upload: an object of the file store, and its bytes."""

    key: str
    size: int


class Upload(Struct, frozen=True, kw_only=True):
    """What has come in of a file. The id of an upload is that of its file.

    `size` is how many bytes the file will have, `offset` how many of them are stored, in `segments`, one behind the
    other. Once that is all of them it is `done`, and stays until the segments are put together. `writer` names the
    request that goes on with it, which was heard from last at `heard_at`. `metadata` is what its client said of it.
    """

    id: FileId
    workspace_id: WorkspaceId
    uploader_id: UserId
    size: int
    expires_at: datetime
    heard_at: datetime
    offset: int = 0
    done: bool = False
    segments: list[Segment] = []
    metadata: str = ""
    writer: str = ""


def segments_of(file_id: FileId) -> str:
    """Return the beginning of the keys of an upload's segments, those included that never counted."""
    return f"uploads/{file_id}/"
