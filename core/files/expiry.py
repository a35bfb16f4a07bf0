"""What the sweep does about uploads: those that nobody goes on with end, those that are done go on their way."""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.files import uploads
from parlour.core.house import House
from parlour.core.model.uploads import Upload

UNTOLD = timedelta(seconds=30)
"""After which an upload that is done, but whose file is still `uploading`, was left by a process that was killed."""


async def discard_expired(house: House, *, limit: int) -> int:
    """Discard uploads that did not go on in time; return how many.

    Raises:
        UnavailableError: the file store does not answer.
    """
    expired = await house.uploads.expired(now(), limit=limit)
    for upload in expired:
        await uploads.discard(house, upload)
    return len(expired)


async def see_to_done(house: House, *, limit: int) -> int:
    """Hand over what was done when its process was killed, delete what no file needs any more; return how many.

    Raises:
        UnavailableError: the file store does not answer.
    """
    left = await house.uploads.left_behind(now() - UNTOLD, limit=limit)
    return sum([await _see_to(house, upload) for upload in left])


async def _see_to(house: House, upload: Upload) -> bool:
    record = await house.files.get(upload.id)
    if record is not None and record.state in ("scanning", "processing"):
        return False
    if record is not None and record.state == "uploading":
        await uploads.finish(house, upload)
        return True
    await house.uploads.remove(upload.id)
    await uploads.delete_segments(house, upload.id)
    return True
