"""Reading a time from words: "in 20 minutes", "tomorrow 9:00", "every Monday 9:00", "on 3 December at 14:00".

Recurrences are read here, moments by dateparser, which is told to be plain: English, the future, no guesses.
"""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import dateparser
from msgspec import Struct
from msgspec.structs import replace

from parlour.core.errors import InvalidError
from parlour.core.later.recurrence import INTERVAL_MAX, WEEKDAYS, first_from, next_after
from parlour.core.later.zones import moment, wall_clock
from parlour.core.model.later import Every, Recurrence, Weekday

EXAMPLES = (
    '"in 20 minutes", "tomorrow 9:00", "on 3 December at 14:00", "every Monday 9:00", "every weekday at 8:30"'
)
LONGEST = 100
MORNING = time(9)
"""What a day without a time means."""

SHORT_DAYS: dict[str, Weekday] = {day[:3]: day for day in WEEKDAYS} | {
    "tues": "tuesday",
    "weds": "wednesday",
    "thur": "thursday",
    "thurs": "thursday",
}
DAY = rf"(?:{'|'.join([*WEEKDAYS, *sorted(SHORT_DAYS, key=len, reverse=True)])})s?"
EVERY = re.compile(
    rf"""every \s+
    (?: (?P<interval> \d{{1,3}} | other | second) \s+ )?
    (?P<unit> weekdays? | days? | weeks? | months? | years? | morning | {DAY} )
    (?P<more> (?: (?: \s*,\s* (?:and\s+)? | \s+and\s+ ) {DAY} )* )
    (?: \s+ on \s+ (?P<on> {DAY} (?: (?: \s*,\s* (?:and\s+)? | \s+and\s+ ) {DAY} )* ) )?
    (?: \s+ on \s+ the \s+ (?P<day> \d{{1,2}} ) (?:st|nd|rd|th)? )?
    (?: \s+ (?P<rest> .+ ) )?""",
    re.VERBOSE,
)
DAILY = {"daily": "every day", "weekly": "every week", "monthly": "every month", "yearly": "every year"}
WORDS = {
    r"\bhalf an hour\b": "30 minutes",
    r"\ban? quarter of an hour\b": "15 minutes",
    r"\b(?:at )?midday\b": "12:00",
    r"\b(?:at )?midnight\b": "00:00",
    r"\btonight\b": "today 20:00",
    r"\bthis evening\b": "today 18:00",
    r"\b(?:in the )?morning\b": "9:00",
    r"\b(?:in the )?afternoon\b": "14:00",
    r"\b(?:in the )?evening\b": "18:00",
    r"\bat (\d{1,2})(?![\d:.apm]|\s*[ap]m)": r"at \1:00",
    r"\b(\d{1,2})\.(\d{2})\b(?!\.)": r"\1:\2",
}
CLOCKED_SPAN = re.compile(r"\b(?:hours?|minutes?|seconds?|\d+\s*(?:secs?|mins?|hrs?|[smh]))\b")
SPAN = re.compile(rf"^in\b|\bfrom now$|{CLOCKED_SPAN.pattern}")
CLOCK = re.compile(r"\d{1,2}:\d{2}|\d\s*[ap]\.?m\b|\bnoon\b|\d{2}T\d{2}", re.IGNORECASE)
NUMBERS_ONLY = re.compile(r"\d{1,4}")
AMBIGUOUS = re.compile(r"\b\d{1,2}/\d{1,2}\b")


class Told(Struct, frozen=True, kw_only=True):
    """What words say: the first moment in UTC and, if it recurs, how, and the wall clock it begins with."""

    at: datetime
    recurrence: Recurrence | None = None
    starts: datetime | None = None


def read_when(words: str, *, now: datetime, zone: ZoneInfo) -> Told:
    """Return the time that `words` tell to someone in `zone`, seen from the moment `now`.

    Raises:
        InvalidError: `time_not_understood`, with examples of what is.
    """
    now, text = now.astimezone(UTC), " ".join(words.lower().split())
    text = DAILY.get(text.split(" ")[0], text.split(" ")[0]) + text[len(text.split(" ")[0]) :]
    if not text or len(text) > LONGEST:
        raise _unclear(words)
    if text.startswith("every "):
        return _recurring(text, words, now, zone)
    return Told(at=_once(text, words, now, zone))


