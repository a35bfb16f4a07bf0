"""An upload begins: who may, how much, and its file, which is there from then on."""

from datetime import timedelta

from parlour.core.chat.channels import check_in_workspace
from parlour.core.clock import now
from parlour.core.errors import TooLargeError, TooManyError
from parlour.core.files.names import kept_name
from parlour.core.files.uploads import check_store, finish
from parlour.core.house import House
from parlour.core.ids import FileId, UserId, WorkspaceId, new_id
from parlour.core.model.files import FileRecord
from parlour.core.model.uploads import Upload


async def begin(
    house: House, uploader: UserId, workspace_id: WorkspaceId, *, name: str, size: int, metadata: str = ""
) -> Upload:
    """Begin an upload of `size` bytes; one of none is done at once.

    Raises:
        NotFoundError: the workspace is not the uploader's.
        TooLargeError: `file_too_large` (setting `file_max_bytes`), `quota_full` (`workspace_storage_bytes`) or
            `file_quota_full` (`files_per_person`).
        TooManyError: `too_many_uploads` (`uploads_per_person`).
        UnavailableError: the file store does not answer.
    """
    await check_in_workspace(house, workspace_id, uploader)
    _check_size(house, size)
    await check_store(house)
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
    files = house.settings.files_per_person
    if await house.files.count_of(upload.uploader_id, most=files) >= files:
        raise TooLargeError("file_quota_full", f"A person has at most {files} files (files_per_person).")
    quota = house.settings.workspace_storage_bytes
    taken = await house.contents.stored_bytes(upload.workspace_id)
    if taken + await house.uploads.bytes_of(upload.workspace_id) > quota:
        raise TooLargeError(
            "quota_full",
            f"The files of this workspace have at most {quota} bytes together (workspace_storage_bytes).",
        )
