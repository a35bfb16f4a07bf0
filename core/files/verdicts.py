"""What a verdict means for a content and for every file of it: served, held, or refused.

May be done again at any moment: what is not clean is served no more from the first step on, and each further step
changes nothing when it is repeated.
"""

from msgspec.structs import replace

from parlour.core.files.moving import move_file, standing
from parlour.core.files.telling import shown
from parlour.core.house import House
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.audit import AuditAction
from parlour.core.model.file_promises import IntakeStep
from parlour.core.model.files import CLEAN, Content, FileRecord, FileState, Verdict, VerdictResult
from parlour.core.search.file_index import index_file
from parlour.core.settings import Settings
from parlour.core.telemetry import log
from parlour.core.webhooks.feed import feed_file

QUARANTINED = "file.quarantined"
SERVED: tuple[FileState, ...] = ("scanning", *CLEAN)
WHY: dict[VerdictResult, str] = {
    "infected": "A virus was found in this file.",
    "too_large": "This file is larger than the virus scanner takes (scan_max_bytes).",
    "encrypted": "This file is encrypted, so the virus scanner cannot look into it.",
    "limits": "This file is packed so that the virus scanner cannot look into all of it.",
}
HELD = "An owner of the workspace decides what becomes of it."


async def judge(house: House, content: Content, verdict: Verdict) -> Content:
    """Put a verdict on record and act on it: every file of a content that may not be seen goes to quarantine.

    What an owner released stays released. Return the content as it is then.

    Raises:
        UnavailableError: the file store does not answer; the content is served no more, and all is to be done again.
    """
    if content.released_by or verdict.result == "clean" or is_refused(house.settings, verdict):
        return await house.contents.change(content.id, verdict=verdict) or content
    return await quarantine(house, content, verdict)


def is_refused(settings: Settings, verdict: Verdict) -> bool:
    """Whether a file of this verdict is not taken at all, by what the operator chose."""
    if verdict.result == "too_large":
        return settings.scan_too_large == "refuse"
    return verdict.result in ("encrypted", "limits") and settings.scan_unreadable == "refuse"


async def quarantine(house: House, content: Content, verdict: Verdict) -> Content:
    """Move a content to quarantine, and every file of it."""
    served_no_more = await house.contents.change(content.id, verdict=verdict, quarantined=True)
    content = await _put_away(house, served_no_more or content)
    for record in await house.files.of_content(content.id):
        await _withdraw(house, record, content)
    return content


async def settle(house: House, record: FileRecord, content: Content) -> IntakeStep:
    """Let a file that is being scanned follow the verdict on its content."""
    verdict = content.verdict
    if content.quarantined:
        await _withdraw(house, record, content)
        return standing(await house.files.get(record.id))
    if verdict and is_refused(house.settings, verdict) and not content.released_by:
        # Without a file the content is not kept.
        why = WHY[verdict.result]
        changed = await move_file(
            house, record.id, states=("scanning",), state="failed", detail=why, waiting=False, content_id=None
        )
    else:
        changed = await move_file(
            house,
            record.id,
            states=("scanning",),
            content=content,
            state="processing",
            waiting=False,
            detail="",
        )
    return standing(changed or await house.files.get(record.id))


def quarantine_key(key: str) -> str:
    """Return where a content lies in quarantine."""
    return f"quarantine/{key.rpartition('/')[2]}"


async def _put_away(house: House, content: Content) -> Content:
    """Move the object, and delete what was made of it while it was thought clean."""
    key = quarantine_key(content.key)
    if content.key != key:
        await house.objects.move(content.key, key)
    await house.objects.delete([rendition.key for rendition in content.renditions])
    await house.file_texts.remove(content.id)
    return await house.contents.change(content.id, key=key, renditions=[], processed=False) or content


async def _withdraw(house: House, record: FileRecord, content: Content) -> None:
    """Take a file out of sight; its uploader and the owners are told, and it is on record."""
    if record.state not in SERVED or content.verdict is None:
        return
    is_virus = content.verdict.result == "infected"
    action: AuditAction = "file.quarantined" if is_virus else "file.held"
    words = " ".join((WHY[content.verdict.result], *(() if is_virus else (HELD,))))
    found = f"“{record.name}”. {WHY[content.verdict.result]} {content.verdict.found}".strip()
    once = f"{action}/{record.id}/{content.verdict.at.isoformat()}"
    await house.audit.note(record.workspace_id, None, action, record.id, found, once=once)
    # Before it is done, since it is done only once: a worker that dies in between comes here again.
    await feed_file(house, replace(record, state="quarantined"))
    changed = await move_file(
        house, record.id, states=SERVED, content=content, state="quarantined", detail=words, waiting=False
    )
    if changed:
        log.warning(action, file_id=record.id, content_id=content.id, found=content.verdict.found)
        await index_file(house, changed)
        await _alarm(house, changed, content)


async def _alarm(house: House, record: FileRecord, content: Content) -> None:
    """Tell the open devices of its uploader and of who judges files."""
    judges = await house.workspaces.holders(record.workspace_id, "file.judge")
    told = packet(QUARANTINED, {"file": shown(record, content)})
    for person in {record.uploader_id, *judges}:
        house.live.publish(Live(user_topic(person), QUARANTINED, told))
