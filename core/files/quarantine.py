"""Quarantine, as a workspace's owners decide over it; and trying a file again."""

from collections.abc import Callable

from parlour.core.errors import ConflictError, InvalidError, NotFoundError, UnavailableError
from parlour.core.files.moving import move_file
from parlour.core.files.sight import open_file
from parlour.core.house import House
from parlour.core.ids import FileId, UserId, WorkspaceId
from parlour.core.model.chat import WorkflowLink
from parlour.core.model.file_keeping import Quarantined, Release
from parlour.core.model.files import Content, FileRecord, Verdict
from parlour.core.model.page import Page
from parlour.core.people.rights import missing, require
from parlour.core.telemetry import log

LinkToFile = Callable[[FileId], WorkflowLink]
FOUND = {
    "encrypted": "It is encrypted, so the virus scanner could not look into it.",
    "too_large": "It is larger than the virus scanner looks at.",
    "limits": "It is nested deeper, or larger once unpacked, than the virus scanner looks.",
    "clean": "Nothing was found in it.",
}


async def quarantine(
    house: House,
    asker: UserId,
    workspace_id: WorkspaceId,
    *,
    before: str | None,
    limit: int,
    link_to: LinkToFile,
) -> Page[Quarantined]:
    """Return a page of a workspace's files in quarantine, the newest first.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: they are no owner of it.
    """
    await require(house, workspace_id, asker, "file.judge")
    found = await house.file_keeping.in_workspace(
        workspace_id, ["quarantined"], before=FileId(before) if before else None, limit=limit + 1
    )
    page = found[:limit]
    contents = await house.contents.many([record.content_id for record in page if record.content_id])
    shown = [
        _shown(record, contents.get(record.content_id) if record.content_id else None, link_to)
        for record in page
    ]
    return Page(shown, page[-1].id if len(found) > limit else None)


async def release(house: House, actor: UserId, file_id: FileId, wanted: Release) -> FileRecord:
    """Let a file out of quarantine, and with it every other one of the same content; return it as it is then.

    Raises:
        NotFoundError: there is no such file in the actor's sight or workspace.
        ForbiddenError: they are no owner of its workspace.
        ConflictError: `not_quarantined`.
        InvalidError: a virus was found, and `reason_needed` or `confirmation_needed`; or the reason is longer than the
            setting `file_reason_max_length`.
        UnavailableError: the file store does not answer; nothing was released.
    """
    record = await _as_judge(house, actor, file_id)
    content = await house.contents.get(record.content_id) if record.content_id else None
    if record.state != "quarantined" or content is None:
        raise ConflictError("not_quarantined", "This file is not in quarantine.")
    reason = _reason(house, content, wanted)
    content = await _let_out(house, content, actor)
    await house.audit.note(
        record.workspace_id,
        actor,
        "file.released",
        file_id,
        f"“{record.name}”. {words_of(content.verdict)} Reason: {reason or 'none given'}.",
    )
    return await _let_on(house, content, file_id) or record


async def retry(house: House, actor: UserId, file_id: FileId) -> FileRecord:
    """Have a file tried again that failed, or that waits: at once, instead of when it would be time.

    Raises:
        NotFoundError: there is no such file in the actor's sight or workspace.
        ForbiddenError: they neither uploaded it nor own its workspace.
        ConflictError: `not_waiting`, or `file_gone`: its bytes are not there any more.
        UnavailableError: Temporal does not answer.
    """
    record = await _as_judge(house, actor, file_id, or_uploader=actor)
    if record.state not in ("failed", "scanning", "processing"):
        raise ConflictError("not_waiting", "This file neither failed nor waits.")
    if record.state == "failed":
        record = await _begin_again(house, record)
        await house.audit.note(record.workspace_id, actor, "file.retried", file_id, f"“{record.name}”.")
    if house.teller is None:
        raise UnavailableError.of("Temporal")
    await house.teller.take_in(file_id, record.workspace_id)
    return record


