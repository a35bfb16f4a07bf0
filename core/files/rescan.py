"""Scanning again what was scanned before: by newer signatures, which may know what the older ones did not.

Each step may be taken again at any moment: what today's signatures have seen is passed over. What an owner released
stays released.
"""

import asyncio
from collections.abc import Awaitable, Callable

from parlour.core.clock import now
from parlour.core.errors import NotFoundError, UnavailableError
from parlour.core.files.verdicts import is_refused, judge, quarantine
from parlour.core.house import House
from parlour.core.ids import ContentId, WorkspaceId
from parlour.core.model.file_promises import RescanCursor, Rescanned, RescanPage, RescanRequest
from parlour.core.model.files import Content, Verdict
from parlour.core.outside.scanner import ScanBrokenError, ScannerAwayError, ScannerVersion

SCANNER, FILE_STORE = "the virus scanner", "the file store"
AT_ONCE = 20
"""Contents that are scanned before the next ones are looked for."""
PAGE = 500
LOOKED_AT_MAX = 5000
Scan = Callable[[Content, ScannerVersion], Awaitable[Verdict]]
Ask = Callable[[], Awaitable[ScannerVersion]]


async def begin(house: House, workspace_id: WorkspaceId) -> RescanCursor:
    """Begin at the beginning, and put that on record."""
    cursor = RescanCursor(contents=await house.file_keeping.count_contents(workspace_id))
    await house.rescans.began(workspace_id, cursor, at=now())
    return cursor


async def next_contents(house: House, request: RescanRequest) -> RescanPage:
    """Return the next contents, and those of them that today's signatures have not seen."""
    cursor = request.cursor
    try:
        version = await asyncio.to_thread(house.scanner.ready)
    except ScannerAwayError:
        await house.rescans.reached(request.workspace_id, cursor, waits_for=SCANNER, at=now())
        return RescanPage(0, [], cursor.after, SCANNER)
    await house.rescans.reached(request.workspace_id, cursor, waits_for=request.waits_for, at=now())
    looked_at, wanted, after = 0, [], cursor.after
    while looked_at < LOOKED_AT_MAX:
        page = await house.contents.page(request.workspace_id, after=after, limit=PAGE)
        for content in page:
            if is_unseen(content, version):
                wanted.append(content.id)
            looked_at, after = looked_at + 1, content.sha256
            if len(wanted) == AT_ONCE:
                return RescanPage(looked_at, wanted, after)
        if len(page) < PAGE:
            break
    return RescanPage(looked_at, wanted, after)


async def again(house: House, content_id: ContentId, *, is_last_try: bool, ask: Ask, by: Scan) -> Rescanned:
    """Scan a content again, and act on what is found as on any verdict.

    Raises:
        ScanBrokenError: the scanner broke off over it, and this is not the last try.
    """
    content = await house.contents.get(content_id)
    if content is None:
        return Rescanned("unscanned")
    try:
        return await _judged(house, content, ask=ask, by=by)
    except ScannerAwayError:
        return Rescanned("waits", SCANNER)
    except UnavailableError:
        return Rescanned("waits", FILE_STORE)
    except NotFoundError:
        return Rescanned("unscanned")
    except ScanBrokenError:
        if is_last_try:
            return Rescanned("unscanned")
        raise


async def end(house: House, request: RescanRequest) -> None:
    """Put the end on record."""
    await house.rescans.ended(request.workspace_id, request.cursor, at=now())


def is_unseen(content: Content, version: ScannerVersion) -> bool:
    """Whether a content was scanned, but not by these signatures; or its way to quarantine was interrupted."""
    verdict = content.verdict
    if verdict is None:
        # Its files are on their way, and scanned there.
        return False
    if content.quarantined:
        return not content.key.startswith("quarantine/")
    return (verdict.scanner, verdict.signatures) != (version.scanner, version.signatures)


async def _judged(house: House, content: Content, *, ask: Ask, by: Scan) -> Rescanned:
    version = await ask()
    if not is_unseen(content, version) or content.verdict is None:
        return Rescanned("kept")
    if content.quarantined:
        await quarantine(house, content, content.verdict)
        return Rescanned("quarantined")
    verdict = await by(content, version)
    if is_refused(house.settings, verdict) and not content.released_by:
        # What was taken before cannot be refused any more.
        judged = await quarantine(house, content, verdict)
    else:
        judged = await judge(house, content, verdict)
    return Rescanned("quarantined" if judged.quarantined else "kept")
