"""Putting an upload together: its segments become one content, known by its hash and by what it is.

May be taken again at any moment: the key of the content follows from the file, so nothing is stored twice, and segments
go last.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from parlour.core.clock import now
from parlour.core.errors import NotFoundError, UnavailableError
from parlour.core.files.moving import LOST, fail_file, let_wait, move_file, standing
from parlour.core.files.types import HEAD_BYTES, UNKNOWN, kind_of, refusal, types_of
from parlour.core.files.uploads import delete_segments
from parlour.core.house import House
from parlour.core.ids import ContentId, FileId, new_id
from parlour.core.model.file_promises import IntakeStep
from parlour.core.model.files import Content, FileRecord

FILE_STORE = "the file store"


class Observer:
    """Learns what passes through: hash, size, and the beginning."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.size = 0
        self.head = b""

    async def of(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Pass chunks on."""
        async for chunk in chunks:
            self._hash.update(chunk)
            self.size += len(chunk)
            if len(self.head) < HEAD_BYTES:
                self.head += chunk[: HEAD_BYTES - len(self.head)]
            yield chunk

    @property
    def sha256(self) -> str:
        """The hash so far, in hex."""
        return self._hash.hexdigest()


@dataclass(frozen=True)
class _Assembled:
    """A content that lies in the file store under its own key."""

    key: str
    sha256: str
    size: int
    types: list[str]


async def assemble(house: House, file_id: FileId) -> IntakeStep:
    """Put an upload together, unless that was done; return what is next."""
    record = await house.files.get(file_id)
    if record is None or record.state == "uploading":
        return standing(record)
    try:
        step = await _step(house, record)
        await _discard_upload(house, file_id)
    except UnavailableError as error:
        return await let_wait(house, record, error.detail, FILE_STORE)
    return step


def content_key(file_id: FileId) -> str:
    """Return the key of the content that an upload becomes, which tells nothing of it."""
    return f"content/{hashlib.blake2s(file_id.encode(), digest_size=16, person=b'content').hexdigest()}"


async def _step(house: House, record: FileRecord) -> IntakeStep:
    if record.state != "scanning" or record.content_id:
        return standing(record)
    key = content_key(record.id)
    try:
        assembled = await _put_together(house, record.id, key)
    except NotFoundError:
        return await fail_file(house, record, LOST)
    content = await _stored(house, record, assembled)
    if isinstance(content, str):
        await house.objects.delete([key])
        return await fail_file(house, record, content)
    if content.key != key:
        # The workspace has these bytes already.
        await house.objects.delete([key])
    changed = await move_file(
        house,
        record.id,
        states=("scanning",),
        content_id=content.id,
        mime_type=content.mime_type,
        kind=content.kind,
        size=content.size,
        waiting=False,
        detail="",
    )
    return standing(changed or await house.files.get(record.id))


async def _put_together(house: House, file_id: FileId, key: str) -> _Assembled:
    """Make one object of an upload's segments.

    Raises:
        NotFoundError: they are gone, and it was not made before.
    """
    upload = await house.uploads.get(file_id)
    segments = [segment.key for segment in upload.segments] if upload else []
    observer = Observer()
    if len(segments) > 1:
        await house.objects.put(key, observer.of(_chained(house, segments)))
    else:
        if segments:
            await house.objects.move(segments[0], key)
        elif upload:
            await house.objects.put(key, b"")
        async for _ in observer.of(house.objects.stream(key)):
            pass
    types = await asyncio.to_thread(types_of, observer.head) if observer.size else [UNKNOWN]
    return _Assembled(key, observer.sha256, observer.size, types)


async def _chained(house: House, keys: Sequence[str]) -> AsyncIterator[bytes]:
    for key in keys:
        async for chunk in house.objects.stream(key):
            yield chunk


async def _stored(house: House, record: FileRecord, assembled: _Assembled) -> Content | str:
    """Return the content on record, the one that the workspace has already if so; or why it is not taken."""
    if refused := refusal(assembled.types, house.settings):
        return refused
    here = record.workspace_id
    if await house.contents.by_hash(here, assembled.sha256) is None:
        most = house.settings.workspace_storage_bytes
        if await house.contents.stored_bytes(here) + assembled.size > most:
            return f"The files of this workspace have all of their {most} bytes (workspace_storage_bytes)."
    media_type = assembled.types[0]
    content = Content(
        id=ContentId(new_id()),
        workspace_id=here,
        sha256=assembled.sha256,
        size=assembled.size,
        key=assembled.key,
        mime_type=media_type,
        kind=kind_of(media_type),
        created_at=now(),
    )
    return await house.contents.add(content)


async def _discard_upload(house: House, file_id: FileId) -> None:
    """Delete what an upload left: its segments, those that never counted too, and then its record."""
    await delete_segments(house, file_id)
    await house.uploads.remove(file_id)
