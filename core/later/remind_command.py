"""`/remind`: a reminder told in one line, as `/remind me to call Ben in 20 minutes`."""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from parlour.core.chat.command_registry import Called, Commands, Outcome
from parlour.core.clock import now
from parlour.core.errors import InvalidError
from parlour.core.later.recurrence import recurrence_in_words
from parlour.core.later.reminders import NewReminder, remind
from parlour.core.later.when import read_when
from parlour.core.later.zones import in_words, zone_of
from parlour.core.model.later import Reminder

commands = Commands()
WHOM = re.compile(r"(me|here|(?:this )?channel)\b\s*", re.IGNORECASE)
LINK = re.compile(r"^(?:to|that|about|of)\s+", re.IGNORECASE)
QUOTED = re.compile(r"[\"“](?P<text>.+)[\"”]\s*(?P<when>.*)", re.DOTALL)
BEGINS_A_TIME = re.compile(
    r"(?:in|at|on|every|next|this|today|tomorrow|tonight|daily|weekly|monthly|noon|midnight|\d"
    r"|mon|tue|wed|thu|fri|sat|sun)",
    re.IGNORECASE,
)
USAGE = "Write it so: /remind me to call Ben in 20 minutes, or /remind here standup every weekday at 9:30"


@commands.add("remind", "me|here what when", "Remind you, or this channel: /remind me to stretch in 1 hour")
async def remind_by_words(called: Called) -> Outcome:
    """Make a reminder."""
    whom = WHOM.match(called.words)
    words = called.words[whom.end() :] if whom else called.words
    zone = await zone_of(called.house, called.user_id)
    text, when = split(words.strip(), now=now(), zone=zone)
    is_for_me = whom is None or whom[1].lower() == "me"
    given = NewReminder(text=text, when=when, channel_id=None if is_for_me else called.channel_id)
    made = await remind(called.house, called.user_id, called.workspace_id, given)
    return Outcome(notice=_told(made))


def split(words: str, *, now: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Return what to remind of and when, wherever in the words the time stands.

    Raises:
        InvalidError: `time_not_understood`, or no text is left.
    """
    quoted = QUOTED.fullmatch(LINK.sub("", words))
    candidates = [(quoted["text"], quoted["when"])] if quoted else _candidates(words)
    for text, when in candidates:
        shown = LINK.sub("", text.strip())
        if shown and _is_time(when, now, zone):
            return shown, when
    raise InvalidError.field("text", USAGE, "time_not_understood")


def _candidates(words: str) -> Iterator[tuple[str, str]]:
    """Return ways to part words: the longest time at the end, then the longest at the beginning."""
    parts = words.split(" ")
    for i in range(1, len(parts)):
        if BEGINS_A_TIME.match(parts[i]):
            yield " ".join(parts[:i]), " ".join(parts[i:])
    if BEGINS_A_TIME.match(words):
        for i in range(len(parts) - 1, 0, -1):
            yield " ".join(parts[i:]), " ".join(parts[:i])


def _is_time(when: str, now: datetime, zone: ZoneInfo) -> bool:
    try:
        return read_when(when, now=now, zone=zone).at > now
    except InvalidError:
        return False


def _told(made: Reminder) -> str:
    at = in_words(made.due_at, made.timezone) if made.due_at else ""
    often = f", {recurrence_in_words(made.recurrence)}" if made.recurrence else ""
    whom = "this channel" if made.channel_id else "you"
    return f"Parlour will remind {whom} of “{made.text}” at {at}{often}."
