"""How files fare in a workspace, for its owners: scanner, store, what waits."""

import asyncio

from parlour.core.clock import now
from parlour.core.errors import UnavailableError
from parlour.core.files.quarantine import LinkToFile
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.file_keeping import (
    FileOperations,
    RescanProgress,
    ScannerState,
    StoreState,
    WaitingFile,
)
from parlour.core.model.file_promises import RescanCursor
from parlour.core.model.files import FileRecord, FileState
from parlour.core.outside.scanner import TEST_SIGNATURES, ScannerAwayError
from parlour.core.people.rights import require

ON_THEIR_WAY: tuple[FileState, ...] = ("scanning", "processing")
SHOWN = 50


async def operations(
    house: House, asker: UserId, workspace_id: WorkspaceId, *, link_to: LinkToFile
) -> FileOperations:
    """Return how files fare in a workspace.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "operations.read")
    keeping = house.file_keeping
    scanner, store, longest, waiting, quarantined = await asyncio.gather(
        scanner_state(house),
        _store_state(house, workspace_id),
        keeping.longest(workspace_id, ON_THEIR_WAY, limit=SHOWN),
        keeping.count(workspace_id, ON_THEIR_WAY),
        keeping.count(workspace_id, ["quarantined"]),
    )
    return FileOperations(
        scanner=scanner,
        store=store,
        waiting=[_waiting(record, link_to) for record in longest],
        waiting_count=waiting,
        quarantined_count=quarantined,
    )


async def scanner_state(house: House) -> ScannerState:
    """Return whether the virus scanner answers, and with which signatures."""
    try:
        version = await asyncio.to_thread(house.scanner.version)
    except ScannerAwayError as error:
        return ScannerState(answering=False, words=f"{error} Files wait for it, and are served to nobody.")
    is_test = version.signatures == TEST_SIGNATURES
    return ScannerState(
        answering=True,
        words="It knows the test signature alone: real viruses pass." if is_test else "It answers.",
        version=version.scanner,
        signatures=version.signatures,
        dated=version.dated,
        test_only=is_test,
    )


async def rescan(house: House, actor: UserId, workspace_id: WorkspaceId) -> None:
    """Scan all contents of a workspace again; while that is going on already, nothing more.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
        UnavailableError: Temporal does not answer.
    """
    await require(house, workspace_id, actor, "operations.act")
    if house.teller is None:
        raise UnavailableError.of("Temporal")
    before = await house.rescans.of(workspace_id)
    if before is None or before.state == "done":
        # Whoever asks how far it is, from now on, is not told of the last one.
        await house.rescans.began(workspace_id, RescanCursor(contents=0), at=now())
    try:
        await house.teller.rescan(workspace_id)
    except UnavailableError:
        await house.rescans.put_back(workspace_id, before)
        raise
    await house.audit.note(workspace_id, actor, "files.rescanned", workspace_id, "All files, once more.")


async def rescan_progress(house: House, actor: UserId, workspace_id: WorkspaceId) -> RescanProgress:
    """Return how far scanning again is, or how the last one went; raises as `rescan`, but needs no Temporal."""
    await require(house, workspace_id, actor, "operations.read")
    return await house.rescans.of(workspace_id) or RescanProgress(state="never")


async def _store_state(house: House, workspace_id: WorkspaceId) -> StoreState:
    used = await house.contents.stored_bytes(workspace_id)
    quota = house.settings.workspace_storage_bytes
    try:
        words = await house.objects.probe()
    except UnavailableError as error:
        return StoreState(answering=False, words=error.detail, used_bytes=used, quota_bytes=quota)
    return StoreState(answering=True, words=words, used_bytes=used, quota_bytes=quota)


def _waiting(record: FileRecord, link_to: LinkToFile) -> WaitingFile:
    return WaitingFile(
        id=record.id,
        name=record.name,
        size=record.size,
        uploader_id=record.uploader_id,
        state=record.state,
        since=record.created_at,
        waiting=record.waiting,
        detail=record.detail,
        workflow=link_to(record.id),
    )
