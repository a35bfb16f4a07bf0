"""The sweep: what uploads, crashes and outages left behind, found in batches and put right.

It may run at any moment beside uploads: nothing younger than the setting `file_orphan_seconds` is taken for nobody's.
Each walk goes on where the last one ended (`sweep_cursors`), so that a sweep costs the same whatever is stored.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from parlour.core.clock import now
from parlour.core.errors import ConflictError, NotFoundError
from parlour.core.files import remove
from parlour.core.files.telling import tell_changed
from parlour.core.files.uploads import delete_segments, discard, finish
from parlour.core.house import House
from parlour.core.ids import EntryId, FileId, moment_of_id
from parlour.core.model.file_promises import FilesSwept, FileSweepStep
from parlour.core.model.files import FileRecord, FileState
from parlour.core.model.uploads import Upload
from parlour.core.outside.objects import Stored
from parlour.core.telemetry import log

OWNER = "parlour/owner"
SETTLED: tuple[FileState, ...] = ("ready", "failed", "quarantined")


async def sweep(house: House, step: FileSweepStep, *, batch: int) -> FilesSwept:
    """Take one step of a sweep: go through a batch, and return what was done."""
    return await STEPS[step](house, batch)


async def _uploads(house: House, batch: int) -> FilesSwept:
    """Discard uploads that did not go on in time, hand on those that are done, and forget those that are through."""
    expired = 0
    for upload in await house.uploads.expired(now(), limit=batch):
        expired += await _discard_expired(house, upload)
    for upload in await house.uploads.left_behind(_stalled_since(house), limit=batch):
        await _see_through(house, upload)
    return FilesSwept(uploads_expired=expired)


async def _discard_expired(house: House, upload: Upload) -> bool:
    """Discard an upload, unless it went on at the last moment."""
    fresh = await house.uploads.get(upload.id)
    if fresh is None or fresh.done or fresh.expires_at > now() or fresh.heard_at > _stalled_since(house):
        return False
    await discard(house, fresh)
    log.info("file.upload_expired", file_id=upload.id)
    return True


async def _see_through(house: House, upload: Upload) -> None:
    record = await house.files.get(upload.id)
    if record is not None and record.content_id is None:
        if record.state == "uploading":
            # Its end was not noted.
            await finish(house, upload)
            return
        if record.state != "failed":
            # Its workflow is at it; if it has none, `_stalled` starts it, and counts it.
            return
        if not _is_left(house, record):
            # It may be tried again.
            return
    await delete_segments(house, upload.id)
    await house.uploads.remove(upload.id)


async def _stalled(house: House, batch: int) -> FilesSwept:
    """Start the workflow of files on their way that have none; those that have one are left alone."""
    after = await house.file_keeping.cursor("stalled")
    late = await house.file_keeping.on_their_way(after=after, until=_stalled_since(house), limit=batch)
    started = 0
    if house.teller is not None:
        for record in late:
            started += await house.teller.ensure_intake(record.id, record.workspace_id)
    await house.file_keeping.walked("stalled", late[-1].id if len(late) == batch else "", at=now())
    return FilesSwept(files_started=started)


async def _files(house: House, batch: int) -> FilesSwept:
    """Forget uses whose message never came, remove files that no message holds any more, and forget removed ones."""
    after = await house.file_keeping.cursor("files")
    page = await house.file_keeping.files_after(after, limit=batch)
    dead = await _dead_uses(house, page)
    if dead:
        await house.files.let_go(list(dead))
    removed = forgotten = 0
    for record in page:
        if record.state == "deleted":
            forgotten += await _forget_file(house, record)
        elif record.state == "uploading":
            removed += await _remove_lost(house, record)
        elif (
            not record.uses
            and record.state in SETTLED
            and _is_left(house, record)
            and not await house.scheduled.holds(record.id)
        ):
            removed += await _remove_unattached(house, record)
    await house.file_keeping.walked("files", page[-1].id if len(page) == batch else "", at=now())
    return FilesSwept(uses_forgotten=len(dead), files_removed=removed, files_forgotten=forgotten)


async def _dead_uses(house: House, page: Sequence[FileRecord]) -> set[EntryId]:
    """Return the messages that files are said to be held by, and that are not in the log, and will not come."""
    before = _old(house)
    held = {use.message_id for record in page for use in record.uses}
    old = [message_id for message_id in held if (at := moment_of_id(message_id)) and at < before]
    return set(old) - set(await house.entries.many(old)) if old else set()


async def _remove_lost(house: House, record: FileRecord) -> bool:
    """Remove a file that says it is being uploaded, and is not."""
    if record.updated_at >= _old(house) or await house.uploads.get(record.id):
        return False
    log.info("file.lost_upload_removed", file_id=record.id)
    return await remove.discard(house, record.id)


async def _remove_unattached(house: House, record: FileRecord) -> bool:
    """Remove a file, unless a message came to hold it this moment."""
    removed = await house.file_keeping.remove_unused(record)
    if removed is None:
        return False
    log.info("file.unattached_removed", file_id=record.id)
    tell_changed(house, removed)
    await remove.clear(house, record.id)
    return True


async def _forget_file(house: House, record: FileRecord) -> int:
    """Clear away what a deleted file still holds, and forget it when nobody asks for it any more."""
    if record.updated_at >= _old(house):
        return 0
    await remove.clear(house, record.id)
    if not _is_left(house, record):
        return 0
    await house.files.remove(record.id)
    return 1


def _is_left(house: House, record: FileRecord) -> bool:
    """Whether nothing happened to a file for so long that nothing will."""
    return record.updated_at < now() - timedelta(days=house.settings.file_unattached_days)


async def _contents(house: House, batch: int) -> FilesSwept:
    """Forget contents that no file is of."""
    after = await house.file_keeping.cursor("contents")
    page = await house.file_keeping.contents_after(after, limit=batch)
    old = [content.id for content in page if content.created_at < _old(house)]
    named = await house.file_keeping.named(old)
    forgotten = 0
    for content_id in old:
        if content_id not in named and await remove.clear_content(house, content_id):
            log.info("file.content_forgotten", content_id=content_id)
            forgotten += 1
    await house.file_keeping.walked("contents", page[-1].id if len(page) == batch else "", at=now())
    return FilesSwept(contents_forgotten=forgotten)


async def _objects(house: House, batch: int) -> FilesSwept:
    """Delete objects of the file store that no record knows."""
    await _check_bucket(house)
    deleted = 0
    for prefix in ("uploads", "content", "quarantine", "previews"):
        after = await house.file_keeping.cursor(prefix)
        page = await _listed(house, prefix, after, batch)
        old = [stored.key for stored in page if stored.modified_at < _old(house)]
        known = await (_upload_keys if prefix == "uploads" else _content_keys)(house, old)
        orphans = [key for key in old if key not in known]
        await house.objects.delete(orphans)
        for key in orphans:
            log.info("file.object_deleted", key=key)
        deleted += len(orphans)
        await house.file_keeping.walked(prefix, page[-1].key if len(page) == batch else "", at=now())
    return FilesSwept(objects_deleted=deleted)


async def _check_bucket(house: House) -> None:
    """Check that the bucket is this database's: beside another one's records, all in it would be nobody's.

    Raises:
        ConflictError: `foreign_bucket`.
    """
    mine = (await house.file_keeping.owner()).encode()
    try:
        found = await house.objects.read(OWNER)
    except NotFoundError:
        await house.objects.put(OWNER, mine, media_type="text/plain")
        return
    if found != mine:
        log.error("file.foreign_bucket", bucket=house.settings.s3_bucket)
        raise ConflictError(
            "foreign_bucket", f"The bucket is kept by another database; its object {OWNER} says so."
        )


async def _listed(house: House, prefix: str, after: str, batch: int) -> list[Stored]:
    page = []
    try:
        async for stored in house.objects.listed(prefix, after=after):
            page.append(stored)
            if len(page) == batch:
                break
    except NotFoundError:
        # A bucket is made by the first upload.
        return []
    return page


async def _upload_keys(house: House, keys: Sequence[str]) -> set[str]:
    """Return those of some segments' keys whose upload is not put together yet."""
    known = await house.file_keeping.uploads_among({_file_of(key) for key in keys})
    return {key for key in keys if _file_of(key) in known}


def _file_of(key: str) -> FileId:
    return FileId(key.split("/")[1])


async def _content_keys(house: House, keys: Sequence[str]) -> set[str]:
    """Return those of some keys that a content has, or has under its other name: it may be moving."""
    twins = {twin: key for key in keys for twin in (key, *_twin(key))}
    known = await house.file_keeping.known_keys(list(twins))
    return {twins[key] for key in known}


def _twin(key: str) -> list[str]:
    folder, _, name = key.partition("/")
    other = {"content": "quarantine", "quarantine": "content"}.get(folder)
    return [f"{other}/{name}"] if other else []


def _stalled_since(house: House) -> datetime:
    return now() - timedelta(seconds=house.settings.file_stalled_seconds)


def _old(house: House) -> datetime:
    return now() - timedelta(seconds=house.settings.file_orphan_seconds)


STEPS: dict[FileSweepStep, Callable[[House, int], Awaitable[FilesSwept]]] = {
    "uploads": _uploads,
    "stalled": _stalled,
    "files": _files,
    "contents": _contents,
    "objects": _objects,
}
