"""When something that recurs happens next: on the wall clock of its time zone, whatever daylight saving does."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dateutil import rrule

from parlour.core.errors import InvalidError
from parlour.core.later.zones import moment, wall_clock
from parlour.core.model.later import Recurrence, Weekday

WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
FREQUENCIES = {"day": rrule.DAILY, "week": rrule.WEEKLY, "month": rrule.MONTHLY, "year": rrule.YEARLY}
ALL_MONTHS_HAVE = 28
INTERVAL_MAX = 100


def checked_recurrence(given: Recurrence) -> Recurrence:
    """Return a recurrence that can be computed.

    Raises:
        InvalidError: an interval out of bounds, or weekdays of something else than weeks.
    """
    if not 1 <= given.interval <= INTERVAL_MAX:
        raise InvalidError.field("recurrence.interval", f"interval is between 1 and {INTERVAL_MAX}.")
    if given.weekdays and given.every != "week":
        raise InvalidError.field("recurrence.weekdays", "Only weeks have weekdays.")
    return given


def next_after(recurrence: Recurrence, *, starts: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first time behind `after`, in UTC. `starts` is the wall clock that the series begins with.

    A day that a month lacks is its last one.
    """
    rule = _rule(recurrence, starts)
    reference = wall_clock(after, zone)
    while True:
        reference = rule.after(reference)
        found = moment(reference, zone)
        if found > after:
            return found


def first_from(recurrence: Recurrence, starts: datetime) -> datetime:
    """Return the first wall clock of a series that begins at `starts` or on its next weekday."""
    found: datetime = _rule(recurrence, starts).after(starts, inc=True)
    return found


def _rule(recurrence: Recurrence, starts: datetime) -> "rrule.rrule":
    weekdays = [WEEKDAYS.index(day) for day in recurrence.weekdays] or None
    late = starts.day > ALL_MONTHS_HAVE and recurrence.every in ("month", "year")
    return rrule.rrule(
        FREQUENCIES[recurrence.every],
        dtstart=starts,
        interval=recurrence.interval,
        byweekday=weekdays,
        bymonth=starts.month if late and recurrence.every == "year" else None,
        bymonthday=range(ALL_MONTHS_HAVE, starts.day + 1) if late else None,
        bysetpos=-1 if late else None,
    )


def recurrence_in_words(recurrence: Recurrence) -> str:
    """Return a recurrence in plain words: `every 2 weeks on monday`."""
    if recurrence.every == "week" and recurrence.weekdays and recurrence.interval == 1:
        is_workdays = recurrence.weekdays == list(WEEKDAYS[:5])
        return "every weekday" if is_workdays else f"every {', '.join(recurrence.weekdays)}"
    unit = f"{recurrence.interval} {recurrence.every}s" if recurrence.interval > 1 else recurrence.every
    on = f" on {', '.join(recurrence.weekdays)}" if recurrence.weekdays else ""
    return f"every {unit}{on}"
