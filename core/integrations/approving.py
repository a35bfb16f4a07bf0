"""What keeps an approval going: its message, its reminders, its escalation, its end. A step of the promise `Approval`.

Each step may be done again and again: messages have fixed client ids, the record changes by compare-and-set.
"""

from collections.abc import Callable
from contextlib import suppress

from msgspec.structs import replace

from parlour.core.chat.access import enter
from parlour.core.chat.change import change
from parlour.core.chat.current import current_one
from parlour.core.chat.send import Draft, compose
from parlour.core.clock import now
from parlour.core.errors import ParlourError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import ApprovalId, UserId
from parlour.core.integrations import approval_rules as rules
from parlour.core.later.sending import FINAL
from parlour.core.later.telling import gone, tell_soon
from parlour.core.model.approvals import ApprovalRecord
from parlour.core.model.audit import AuditAction
from parlour.core.model.chat import Access, Entry, Mentions
from parlour.core.model.promises import Due, DueRequest
from parlour.core.telemetry import log

TRIES = 20
"""Changes at once that a compare-and-set survives."""
Step = Callable[[ApprovalRecord], ApprovalRecord]
RESULTS: dict[str, str] = {
    "approved": "approved",
    "rejected": "rejected",
    "expired": "was not decided in time",
    "withdrawn": "is withdrawn",
}
NOTED: dict[str, AuditAction] = {
    "approved": "approval.approved",
    "rejected": "approval.rejected",
    "expired": "approval.expired",
    "withdrawn": "approval.withdrawn",
}


async def advance(house: House, request: DueRequest) -> Due:
    """Do what is due about an approval, and return what is next; again changes nothing.

    Raises:
        UnavailableError: trying again may help.
    """
    record = await house.approvals.get(ApprovalId(request.id))
    if record is None:
        return gone("approval", request)
    record = await _posted(house, record)
    at = now()
    due = rules.moved(record, at=at)
    if due is not record:
        await _say_what_is_due(house, record, due)
        record = await step(house, record, lambda known: rules.moved(known, at=at))
    record = await _shown(house, record)
    return Due(record.state, rules.told(record), rules.wake_of(record))


async def follow(house: House, record: ApprovalRecord) -> ApprovalRecord:
    """Let the message and the workflow follow a record's change; what does not succeed now, the workflow sees to."""
    with suppress(UnavailableError):
        record = await _shown(house, await _posted(house, record))
    tell_soon(house, rules.wake_of(record))
    return record


async def step(house: House, record: ApprovalRecord, change_it: Step) -> ApprovalRecord:
    """Change a record as it is by now; the very same record when that changes nothing.

    Raises:
        UnavailableError: others change it all the time.
    """
    for _ in range(TRIES):
        changed = change_it(record)
        if changed is record:
            return record
        changed = replace(changed, version=record.version + 1, changed_at=now())
        if await house.approvals.replace(record, changed):
            house.moved(f"approval/{record.id}")
            return changed
        record = await house.approvals.get(record.id) or record
    raise UnavailableError.of("MongoDB")


async def approvers(house: House, record: ApprovalRecord) -> set[UserId]:
    """Return everyone who may answer: groups are who is in them now. Never who asked."""
    groups = await house.groups.many(record.group_ids)
    called = {user_id for group in groups.values() for user_id in group.user_ids}
    return ({*record.user_ids} | called) - {record.asker_id}


async def _posted(house: House, record: ApprovalRecord) -> ApprovalRecord:
    """Send the message that asks, once; what cannot be sent any more is withdrawn."""
    if record.message_id is not None:
        return record
    try:
        sent = await _asking(house, record)
    except ParlourError as error:
        if error.status not in FINAL:
            raise
        log.warning("approval.not_sent", approval_id=record.id, code=error.code)
        return await step(house, record, lambda known: rules.withdrawn(known, by=None, at=now()))
    await house.approvals.posted(record.id, sent.id)
    shown_version = sent.approval.version if sent.approval else 0
    await house.approvals.shown(record.id, shown_version)
    return replace(record, message_id=sent.id, shown_version=shown_version)


