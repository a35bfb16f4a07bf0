"""Why someone was, or was not, to be told of a message, in words: to themselves ("you …") or to others."""

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct

from parlour.core.model.chat import REPLY, Entry, Notify
from parlour.core.model.notifications import Level, NotificationKind
from parlour.core.notify.wanted import is_for_author
from parlour.core.store.channels import Membership
from parlour.core.store.notifications import Row

Wish = Literal["muted", "nothing", "mentions", "all"]


class Voice(Struct, frozen=True):
    """A reason as it is told of someone, and to themselves; `…_then`: of a time since which they changed it."""

    of_them: str
    to_them: str
    of_them_then: str = ""
    to_them_then: str = ""


WISHES: Mapping[Wish, Voice] = {
    "muted": Voice(
        "muted {place}",
        "you muted {place}",
        "muted {place} then; has changed it since",
        "you had muted {place} then; you have changed it since",
    ),
    "nothing": Voice(
        "wants nothing of {place}",
        "you want nothing of {place}",
        "wanted nothing of {place} then; has changed it since",
        "you wanted nothing of {place} then; you have changed it since",
    ),
    "mentions": Voice(
        "wants mentions only in {place}",
        "you want mentions only in {place}",
        "wanted mentions only in {place} then; has changed it since",
        "you wanted mentions only in {place} then; you have changed it since",
    ),
}
WROTE_IT = Voice("wrote it", "you wrote it")
JOINED_AFTER = Voice("joined after it was sent", "you joined after it was sent")
LEFT_BEFORE = Voice("left before", "you left before")
UNROUTED = Voice(
    "not routed yet: delivery is about to look at it", "not routed yet: delivery is about to look at it"
)
FORGOTTEN = Voice("no longer on record, {kept} days on", "no longer on record, {kept} days on")
NO_FOLLOWER = Voice("does not follow the thread", "you do not follow the thread")
FOLLOWED_LATER = Voice("did not follow the thread then", "you did not follow the thread then")
NOT_HERE = Voice("was not here when @here was called", "you were not here when @here was called")
READ_BEFORE = Voice("had read it before anything was due", "you had read it before anything was due")
BY_EDIT = Voice(
    "called by an edit only, which notifies nobody", "called by an edit only, which notifies nobody"
)
CALLED_LATER = Voice("was not called by it then", "you were not called by it then")
NOTHING_DUE = Voice("nothing was due", "nothing was due")
NOTHING_FOR_THEM = Voice("did not want it then", "you did not want it then")

KINDS_OF_OTHERS: Mapping[NotificationKind, str] = {
    "mention": "was mentioned",
    "direct": "was written to directly",
    "thread": "follows the thread",
    "keyword": "listens for a word in it",
    "channel": "wants everything in {place}",
}
"""What others learn of why someone wanted a message; of the kinds that are not here, what is on record. Which
keyword it was is nobody else's affair."""


class Case(Struct, frozen=True, kw_only=True):
    """A member, and a message of which nothing is on record for them.

    `level` is what they want of channels of which they said nothing; `follows` its thread; `kept` are the days for
    which notifications are on record, if they are over for it; `knows_read`: whoever asks may learn what they read.
    """

    message: Entry
    member: Membership
    level: Level
    place: str
    is_direct: bool = False
    is_settled: bool
    follows: bool = False
    in_called_group: bool = False
    knows_read: bool = True
    kept: int | None = None

    @property
    def is_called(self) -> bool:
        """Whether the message concerned them, whatever they want of the channel."""
        called = self.message.mentions
        by_name = bool(called and (called.channel or self.member.user_id in called.user_ids))
        return by_name or self.is_direct or self.in_called_group

    @property
    def is_reply(self) -> bool:
        """Whether it lives in its thread alone."""
        return self.message.kind == REPLY

    @property
    def was_read(self) -> bool:
        """Whether they have read it, as far as whoever asks may know."""
        return self.knows_read and not self.is_reply and self.member.read_n >= self.message.n

    @property
    def wish_then(self) -> Wish:
        """What they wanted of the channel when it was sent."""
        said = self.member.preferred_at(self.message.created_at)
        return _wish(said.notify, self.level, is_muted=said.muted)

    @property
    def wish_now(self) -> Wish:
        """What they want of it now."""
        return _wish(self.member.notify, self.level, is_muted=self.member.muted)


Check = Callable[[Case], Voice | None]


def why_not(case: Case, *, to_them: bool) -> str:
    """Return why someone was not to be told of a message, the plainest reason first."""
    voice = next((said for check in CHECKS if (said := check(case))), NOTHING_FOR_THEM)
    words = voice.to_them if to_them else voice.of_them
    return words.format(place=case.place, kept=case.kept)


def left_before(*, to_them: bool) -> str:
    """Return the reason of someone who left the channel before delivery looked at the message."""
    return LEFT_BEFORE.to_them if to_them else LEFT_BEFORE.of_them


def why(row: Row, place: str, *, to_them: bool) -> str:
    """Return why someone was to be told of a message."""
    return row.why if to_them else KINDS_OF_OTHERS.get(row.kind, row.why).format(place=place)


def _wish(notify: Notify, level: Level, *, is_muted: bool) -> Wish:
    if is_muted:
        return "muted"
    return level if notify == "default" else notify


def _by_facts(case: Case) -> Voice | None:
    if case.member.user_id == case.message.author_id and not is_for_author(case.message):
        return WROTE_IT
    if case.member.joined_at > case.message.created_at:
        return JOINED_AFTER
    if not case.is_settled:
        return UNROUTED
    return FORGOTTEN if case.kept is not None else None


def _by_refusal(case: Case) -> Voice | None:
    return _of_wish(case) if case.wish_then in ("muted", "nothing") else None


def _by_thread(case: Case) -> Voice | None:
    if not case.is_reply or case.is_called:
        return None
    return FOLLOWED_LATER if case.follows else NO_FOLLOWER


def _by_reading(case: Case) -> Voice | None:
    return READ_BEFORE if case.was_read and (case.is_called or case.wish_then == "all") else None


def _by_call(case: Case) -> Voice | None:
    if case.is_called and not case.knows_read:
        return NOTHING_DUE
    if case.is_called:
        return BY_EDIT if case.message.edited_at else CALLED_LATER
    called = case.message.mentions
    return NOT_HERE if called and called.here and case.wish_then == "mentions" else None


def _by_wish(case: Case) -> Voice | None:
    return _of_wish(case) if case.wish_then == "mentions" else None


def _of_wish(case: Case) -> Voice:
    voice = WISHES[case.wish_then]
    if case.wish_now == case.wish_then:
        return voice
    return Voice(voice.of_them_then, voice.to_them_then)


CHECKS: tuple[Check, ...] = (_by_facts, _by_refusal, _by_thread, _by_reading, _by_call, _by_wish)
