"""Uploads under way, which are their uploaders' alone: going on with them, and their end."""

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
    UnavailableError,
)
from parlour.core.files.checksums import Checksum
from parlour.core.files.moving import move_file
from parlour.core.files.segments import Appending
from parlour.core.house import House
from parlour.core.ids import FileId, UserId, new_id
from parlour.core.model.promises import Teller
from parlour.core.model.uploads import Upload, segments_of


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
    await check_store(house)
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

    Nobody waits for Temporal: where it is away, or whoever was to tell it was killed, the intake starts when this is
    asked for again, or by the sweep.
    """
    moved = await move_file(
        house, upload.id, states=["uploading"], state="scanning", size=upload.size, detail=""
    )
    record = moved or await house.files.get(upload.id)
    is_untaken = record is not None and record.state == "scanning" and record.content_id is None
    if is_untaken and house.teller is not None:
        house.tasks.start(_take_in(house.teller, upload), "take-in")


async def _take_in(teller: Teller, upload: Upload) -> None:
    with suppress(UnavailableError):
        await teller.ensure_intake(upload.id, upload.workspace_id)


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
    if await move_file(house, upload.id, states=["uploading"], state="deleted"):
        await house.files.remove(upload.id)
    await delete_segments(house, upload.id)


async def delete_segments(house: House, file_id: FileId) -> None:
    """Delete all that is stored of an upload, what never counted included.

    Raises:
        UnavailableError: the file store does not answer.
    """
    keys = [stored.key async for stored in house.objects.listed(segments_of(file_id))]
    await house.objects.delete(keys)


async def check_store(house: House) -> None:
    """Say at once that the file store is away, before anything is sent for nothing.

    Raises:
        UnavailableError: it does not answer.
    """
    try:
        async with asyncio.timeout(house.settings.dependency_timeout):
            await house.objects.probe()
    except TimeoutError as error:
        raise UnavailableError.of("The file store") from error


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
