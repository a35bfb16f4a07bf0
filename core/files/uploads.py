"""Uploads, from the first byte to the state `scanning`: who may, how much, going on with them, and their end.

An upload is its uploader's alone. Its file exists from the beginning, in state `uploading`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

from parlour.core.clock import now
from parlour.core.errors import (
    ConflictError,
    GoneError,
    LockedError,
    NotFoundError,
    TooLargeError,
    TooManyError,
    UnavailableError,
)
from parlour.core.files.checksums import Checksum
from parlour.core.files.names import kept_name
from parlour.core.files.segments import Appending
from parlour.core.files.telling import tell_changed
from parlour.core.house import House
from parlour.core.ids import FileId, UserId, WorkspaceId, new_id
from parlour.core.model.files import FileRecord
from parlour.core.model.promises import Teller
from parlour.core.model.uploads import Upload, segments_of


async def begin(
    house: House, uploader: UserId, workspace_id: WorkspaceId, *, name: str, size: int, metadata: str = ""
) -> Upload:
    """Begin an upload of `size` bytes; one of none is done at once.

    Raises:
        NotFoundError: the workspace is not the uploader's.
        TooLargeError: `file_too_large` (setting `file_max_bytes`) or `quota_full` (`workspace_storage_bytes`).
        TooManyError: `too_many_uploads` (`uploads_per_person`).
        UnavailableError: the file store does not answer.
    """
    await check_member(house, uploader, workspace_id)
    _check_size(house, size)
    await _check_store(house)
    upload = _new(house, uploader, workspace_id, size, metadata)
    # Stored before it is checked, so that of many at once none is overlooked.
    await house.uploads.add(upload)
    try:
        await _check_room(house, upload)
        await house.files.add(_file_of(house, upload, name))
    except BaseException:
        await house.uploads.remove(upload.id)
        raise
    if upload.done:
        await finish(house, upload)
    return upload


async def check_member(house: House, user_id: UserId, workspace_id: WorkspaceId) -> None:
    """Check that someone may upload into a workspace.

    Raises:
        NotFoundError: it does not exist, or they do not belong to it.
    """
    if await house.workspaces.role(workspace_id, user_id) is None:
        raise NotFoundError.of("workspace")


async def get(house: House, uploader: UserId, file_id: FileId) -> Upload:
    """Return an upload; one whose file is on its way further is told as done.

    Raises:
        NotFoundError: it does not exist, was ended, or is someone else's.
        GoneError: `upload_expired`.
    """
    upload = await house.uploads.get(file_id) or await _put_together(house, file_id)
    if upload is None or upload.uploader_id != uploader:
        raise NotFoundError.of("upload")
    if await house.workspaces.role(upload.workspace_id, uploader) is None:
        raise NotFoundError.of("upload")
    if not upload.done and upload.expires_at < now():
        hours = house.settings.upload_expires_hours
        raise GoneError(
            "upload_expired",
            f"This upload did not go on for {hours} hours (upload_expires_hours). Begin it anew.",
        )
    if upload.done:
        await finish(house, upload)
    return upload


async def append(
    house: House,
    uploader: UserId,
    file_id: FileId,
    chunks: AsyncIterator[bytes],
    *,
    offset: int,
    length: int | None = None,
    checksum: Checksum | None = None,
) -> Upload:
    """Go on with an upload at `offset`; return it as it is then. `length`: how many bytes will come, where known.

    Raises:
        NotFoundError, GoneError: as `get`.
        ConflictError: `offset_conflict`: the upload is elsewhere. `upload_taken_over`: another request went on with it.
        LockedError: another request goes on with it just now.
        TooLargeError, ChecksumError, UnavailableError: as `Appending.take_all`.
    """
    upload = await get(house, uploader, file_id)
    _check_offset(upload, offset)
    if length is not None and offset + length > upload.size:
        raise TooLargeError(
            "upload_too_long", f"{upload.size} bytes were announced (Upload-Length), no more are taken."
        )
    if upload.done:
        return upload
    await _check_store(house)
    upload = await Appending(house, await claim(house, upload), checksum).take_all(chunks)
    if upload.done:
        await finish(house, upload)
    return upload


async def claim(house: House, upload: Upload) -> Upload:
    """Return an upload as its writer has it: the only request that goes on with it.

    Raises:
        NotFoundError: it was ended.
        ConflictError: `offset_conflict`, another request went on with it.
        LockedError: another request goes on with it just now.
    """
    moment = now()
    silent_since = moment - timedelta(seconds=house.settings.upload_take_over)
    claimed = await house.uploads.claim(
        upload.id, new_id(), offset=upload.offset, at=moment, silent_since=silent_since
    )
    if claimed is not None:
        return claimed
    found = await house.uploads.get(upload.id)
    if found is None:
        raise NotFoundError.of("upload")
    _check_offset(found, upload.offset)
    raise LockedError("upload_locked", "Another request goes on with this upload just now.", retry_after=1)


async def finish(house: House, upload: Upload) -> None:
    """Hand a file all of whose bytes are there to its intake; safe to repeat.

    Nobody waits for Temporal: where it is away, the sweep starts the intake later.
    """
    record = await house.files.change(
        upload.id, states=["uploading"], state="scanning", size=upload.size, detail=""
    )
    if record is None:
        return
    tell_changed(house, record)
    if house.teller is not None:
        house.tasks.start(_take_in(house.teller, upload), "take-in")


async def _take_in(teller: Teller, upload: Upload) -> None:
    with suppress(UnavailableError):
        await teller.take_in(upload.id, upload.workspace_id)


async def terminate(house: House, uploader: UserId, file_id: FileId) -> None:
    """End an upload before it is done; its file is gone with it.

    Raises:
        NotFoundError, GoneError: as `get`.
        ConflictError: `upload_done`: there is a file by now, which is deleted as such.
    """
    upload = await get(house, uploader, file_id)
    if upload.done:
        raise ConflictError(
            "upload_done", f"This upload is complete. Delete its file instead: /api/v1/files/{file_id}."
        )
    await discard(house, upload)


async def discard(house: House, upload: Upload) -> None:
    """Forget an upload that is not done: its record, its file, what is stored of it; safe to repeat.

    Raises:
        UnavailableError: the file store does not answer; what is stored is found by the sweep.
    """
    await house.uploads.remove(upload.id)
    record = await house.files.change(upload.id, states=["uploading"], state="deleted")
    if record is not None:
        tell_changed(house, record)
        await house.files.remove(upload.id)
    await delete_segments(house, upload.id)


async def delete_segments(house: House, file_id: FileId) -> None:
    """Delete all that is stored of an upload, what never counted included.

    Raises:
        UnavailableError: the file store does not answer.
    """
    keys = [stored.key async for stored in house.objects.listed(segments_of(file_id))]
    await house.objects.delete(keys)


async def _check_store(house: House) -> None:
    """Say at once that the file store is away, before anything is sent for nothing."""
    try:
        async with asyncio.timeout(house.settings.dependency_timeout):
            await house.objects.probe()
    except TimeoutError as error:
        raise UnavailableError.of("The file store") from error


def too_large(house: House) -> TooLargeError:
    """Return the error of a file that is too large."""
    most = house.settings.file_max_bytes
    return TooLargeError("file_too_large", f"A file has at most {most} bytes (file_max_bytes).")


def _check_size(house: House, size: int) -> None:
    if size > house.settings.file_max_bytes:
        raise too_large(house)


def _new(house: House, uploader: UserId, workspace_id: WorkspaceId, size: int, metadata: str) -> Upload:
    moment = now()
    return Upload(
        id=FileId(new_id()),
        workspace_id=workspace_id,
        uploader_id=uploader,
        size=size,
        expires_at=moment + timedelta(hours=house.settings.upload_expires_hours),
        heard_at=moment,
        done=size == 0,
        metadata=metadata,
    )


def _file_of(house: House, upload: Upload, name: str) -> FileRecord:
    return FileRecord(
        id=upload.id,
        workspace_id=upload.workspace_id,
        uploader_id=upload.uploader_id,
        name=kept_name(name, longest=house.settings.file_name_max_length),
        size=upload.size,
        state="uploading",
        created_at=upload.heard_at,
        updated_at=upload.heard_at,
    )


async def _check_room(house: House, upload: Upload) -> None:
    most = house.settings.uploads_per_person
    if not upload.done and await house.uploads.under_way(upload.uploader_id) > most:
        raise TooManyError(
            "too_many_uploads", f"A person has at most {most} uploads under way (uploads_per_person)."
        )
    quota = house.settings.workspace_storage_bytes
    taken = await house.contents.stored_bytes(upload.workspace_id)
    if taken + await house.uploads.bytes_of(upload.workspace_id) > quota:
        raise TooLargeError(
            "quota_full",
            f"The files of this workspace have at most {quota} bytes together (workspace_storage_bytes).",
        )


async def _put_together(house: House, file_id: FileId) -> Upload | None:
    """Return the upload that a file came of: a client that lost the last answer asks how far it is."""
    record = await house.files.get(file_id)
    if record is None or record.state in ("uploading", "deleted"):
        return None
    return Upload(
        id=record.id,
        workspace_id=record.workspace_id,
        uploader_id=record.uploader_id,
        size=record.size,
        offset=record.size,
        done=True,
        expires_at=record.updated_at,
        heard_at=record.updated_at,
    )


def _check_offset(upload: Upload, offset: int) -> None:
    if upload.offset != offset:
        raise ConflictError(
            "offset_conflict", f"This upload goes on at {upload.offset}, not {offset} (Upload-Offset)."
        )
