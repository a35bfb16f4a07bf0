"""How an approval goes on: by answers and by time, in every order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parlour.core.errors import ConflictError
from parlour.core.ids import ApprovalId, ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.integrations import approval_rules as rules
from parlour.core.model.approvals import ApprovalRecord
from parlour.core.store.approvals import next_moment

BEGAN = datetime(2026, 3, 1, 9, tzinfo=UTC)
BEN, CLEO, DORA = UserId("ben"), UserId("cleo"), UserId("dora")


def after(hours: float) -> datetime:
    return BEGAN + timedelta(hours=hours)


def asked(**fields: Any) -> ApprovalRecord:
    given: dict[str, Any] = {"needed": 2, "rejections": 1, "deadline_at": after(48)} | fields
    return ApprovalRecord(
        id=ApprovalId("a"),
        workspace_id=WorkspaceId("w"),
        channel_id=ChannelId("c"),
        asker_id=UserId("ada"),
        text="May I?",
        user_ids=[BEN, CLEO],
        group_ids=[],
        created_at=BEGAN,
        changed_at=BEGAN,
        **given,
    )


def test_it_is_approved_by_as_many_as_are_needed() -> None:
    once = rules.answered(asked(), BEN, "approve", "fine", at=after(1))
    assert (once.state, once.answers[0].comment) == ("open", "fine")
    twice = rules.answered(once, CLEO, "approve", "", at=after(2))
    assert (twice.state, twice.settled_by, twice.settled_at) == ("approved", CLEO, after(2))


def test_it_is_rejected_by_as_many_as_may_reject_it() -> None:
    assert rules.answered(asked(), BEN, "reject", "", at=after(1)).state == "rejected"
    patient = rules.answered(asked(rejections=2), BEN, "reject", "", at=after(1))
    assert patient.state == "open"
    assert rules.answered(patient, CLEO, "reject", "", at=after(1)).state == "rejected"


def test_the_same_answer_again_changes_nothing_and_another_is_refused() -> None:
    once = rules.answered(asked(), BEN, "approve", "", at=after(1))
    assert rules.answered(once, BEN, "approve", "again", at=after(2)) is once
    with pytest.raises(ConflictError) as refused:
        rules.answered(once, BEN, "reject", "", at=after(2))
    assert refused.value.code == "answered_already"


def test_an_answer_that_comes_too_late_is_refused_with_words() -> None:
    done = rules.answered(asked(needed=1), BEN, "approve", "", at=after(1))
    for record, at in (
        (done, after(2)),
        (asked(), after(48)),
        (rules.moved(asked(), at=after(49)), after(50)),
    ):
        with pytest.raises(ConflictError) as refused:
            rules.answered(record, CLEO, "reject", "", at=at)
        assert refused.value.code == "approval_over"
        assert "too late" in refused.value.detail


def test_time_ends_it_at_its_deadline() -> None:
    record = asked()
    assert rules.moved(record, at=after(47)) is record
    over = rules.moved(record, at=after(50))
    assert (over.state, over.settled_at, over.settled_by) == ("expired", after(48), None)
    assert rules.moved(over, at=after(60)) is over


def test_it_is_escalated_once_and_the_deadline_stays() -> None:
    record = asked(escalate_at=after(4), escalate_to=[DORA])
    assert next_moment(record) == after(4)
    escalated = rules.moved(record, at=after(4))
    assert (escalated.escalated_at is not None, escalated.user_ids) == (True, [BEN, CLEO, DORA])
    assert next_moment(escalated) == after(48)
    assert rules.moved(escalated, at=after(5)) is escalated


def test_reminders_keep_their_beat_and_what_was_missed_comes_once() -> None:
    record = asked(remind_every=3600, remind_at=after(1))
    first = rules.moved(record, at=after(1))
    assert (first.reminders, first.remind_at) == (1, after(2))
    late = rules.moved(first, at=after(7.5))
    assert (late.reminders, late.remind_at) == (2, after(8))
    assert rules.silent(late, [BEN, CLEO]) == {BEN, CLEO}


def test_it_is_withdrawn_once_and_not_after_its_end() -> None:
    gone = rules.withdrawn(asked(), by=UserId("ada"), at=after(1))
    assert gone.state == "withdrawn"
    assert rules.withdrawn(gone, by=UserId("ada"), at=after(2)) is gone
    done = rules.answered(asked(needed=1), BEN, "approve", "", at=after(1))
    with pytest.raises(ConflictError):
        rules.withdrawn(done, by=UserId("ada"), at=after(2))


def test_what_is_not_shown_yet_is_due_at_once() -> None:
    record = asked()
    assert rules.wake_of(record).due_at == BEGAN
    seen = asked(message_id=EntryId("m"), shown_version=1)
    assert (rules.wake_of(seen).due_at, rules.wake_of(seen).over) == (after(48), False)
    ended = rules.moved(seen, at=after(48))
    assert rules.wake_of(ended).over, "its message shows this version"
