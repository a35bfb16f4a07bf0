"""Why somebody was not told of a message, in words: of each reason the plainest."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.model.chat import MESSAGE, REPLY, Entry, Mentions
from parlour.core.notify.reasons import Case, why_not
from parlour.core.store.channels import Membership, Preferred

SENT = datetime(2026, 11, 21, 9, tzinfo=UTC)
BEN, ADA = UserId("ben"), UserId("ada")
MESSAGE_OF_ADA = Entry(
    id=EntryId("m"), channel_id=ChannelId("c"), seq=7, n=5, kind=MESSAGE, author_id=ADA, created_at=SENT
)
MEMBER = Membership(
    channel_id=ChannelId("c"),
    workspace_id=WorkspaceId("w"),
    user_id=BEN,
    joined_at=SENT - timedelta(days=1),
    read_n=4,
)
CASE = Case(message=MESSAGE_OF_ADA, member=MEMBER, level="mentions", place="#general", is_settled=True)
CALLED = replace(MESSAGE_OF_ADA, mentions=Mentions(user_ids=[BEN]))
MUTED = Preferred(at=SENT - timedelta(hours=1), muted=True)


def member(**fields: object) -> Membership:
    return replace(MEMBER, **fields)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (CASE, "wants mentions only in #general"),
        (replace(CASE, member=member(user_id=ADA)), "wrote it"),
        (replace(CASE, member=member(joined_at=SENT + timedelta(seconds=1))), "joined after it was sent"),
        (replace(CASE, is_settled=False), "not routed yet: delivery is about to look at it"),
        (replace(CASE, kept=90), "no longer on record, 90 days on"),
        (replace(CASE, member=member(muted=True), message=CALLED), "muted #general"),
        (
            replace(CASE, member=member(preferred=[MUTED, Preferred(at=SENT + timedelta(hours=1))])),
            "muted #general then; has changed it since",
        ),
        (replace(CASE, level="nothing"), "wants nothing of #general"),
        (replace(CASE, level="nothing", member=member(notify="mentions")), "wants mentions only in #general"),
        (replace(CASE, message=replace(MESSAGE_OF_ADA, kind=REPLY)), "does not follow the thread"),
        (
            replace(CASE, message=replace(MESSAGE_OF_ADA, kind=REPLY), follows=True),
            "did not follow the thread then",
        ),
        (replace(CASE, message=CALLED, member=member(read_n=5)), "had read it before anything was due"),
        (replace(CASE, message=CALLED, member=member(read_n=5), knows_read=False), "nothing was due"),
        (
            replace(CASE, message=replace(CALLED, edited_at=SENT)),
            "called by an edit only, which notifies nobody",
        ),
        (
            replace(CASE, message=replace(MESSAGE_OF_ADA, mentions=Mentions(here=True))),
            "was not here when @here was called",
        ),
        (replace(CASE, in_called_group=True), "was not called by it then"),
        (replace(CASE, member=member(notify="all", read_n=5)), "had read it before anything was due"),
        (replace(CASE, level="all"), "did not want it then"),
    ],
)
def test_the_reason_is_the_plainest_one(case: Case, words: str) -> None:
    assert why_not(case, to_them=False) == words


def test_to_oneself_it_is_said_as_you() -> None:
    assert why_not(CASE, to_them=True) == "you want mentions only in #general"
    assert why_not(replace(CASE, level="all"), to_them=True) == "you did not want it then"


def test_what_is_further_back_than_the_record_counts_as_its_first_line() -> None:
    first = Preferred(at=SENT + timedelta(days=1), notify="all")
    assert member(preferred=[first]).preferred_at(SENT) == first