async def _asking(house: House, record: ApprovalRecord) -> Entry:
    client_id = f"approval:{record.id}"
    if sent := await house.entries.by_client_id(record.channel_id, record.asker_id, client_id):
        return sent
    access = await enter(house, record.channel_id, record.asker_id)
    draft = Draft(text=record.text, client_id=client_id, confirm_everyone=True)
    entry, origin = await compose(house, record.asker_id, access, draft)
    entry = replace(
        entry,
        via="approval",
        actions=rules.BUTTONS,
        approval=rules.mark_of(record),
        mentions=_calling(entry.mentions or Mentions(), record),
    )
    return (await house.log.append(entry, origin)).entry


def _calling(mentions: Mentions, record: ApprovalRecord) -> Mentions:
    """Call everyone who is asked, whether or not the text names them."""
    return replace(
        mentions,
        user_ids=list(dict.fromkeys([*mentions.user_ids, *record.user_ids])),
        group_ids=list(dict.fromkeys([*mentions.group_ids, *record.group_ids])),
    )


async def _say_what_is_due(house: House, record: ApprovalRecord, due: ApprovalRecord) -> None:
    """Remind and ask others in the message's thread, before that is on record: so it is never forgotten."""
    if due.escalated_at and not record.escalated_at:
        called = await _handles(house, set(record.escalate_to))
        await _reply(house, record, "escalated", f"Nobody has decided yet. {called}: you are asked, too.")
    if due.reminders > record.reminders:
        called = await _handles(house, rules.silent(record, await approvers(house, record)))
        if called:
            await _reply(house, record, f"reminder{due.reminders}", f"{called}: this still waits for you.")


async def _shown(house: House, record: ApprovalRecord) -> ApprovalRecord:
    """Bring the message up to the record, and say in its thread how it ended."""
    if record.shown_version >= record.version:
        return record
    found = await house.entries.get(record.message_id) if record.message_id else None
    if found is not None:
        await _show_at(house, await current_one(house, found), record)
    if record.state != "open":
        await _note_end(house, record)
    await house.approvals.shown(record.id, record.version)
    return replace(record, shown_version=record.version)


async def _show_at(house: House, message: Entry, record: ApprovalRecord) -> None:
    if message.deleted_at:
        return
    await change(
        house,
        message,
        Access(record.channel_id, record.workspace_id),
        "approval.changed",
        by=record.asker_id,
        client_id=f"approval:{record.id}:{record.version}",
        approval=rules.mark_of(record),
    )
    called = await _handles(house, {record.asker_id})
    if record.state in ("approved", "rejected") and record.settled_by:
        words = f"{called} This is {RESULTS[record.state]}."
        await _reply(house, record, "settled", words, author=record.settled_by)
    elif record.state == "expired":
        # Nobody ended it: it is said in its asker's name, and calls them nevertheless (core/notify/wanted.py).
        await _reply(house, record, "settled", f"{called} This {RESULTS[record.state]}.")


async def _note_end(house: House, record: ApprovalRecord) -> None:
    await house.audit.note(
        record.workspace_id,
        record.settled_by,
        NOTED[record.state],
        record.id,
        f"An approval {RESULTS[record.state]}",
        once=f"approval:{record.id}:end",
    )


async def _reply(
    house: House, record: ApprovalRecord, what: str, text: str, *, author: UserId | None = None
) -> None:
    """Say something in the message's thread, once; who may not write there any more says nothing."""
    who, client_id = author or record.asker_id, f"approval:{record.id}:{what}"
    if await house.entries.by_client_id(record.channel_id, who, client_id):
        return
    draft = Draft(text=text, client_id=client_id, thread_root_id=record.message_id, confirm_everyone=True)
    try:
        entry, origin = await compose(house, who, await enter(house, record.channel_id, who), draft)
        await house.log.append(replace(entry, via="approval"), origin)
    except ParlourError as error:
        if error.status not in FINAL:
            raise
        log.info("approval.unsaid", approval_id=record.id, what=what, code=error.code)


async def _handles(house: House, user_ids: set[UserId]) -> str:
    people = await house.users.people(user_ids)
    return " ".join(sorted(f"@{person.handle}" for person in people.values()))
