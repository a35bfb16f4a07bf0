"""`file.scan`: a file is looked at again by the virus scanner, by the workflow `FileCheck`.

One that failed, or that waits, is taken in again as an upload is. One that is ready is read again by the signatures of
today: what they have seen is not read twice.
"""

from msgspec import Struct

from parlour.core.errors import ConflictError, NotFoundError
from parlour.core.files.moving import UNDER_WAY
from parlour.core.files.quarantine import retry as take_in_again
from parlour.core.files.quarantine import words_of
from parlour.core.files.sight import seen_of
from parlour.core.house import House
from parlour.core.ids import ContentId, FileId, UserId, WorkspaceId
from parlour.core.model.file_promises import Rescanned
from parlour.core.model.files import FileRecord, FileState
from parlour.core.model.run_promises import FileChecked, FileCheckStep
from parlour.core.model.runs import Fault, Subject
from parlour.core.people.rights import may, missing
from parlour.core.runs.kinds import Begun, Checked, RunType, Seen, input_of
from parlour.core.runs.telling import record_seen
from parlour.core.runs.waking import wake
from parlour.core.store.runs import RunRecord

NEXT = "Being scanned, or next in line for it."


class FileToScan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which file."""

    file_id: FileId


class FileScanned(Struct, frozen=True, kw_only=True):
    """What state the file is in then, and what the scanner said, in words."""

    file_id: FileId
    state: FileState
    verdict: str


async def check(house: House, starter: UserId, workspace_id: WorkspaceId, given: FileToScan) -> Checked:
    """Check that the starter uploaded the file, or judges the workspace's files, and that it can be scanned."""
    record = await house.files.get(given.file_id)
    if record is None or record.workspace_id != workspace_id or record.state == "deleted":
        raise NotFoundError.of("file")
    if record.uploader_id != starter and not await may(house, workspace_id, starter, "file.judge"):
        raise missing("file.judge") if await seen_of(house, [record], starter) else NotFoundError.of("file")
    if record.state in ("uploading", "quarantined"):
        raise ConflictError("not_scannable", "This file is being uploaded, or lies in quarantine.")
    return Checked(given, Subject(kind="file", id=given.file_id))


async def begin(house: House, record: RunRecord) -> Begun:
    """Have it taken in again, or start its workflow."""
    file_id = input_of(record, FileToScan).file_id
    found = await house.files.get(file_id)
    if found is not None and found.state in (*UNDER_WAY, "failed"):
        await take_in_again(house, record.user_id, file_id)
        return Begun(f"file/{file_id}", Seen(state="running", words=NEXT))
    await wake(house, record)
    return Begun(f"check/{record.key}", Seen(state="running", words=NEXT))


async def look(house: House, record: RunRecord) -> Seen | None:
    """Return how an intake stands; a check writes down itself how it stands."""
    if not (record.workflow_id or "").startswith("file/"):
        return None
    found = await house.files.get(input_of(record, FileToScan).file_id)
    if found is not None and found.state in UNDER_WAY:
        return Seen(state="waiting" if found.waiting else "running", words=found.detail or NEXT)
    return await _standing(house, found)


async def cancel(_house: House, record: RunRecord) -> Seen | None:
    """Look at it no more; an intake goes on, since no file is served before it was scanned."""
    if (record.workflow_id or "").startswith("file/"):
        raise ConflictError("not_cancellable", "A file that is on its way is scanned in any case.")
    return Seen(state="cancelled", words="Cancelled. The file's verdict stays as it was.")


async def step(house: House, checked: FileChecked) -> FileCheckStep:
    """Write down what came of scanning, if it was; return what is to be scanned, or that it is over."""
    record = await house.runs.get(checked.key)
    if record is None or not record.is_open:
        return FileCheckStep(over=True, words=record.words if record else "Its record is gone.")
    found = await house.files.get(input_of(record, FileToScan).file_id)
    content_id = found.content_id if found else None
    if content_id is None or (checked.rescanned and not checked.rescanned.waits_for):
        seen = await _standing(house, found, checked.rescanned)
        return FileCheckStep(over=True, words=(await record_seen(house, record, seen)).words)
    waits_for = checked.rescanned.waits_for if checked.rescanned else ""
    seen = (
        Seen(state="waiting", words=f"Waiting for {waits_for}.")
        if waits_for
        else Seen(state="running", words=NEXT)
    )
    await record_seen(house, record, seen)
    return FileCheckStep(over=False, words=seen.words, content_id=ContentId(content_id))


async def _standing(house: House, found: FileRecord | None, rescanned: Rescanned | None = None) -> Seen:
    """Return how a run ends by how its file stands."""
    if found is None or found.state == "deleted":
        fault = Fault(code="file_gone", detail="The file was deleted meanwhile.")
        return Seen(state="failed", words=fault.detail, failure=fault)
    content = await house.contents.get(found.content_id) if found.content_id else None
    if found.state == "failed" or content is None:
        fault = Fault(code="file_failed", detail=found.detail or "The file could not be taken.")
        return Seen(state="failed", words=fault.detail, failure=fault)
    if rescanned and rescanned.outcome == "unscanned":
        fault = Fault(
            code="not_scanned",
            detail="The virus scanner could not look into it; its verdict stays as it was.",
        )
        return Seen(state="failed", words=fault.detail, failure=fault)
    verdict = words_of(content.verdict)
    return Seen(
        state="done",
        words=verdict,
        result=FileScanned(file_id=found.id, state=found.state, verdict=verdict),
    )


FILE_SCAN = RunType(
    name="file.scan",
    title="Scan a file again",
    promises="Has the virus scanner look at a file again; what is found acts on it as on any upload.",
    may_start="Who uploaded the file, and whoever judges the workspace's files.",
    input=FileToScan,
    result=FileScanned,
    subject="file",
    workflow="FileCheck",
    scope="files:write",
    check=check,
    begin=begin,
    look=look,
    cancel=cancel,
)
