"""Files that come whole, in a form: an upload like any other, by one request and of a size that is known at its end."""

from collections.abc import AsyncIterator

from parlour.core.errors import NotFoundError, ParlourError, TooLargeError
from parlour.core.files import begin, uploads
from parlour.core.files.segments import Appending
from parlour.core.files.telling import shown
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.files import File


async def take_form(
    house: House,
    uploader: UserId,
    workspace_id: WorkspaceId,
    chunks: AsyncIterator[bytes],
    *,
    name: str,
    length: int | None,
) -> File:
    """Take a file of a form, whose bytes come as `chunks`; the whole form has `length` bytes, where that is known.

    Raises:
        NotFoundError, TooManyError, UnavailableError: as `begin.begin`.
        TooLargeError: `form_too_large` (setting `form_max_bytes`), else as `begin.begin`.
    """
    most = min(house.settings.form_max_bytes, house.settings.file_max_bytes)
    reserved = most if length is None else min(most, length)
    begun = await begin.begin(house, uploader, workspace_id, name=name, size=reserved)
    try:
        claimed = await uploads.claim(house, begun)
        taken = await Appending(house, claimed).take_all(_at_most(house, chunks, most))
        upload = await house.uploads.end_at(begun.id, size=taken.offset)
    except ParlourError:
        await uploads.discard(house, begun)
        raise
    except BaseException:
        house.tasks.start(uploads.discard(house, begun), "upload-discard")
        raise
    if upload is None:
        raise NotFoundError.of("upload")
    await uploads.finish(house, upload)
    record = await house.files.get(upload.id)
    if record is None:
        raise NotFoundError.of("file")
    return shown(record)


async def _at_most(house: House, chunks: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    came = 0
    async for chunk in chunks:
        came += len(chunk)
        if came > most:
            raise too_large(house)
        yield chunk


def too_large(house: House) -> TooLargeError:
    """Return the error of a file that is too large for a form."""
    settings = house.settings
    if settings.file_max_bytes <= settings.form_max_bytes:
        return begin.too_large(house)
    return TooLargeError(
        "form_too_large",
        f"A file in a form has at most {settings.form_max_bytes} bytes (form_max_bytes). "
        f"Larger ones, up to {settings.file_max_bytes} bytes (file_max_bytes), are uploaded resumably.",
    )