def _once(text: str, words: str, now: datetime, zone: ZoneInfo) -> datetime:
    present = wall_clock(now, zone)
    found = _wall(text, present)
    if found is None:
        raise _unclear(words)
    if found.tzinfo is not None:
        return found
    # Spans are of real time: "in 2 hours" is two hours on, also across a change of the clocks.
    return now + (found - present) if CLOCKED_SPAN.search(text) else moment(found, zone)


def _wall(text: str, present: datetime) -> datetime | None:
    if NUMBERS_ONLY.fullmatch(text.removeprefix("in ").removeprefix("on ")) or AMBIGUOUS.search(text):
        return None
    for pattern, meaning in WORDS.items():
        text = re.sub(pattern, meaning, text)
    found: datetime | None = dateparser.parse(
        text,
        languages=["en"],
        settings={"RELATIVE_BASE": present, "PREFER_DATES_FROM": "future"},
    )
    if found is not None and not SPAN.search(text) and not CLOCK.search(text):
        return datetime.combine(found.date(), MORNING, found.tzinfo)
    return found


def _recurring(text: str, words: str, now: datetime, zone: ZoneInfo) -> Told:
    match = EVERY.fullmatch(text)
    if match is None:
        raise _unclear(words)
    recurrence = _recurrence(match)
    if recurrence is None:
        raise _unclear(words)
    begins = _begins(match, recurrence.every, words, wall_clock(now, zone))
    if recurrence.every in ("day", "week") and moment(begins, zone) <= now:
        begins += timedelta(days=1)
    # "Every 2 weeks on Monday" begins with the next Monday.
    starts = first_from(replace(recurrence, interval=1), begins)
    at = moment(starts, zone)
    if at <= now:
        at = next_after(recurrence, starts=starts, after=now, zone=zone)
    return Told(at=at, recurrence=recurrence, starts=starts)


def _recurrence(match: re.Match[str]) -> Recurrence | None:
    given = match["interval"] or "1"
    interval = 2 if given in ("other", "second") else int(given)
    unit, days = match["unit"], _days(match["more"] or "") + _days(match["on"] or "")
    if unit.startswith("weekday"):
        every, days = "week", list(WEEKDAYS[:5])
    elif named := _days(unit):
        every, days = "week", named + days
    else:
        every = "day" if unit == "morning" else unit.removesuffix("s")
    if not 1 <= interval <= INTERVAL_MAX or (days and every != "week"):
        return None
    in_order = sorted(set(days), key=WEEKDAYS.index)
    return Recurrence(every=_unit(every), interval=interval, weekdays=in_order)


def _unit(text: str) -> Every:
    units: dict[str, Every] = {"day": "day", "week": "week", "month": "month", "year": "year"}
    return units[text]


def _days(text: str) -> list[Weekday]:
    names = re.findall(r"[a-z]+", text)
    full: dict[str, Weekday] = {day: day for day in WEEKDAYS} | SHORT_DAYS
    return [full[n] if n in full else full[n[:-1]] for n in names if n in full or n[:-1] in full]


def _begins(match: re.Match[str], every: Every, words: str, present: datetime) -> datetime:
    """Return the wall clock from which the series is counted: today, or the date that is named."""
    rest, day = match["rest"] or "", match["day"]
    if every == "year" and rest:
        found = _wall(rest.removeprefix("on "), present)
        if found is None:
            raise _unclear(words)
        return found
    at = _time_of(rest, words, present)
    if day is None or every != "month":
        return datetime.combine(present.date(), at)
    if not 1 <= int(day) <= 31:
        raise _unclear(words)
    # A month with 31 days, this one or the one before, so that the day exists; it is found again by the rule.
    month = present.month if present.month in (1, 3, 5, 7, 8, 10, 12) else present.month - 1
    return datetime.combine(present.date().replace(month=month, day=int(day)), at)


def _time_of(rest: str, words: str, present: datetime) -> time:
    if not rest:
        return MORNING
    for pattern, meaning in WORDS.items():
        rest = re.sub(pattern, meaning, rest)
    clock = rest.removeprefix("at ")
    if not (CLOCK.search(clock) and re.fullmatch(r"(?:\d{1,2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?|noon)", clock)):
        raise _unclear(words)
    found = _wall(clock, present)
    if found is None:
        raise _unclear(words)
    return found.time()


def _unclear(words: str) -> InvalidError:
    shown = words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
    return InvalidError.field(
        "when", f"“{shown}” is not a time Parlour understands. Try {EXAMPLES}.", "time_not_understood"
    )
