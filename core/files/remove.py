"""Taking files away: from everybody's sight at once, and then out of the file store.

In this order: the file is `deleted`, everyone is told, the content's record goes, and its objects last. Whoever is
killed in between leaves a deleted file that still names its content, a content of no file, or objects of no record:
each is what the sweep looks for, and it does the same as here.
"""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.errors import ForbiddenError, NotFoundError, UnavailableError
from parlour.core.files.moving import move_file
from parlour.core.files.sight import seen_of
from parlour.core.files.uploads import delete_segments
from parlour.core.house import House
from parlour.core.ids import ContentId, FileId, UserId
from parlour.core.model.files import Content, FileRecord, FileState
from parlour.core.people.rights import may
from parlour.core.search.file_index import index_file
from parlour.core.telemetry import log

A_MOMENT = timedelta(minutes=1)
LIVING: tuple[FileState, ...] = ("uploading", "scanning", "processing", "ready", "quarantined", "failed")


async def delete_file(house: House, remover: UserId, file_id: FileId) -> None:
    """Delete a file in every message that holds it, in whatever state it is.

    Raises:
        NotFoundError: it does not exist, was deleted, or is out of the remover's sight.
        ForbiddenError: `not_yours`: someone else uploaded it, and they are no moderator.
    """
    record, is_moderator = await _open(house, file_id, remover)
    if record.uploader_id != remover and not is_moderator:
        raise ForbiddenError("not_yours", "Only who uploaded a file and moderators delete it.")
    if await discard(house, file_id) and record.uploader_id != remover:
        await house.audit.note(
            record.workspace_id,
            remover,
            "file.deleted",
            file_id,
            f"“{record.name}”, a file of somebody else.",
        )


async def discard(house: House, file_id: FileId) -> bool:
    """Make a file deleted, tell so, and clear away what only it held; return false if it was deleted before.

    While the file store is away, the clearing is left to the sweep.
    """
    record = await move_file(house, file_id, states=LIVING, state="deleted", detail="", waiting=False)
    try:
        await clear(house, file_id)
    except UnavailableError:
        log.warning("file.cleared_later", file_id=file_id)
    return record is not None


async def clear(house: House, file_id: FileId) -> None:
    """Take out of the file store what only a deleted file held; again changes nothing.

    Raises:
        UnavailableError: the file store does not answer; call it again later.
    """
    record = await house.files.get(file_id)
    if record is None or record.state != "deleted":
        return
    await index_file(house, record)
    await house.uploads.remove(file_id)
    await delete_segments(house, file_id)
    if record.content_id:
        await clear_content(house, record.content_id)


async def clear_content(house: House, content_id: ContentId) -> bool:
    """Forget a content that no file holds, with its text and its objects; return whether it is gone.

    One that an upload of the same bytes asked for a moment ago is left to the sweep: its file may not name it yet.
    """
    content = await house.contents.get(content_id)
    if content is None:
        return True
    if any(record.state != "deleted" for record in await house.files.of_content(content_id)):
        return False
    if not await house.contents.remove_unwanted(content_id, before=now() - A_MOMENT):
        return False
    await house.file_texts.remove(content_id)
    await house.objects.delete(objects_of(content))
    return True


def objects_of(content: Content) -> list[str]:
    """Return the keys of all that is stored of a content."""
    return [content.key, *(made.key for made in content.renditions)]


async def _open(house: House, file_id: FileId, remover: UserId) -> tuple[FileRecord, bool]:
    """Return a file that someone may see, or that is in quarantine where they are a moderator."""
    record = await house.files.get(file_id)
    if record is None or record.state == "deleted":
        raise NotFoundError.of("file")
    is_moderator = await may(house, record.workspace_id, remover, "file.delete_any")
    if not (is_moderator and record.state == "quarantined") and not await seen_of(house, [record], remover):
        raise NotFoundError.of("file")
    return record, is_moderator
