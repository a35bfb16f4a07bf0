"""How an approval goes on: by answers, by time, by withdrawal. Nothing here looks anything up or stores anything."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import asdict, replace

from parlour.core.errors import ConflictError
from parlour.core.ids import UserId
from parlour.core.later.zones import in_words
from parlour.core.model.actions import (
    ApprovalAnswer,
    ApprovalMark,
    ApprovalState,
    Decision,
    MessageAction,
)
from parlour.core.model.approvals import Approval, ApprovalRecord
from parlour.core.model.chat import WorkflowLink
from parlour.core.model.promises import Wake
from parlour.core.store.approvals import next_moment

BUTTONS = [
    MessageAction(id="approve", label="Approve", style="primary"),
    MessageAction(id="reject", label="Reject", style="danger"),
]
SOON = timedelta(seconds=1)
"""Clocks differ: what is due within it is due."""
ENDS: dict[ApprovalState, str] = {
    "approved": "It was approved",
    "rejected": "It was rejected",
    "expired": "Its time was over",
    "withdrawn": "It was withdrawn",
}


def answered(
    record: ApprovalRecord, who: UserId, decision: Decision, comment: str, *, at: datetime
) -> ApprovalRecord:
    """Return an approval after an answer; the same answer of the same person again changes nothing.

    Raises:
        ConflictError: `answered_already` differently, or `approval_over`: the answer came too late.
    """
    earlier = next((answer for answer in record.answers if answer.user_id == who), None)
    if earlier and earlier.decision == decision:
        return record
    if record.state != "open":
        when = in_words(record.settled_at or record.changed_at, "UTC")
        raise ConflictError("approval_over", f"{ENDS[record.state]} on {when}: an answer comes too late now.")
    if at >= record.deadline_at:
        when = in_words(record.deadline_at, "UTC")
        raise ConflictError("approval_over", f"The time to answer was over on {when}: it comes too late now.")
    if earlier:
        raise ConflictError("answered_already", f"You have answered already: {earlier.decision}.")
    given = ApprovalAnswer(user_id=who, decision=decision, at=at, comment=comment)
    return _settled_by_answers(replace(record, answers=[*record.answers, given]), who, at)


def _settled_by_answers(record: ApprovalRecord, who: UserId, at: datetime) -> ApprovalRecord:
    said = [answer.decision for answer in record.answers]
    if said.count("approve") >= record.needed:
        return _settled(record, "approved", at, by=who)
    if said.count("reject") >= record.rejections:
        return _settled(record, "rejected", at, by=who)
    return record


def withdrawn(record: ApprovalRecord, *, by: UserId | None, at: datetime) -> ApprovalRecord:
    """Return an approval after its withdrawal; withdrawn again it stays the same.

    Raises:
        ConflictError: `approval_over`: it has ended otherwise.
    """
    if record.state == "withdrawn":
        return record
    if record.state != "open":
        raise ConflictError(
            "approval_over", f"{ENDS[record.state]} already: it cannot be withdrawn any more."
        )
    return _settled(record, "withdrawn", at, by=by)


def moved(record: ApprovalRecord, *, at: datetime) -> ApprovalRecord:
    """Return an approval as time makes it: people reminded, others asked too, ended; the same if nothing is due."""
    at += SOON
    if record.state != "open":
        return record
    if at >= record.deadline_at:
        return _settled(record, "expired", record.deadline_at, by=None)
    if record.escalate_at and not record.escalated_at and at >= record.escalate_at:
        asked = list(dict.fromkeys([*record.user_ids, *record.escalate_to]))
        record = replace(record, escalated_at=at, user_ids=asked)
    if record.remind_every and record.remind_at and at >= record.remind_at:
        missed = (at - record.remind_at) // timedelta(seconds=record.remind_every)
        following = record.remind_at + timedelta(seconds=record.remind_every) * (missed + 1)
        record = replace(record, reminders=record.reminders + 1, remind_at=following)
    return record


def _settled(
    record: ApprovalRecord, state: ApprovalState, at: datetime, *, by: UserId | None
) -> ApprovalRecord:
    return replace(record, state=state, settled_at=at, settled_by=by, remind_at=None)


def silent(record: ApprovalRecord, approvers: Iterable[UserId]) -> set[UserId]:
    """Return those of the approvers who have not answered."""
    return set(approvers) - {answer.user_id for answer in record.answers}


def wake_of(record: ApprovalRecord) -> Wake:
    """Return what the promise behind an approval has to know. What is not shown yet, is due at once."""
    is_shown = record.message_id is not None and record.shown_version >= record.version
    is_open = record.state == "open"
    due_at = next_moment(record) if is_open and is_shown else record.changed_at
    return Wake(
        kind="approval",
        id=record.id,
        workspace_id=record.workspace_id,
        version=record.version,
        due_at=due_at,
        words=in_words(due_at, "UTC"),
        over=is_shown and not is_open,
    )


def mark_of(record: ApprovalRecord) -> ApprovalMark:
    """Return an approval as its message shows it."""
    return ApprovalMark(
        id=record.id,
        version=record.version,
        state=record.state,
        needed=record.needed,
        rejections=record.rejections,
        deadline_at=record.deadline_at,
        user_ids=record.user_ids,
        group_ids=record.group_ids,
        escalated=record.escalated_at is not None,
        answers=record.answers,
        settled_at=record.settled_at,
    )


def shown(record: ApprovalRecord, workflow: WorkflowLink | None = None) -> Approval:
    """Return an approval as those see it who are in its channel."""
    plain = asdict(record)
    known = {name: plain[name] for name in Approval.__struct_fields__ if name in plain}
    return Approval(**known, told=told(record), workflow=workflow)


def told(record: ApprovalRecord) -> str:
    """Return in words how an approval stands."""
    if record.state != "open":
        return f"{ENDS[record.state]} on {in_words(record.settled_at or record.changed_at, 'UTC')}."
    yes = sum(answer.decision == "approve" for answer in record.answers)
    until = in_words(record.deadline_at, "UTC")
    return f"Waits until {until}: {yes} of {record.needed} approvals so far."
