"""The steps of a file's promise behind the upload: scanned, processed, finished; or given up.

Each may be taken again at any moment, and changes nothing then.
"""

from collections.abc import Awaitable, Callable

from parlour.core.clock import now
from parlour.core.errors import NotFoundError, UnavailableError
from parlour.core.files.assemble import FILE_STORE
from parlour.core.files.making import LOOKED_INTO
from parlour.core.files.moving import LOST, UNDER_WAY, fail_file, let_wait, move_file, standing
from parlour.core.files.process import process
from parlour.core.files.verdicts import judge, quarantine, settle
from parlour.core.house import House
from parlour.core.ids import FileId
from parlour.core.model.file_promises import IntakeEnd, IntakeStep
from parlour.core.model.files import Content, FileRecord, Verdict
from parlour.core.outside.scanner import ScanBrokenError, Scanner, ScannerAwayError, ScannerVersion
from parlour.core.search.file_index import index_file
from parlour.core.store.mongo import UNAVAILABLE
from parlour.core.webhooks.feed import feed_file

SCANNER = "the virus scanner"
NO_PREVIEW = "No preview could be made of this file."
Scan = Callable[[Content, ScannerVersion], Awaitable[Verdict]]
"""Scans a content, wherever there is a thread for it."""
Ask = Callable[[], Awaitable[ScannerVersion]]
"""Asks the scanner whether it may be asked to scan."""


async def scan(house: House, file_id: FileId, attempt: int, *, ask: Ask, by: Scan) -> IntakeStep:
    """Have a file's content scanned, unless today's signatures were used on it; return what is next."""
    record = await house.files.get(file_id)
    if record is None or record.state != "scanning" or record.content_id is None:
        return await _as_it_stands(house, record)
    content = await house.contents.get(record.content_id)
    if content is None:
        return await fail_file(house, record, LOST)
    try:
        content = await _judged(house, content, attempt, ask=ask, by=by)
    except (ScannerAwayError, ScanBrokenError) as error:
        return await let_wait(house, record, str(error), SCANNER)
    except UnavailableError as error:
        return await let_wait(house, record, error.detail, FILE_STORE)
    except NotFoundError:
        return await fail_file(house, record, LOST)
    step = await settle(house, record, content)
    if step.stage == "processing" and content.kind not in LOOKED_INTO:
        # There is nothing to be made of it, so it need not wait for its turn among those of which there is.
        return await process_file(house, file_id)
    return step


async def process_file(house: House, file_id: FileId) -> IntakeStep:
    """Have a clean file's content processed, and make it ready; a preview that goes wrong is tried a few times."""
    try:
        record, content = await _in_processing(house, file_id)
        if record is None or content is None:
            return await _as_it_stands(house, record)
        try:
            if not content.processed:
                await process(house, content)
        except UnavailableError as error:
            return await let_wait(house, record, error.detail, FILE_STORE)
        except NotFoundError:
            return await fail_file(house, record, LOST)
        return await finish(house, file_id)
    except UNAVAILABLE:
        # Not the preview's fault, and no try of it.
        return IntakeStep("processing", "waiting", "The database does not answer.", "the database")


async def finish(house: House, file_id: FileId) -> IntakeStep:
    """Make a clean file ready, with its previews or without, and have it found."""
    step = await _made_ready(house, file_id)
    record = await house.files.get(file_id)
    await index_file(house, record)
    if record:
        await feed_file(house, record)
    return step


async def _as_it_stands(house: House, record: FileRecord | None) -> IntakeStep:
    """Return what is next for a file that needs no step; one that became ready a moment ago may not be found yet."""
    if record and record.state == "ready":
        return await finish(house, record.id)
    return standing(record)


async def _made_ready(house: House, file_id: FileId) -> IntakeStep:
    record, content = await _in_processing(house, file_id)
    if record is None or content is None:
        return standing(record)
    if not content.processed:
        content = await house.contents.change(content.id, processed=True, preview_failed=NO_PREVIEW)
    changed = await move_file(
        house, file_id, states=("processing",), content=content, state="ready", waiting=False, detail=""
    )
    return standing(changed or await house.files.get(file_id))


async def give_up(house: House, end: IntakeEnd) -> IntakeStep:
    """Let a file fail that was waited for long enough."""
    record = await house.files.get(end.file_id)
    if record is None or record.state not in UNDER_WAY:
        return standing(record)
    return await fail_file(house, record, end.words)


def scanned(house: House, content: Content, scanner: Scanner, version: ScannerVersion) -> Verdict:
    """Scan a content; blocks, so call it in a thread.

    Raises:
        ScanBrokenError: the scanner did not finish.
        UnavailableError: the file store does not answer.
        NotFoundError: the content is gone from it.
    """
    if content.size > house.settings.scan_max_bytes:
        return Verdict(result="too_large", at=now(), scanner=version.scanner, signatures=version.signatures)
    with house.objects.open(content.key) as source:
        return scanner.scan(source, version)


async def _judged(house: House, content: Content, attempt: int, *, ask: Ask, by: Scan) -> Content:
    if content.quarantined and content.verdict:
        return await quarantine(house, content, content.verdict)
    if content.released_by:
        return content
    version = await ask()
    if (verdict := content.verdict) and (verdict.scanner, verdict.signatures) == (
        version.scanner,
        version.signatures,
    ):
        return await judge(house, content, verdict)
    try:
        verdict = await by(content, version)
    except ScanBrokenError as error:
        if attempt < house.settings.scan_attempts:
            raise
        # It was there every time, and broke off over this content: nobody has looked into it.
        verdict = Verdict(
            result="limits",
            at=now(),
            scanner=version.scanner,
            signatures=version.signatures,
            found=str(error),
        )
    return await judge(house, content, verdict)


async def _in_processing(house: House, file_id: FileId) -> tuple[FileRecord | None, Content | None]:
    record = await house.files.get(file_id)
    if record is None or record.state != "processing" or record.content_id is None:
        return record, None
    return record, await house.contents.get(record.content_id)
