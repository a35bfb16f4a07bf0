"""Erasing what someone uploaded and no conversation keeps: what nobody shares, and what only deleted messages held."""

from parlour.core.erasure.messages import are_deleted
from parlour.core.files import remove, uploads
from parlour.core.house import House
from parlour.core.ids import FileId, UserId
from parlour.core.model.erasures import ErasureRecord
from parlour.core.model.files import FileRecord

STEP = "files"


async def erase(house: House, record: ErasureRecord, user_id: UserId) -> bool:
    """Erase all of them; return false, since nothing is left.

    Raises:
        UnavailableError: the file store does not answer; this may be taken again.
    """
    after, wanted = "", list[FileId]()
    most = house.settings.erasure_batch
    while ids := await house.erasing.files(user_id, after=after, limit=most):
        known = await house.files.many(ids)
        for file in known.values():
            if await _goes(house, record, user_id, file):
                wanted.append(file.id)
        after = ids[-1]
    await house.erasures.count(record.id, STEP, len(wanted))
    for file_id in wanted:
        await _erase(house, file_id)
    return False


async def _goes(house: House, record: ErasureRecord, user_id: UserId, file: FileRecord) -> bool:
    """Return whether no message keeps a file."""
    holding = (await house.entries.many(use.message_id for use in file.uses)).values()
    kept = [message for message in holding if not message.deleted_at]
    if any(message.author_id != user_id for message in kept):
        return False
    return not kept or await are_deleted(house, record, user_id, file.workspace_id)


async def _erase(house: House, file_id: FileId) -> None:
    if (upload := await house.uploads.get(file_id)) is not None and not upload.done:
        await uploads.discard(house, upload)
    await remove.discard(house, file_id)
    # While the file store is away, that left a deleted file which still names its content: not without it.
    await remove.clear(house, file_id)
    await house.files.remove(file_id)
