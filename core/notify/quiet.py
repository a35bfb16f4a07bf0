"""Quiet hours: when they end, on the wall clock of a person's zone, whatever daylight saving does."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from parlour.core.later.recurrence import WEEKDAYS
from parlour.core.later.zones import moment, wall_clock
from parlour.core.model.notifications import QuietHours

DAY = timedelta(days=1)
WEEK = 7


def quiet_until(quiet: QuietHours | None, zone: ZoneInfo, at: datetime) -> datetime | None:
    """Return when the quiet hours in which `at` falls end, in UTC; none when nothing is quiet then.

    Those that follow one another without a pause are one. Hours that begin and end at one time last a day.
    """
    if quiet is None:
        return None
    ends = None
    # Who is always quiet is looked at again in a week.
    for _ in range(WEEK + 1):
        further = _end(quiet, zone, ends or at)
        if further is None:
            break
        ends = further
    return ends


def is_endless(quiet: QuietHours) -> bool:
    """Return whether there is never anything but quiet."""
    return quiet.begins == quiet.ends and len(set(quiet.days)) in (0, WEEK)


def _end(quiet: QuietHours, zone: ZoneInfo, at: datetime) -> datetime | None:
    today = wall_clock(at, zone).date()
    for day in (today - DAY, today):
        begins, ends = _span(quiet, zone, day)
        if _begins_on(quiet, day) and begins <= at < ends:
            return ends
    return None


def _begins_on(quiet: QuietHours, day: date) -> bool:
    return not quiet.days or WEEKDAYS[day.weekday()] in quiet.days


def _span(quiet: QuietHours, zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    begins, ends = time.fromisoformat(quiet.begins), time.fromisoformat(quiet.ends)
    last = day if begins < ends else day + DAY
    return moment(datetime.combine(day, begins), zone), moment(datetime.combine(last, ends), zone)