def words_of(verdict: Verdict | None) -> str:
    """Return what a scan found, for people."""
    if verdict is None:
        return "It was not scanned."
    if verdict.result == "infected":
        return f"A virus was found: {verdict.found or 'without a name'}."
    return FOUND[verdict.result]


async def _as_judge(
    house: House, actor: UserId, file_id: FileId, *, or_uploader: UserId | None = None
) -> FileRecord:
    """Return a file of a workspace whose files somebody judges, whether or not they are where it was shown."""
    record = await house.files.get(file_id)
    place = await house.workspaces.standing(record.workspace_id, actor) if record else None
    if record is None or place is None or record.state == "deleted":
        raise NotFoundError.of("file")
    if place.may("file.judge") or record.uploader_id == or_uploader:
        return record
    await open_file(house, file_id, actor)
    raise missing("file.judge")


def _reason(house: House, content: Content, wanted: Release) -> str:
    reason = wanted.reason.strip()
    if len(reason) > (most := house.settings.file_reason_max_length):
        raise InvalidError.field(
            "reason", f"A reason has at most {most} characters (file_reason_max_length)."
        )
    if not _is_infected(content):
        return reason
    if not reason:
        raise InvalidError.field(
            "reason", "A virus was found in this file: say why it is released.", "reason_needed"
        )
    if not wanted.confirm:
        raise InvalidError.field(
            "confirm", "A virus was found in this file: confirm that it is released.", "confirmation_needed"
        )
    return reason


def _is_infected(content: Content) -> bool:
    return content.verdict is not None and content.verdict.result == "infected"


async def _let_out(house: House, content: Content, actor: UserId) -> Content:
    """Move a content's bytes back to where contents are served from."""
    key = f"content/{content.key.rpartition('/')[2]}"
    if content.key != key:
        await house.objects.move(content.key, key)
    changed = await house.contents.change(content.id, key=key, quarantined=False, released_by=actor)
    if changed is None:
        raise NotFoundError.of("file")
    return changed


async def _let_on(house: House, content: Content, file_id: FileId) -> FileRecord | None:
    """Have every file of a content processed; return one of them."""
    released = None
    for record in await house.files.of_content(content.id):
        changed = await move_file(
            house,
            record.id,
            states=["quarantined"],
            content=content,
            state="processing",
            detail="",
            waiting=False,
        )
        if changed is None:
            continue
        await _take_in(house, changed)
        released = changed if record.id == file_id else released
    return released


async def _take_in(house: House, record: FileRecord) -> None:
    """Start a file's workflow; while Temporal is away, leave it to the sweep to find it."""
    try:
        if house.teller is None:
            raise UnavailableError.of("Temporal")
        await house.teller.take_in(record.id, record.workspace_id)
    except UnavailableError:
        log.info("file.left_to_sweep", file_id=record.id)


async def _begin_again(house: House, record: FileRecord) -> FileRecord:
    if record.content_id is None and await house.uploads.get(record.id) is None:
        raise ConflictError("file_gone", "The bytes of this file were not kept: upload it again.")
    changed = await move_file(house, record.id, states=["failed"], state="scanning", detail="", waiting=False)
    if changed is None:
        raise ConflictError("not_waiting", "This file neither failed nor waits.")
    return changed


def _shown(record: FileRecord, content: Content | None, link_to: LinkToFile) -> Quarantined:
    verdict = content.verdict if content else None
    return Quarantined(
        id=record.id,
        name=record.name,
        size=record.size,
        mime_type=record.mime_type,
        kind=record.kind,
        uploader_id=record.uploader_id,
        created_at=record.created_at,
        quarantined_at=verdict.at if verdict else record.updated_at,
        verdict=words_of(verdict) if verdict else record.detail or words_of(None),
        result=verdict.result if verdict else None,
        found=verdict.found if verdict else "",
        is_infected=bool(content and _is_infected(content)),
        workflow=link_to(record.id),
    )
