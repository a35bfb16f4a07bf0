"""What recurs keeps its time on the wall clock, through both changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlour.core.errors import InvalidError
from parlour.core.later.recurrence import checked_recurrence, next_after, recurrence_in_words
from parlour.core.later.zones import moment, wall_clock
from parlour.core.model.later import Recurrence

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = Recurrence(every="day")


def on_the_wall(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def series(recurrence: Recurrence, starts: datetime, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    at, found = moment(starts, zone), []
    for _ in range(count):
        found.append(f"{at:%m-%d %H:%M}")
        at = next_after(recurrence, starts=starts, after=at, zone=zone)
    return found


def test_nine_in_the_morning_stays_nine_when_the_clocks_go_forward() -> None:
    assert series(DAILY, on_the_wall(2026, 3, 28, 9), 3) == ["03-28 08:00", "03-29 07:00", "03-30 07:00"]


def test_nine_in_the_morning_stays_nine_when_the_clocks_go_back() -> None:
    assert series(DAILY, on_the_wall(2026, 10, 24, 9), 3) == ["10-24 07:00", "10-25 08:00", "10-26 08:00"]


def test_an_hour_that_is_skipped_is_moved_behind_the_change_on_that_day_only() -> None:
    # 2:30 does not exist on 29 March 2026: it rings at 3:30, which is 1:30 UTC.
    assert series(DAILY, on_the_wall(2026, 3, 28, 2, 30), 3) == ["03-28 01:30", "03-29 01:30", "03-30 00:30"]


def test_an_hour_that_comes_twice_rings_once_the_first_time() -> None:
    # 2:30 comes twice on 25 October 2026: at 0:30 and at 1:30 UTC.
    assert series(DAILY, on_the_wall(2026, 10, 24, 2, 30), 3) == ["10-24 00:30", "10-25 00:30", "10-26 01:30"]


def test_the_south_changes_its_clocks_the_other_way() -> None:
    sydney = ZoneInfo("Australia/Sydney")
    assert series(DAILY, on_the_wall(2026, 10, 3, 9), 3, sydney) == [
        "10-02 23:00",
        "10-03 22:00",
        "10-04 22:00",
    ]


def test_a_day_that_a_month_lacks_is_its_last() -> None:
    monthly = series(Recurrence(every="month"), on_the_wall(2027, 1, 31, 9), 4, ZoneInfo("UTC"))
    assert monthly == ["01-31 09:00", "02-28 09:00", "03-31 09:00", "04-30 09:00"]
    yearly = series(Recurrence(every="year"), on_the_wall(2028, 2, 29, 9), 2, ZoneInfo("UTC"))
    assert yearly == ["02-29 09:00", "02-28 09:00"]


def test_every_second_week_skips_a_week() -> None:
    fortnightly = Recurrence(every="week", interval=2, weekdays=["monday", "thursday"])
    found = series(fortnightly, on_the_wall(2026, 11, 23, 9), 4, ZoneInfo("UTC"))
    assert found == ["11-23 09:00", "11-26 09:00", "12-07 09:00", "12-10 09:00"]


def test_what_was_missed_while_the_system_was_down_is_not_made_up_for() -> None:
    after = datetime(2026, 12, 24, 12, tzinfo=UTC)
    found = next_after(DAILY, starts=on_the_wall(2026, 1, 1, 9), after=after, zone=BERLIN)
    assert found == datetime(2026, 12, 25, 8, tzinfo=UTC)


@given(
    start=st.datetimes(on_the_wall(2024, 1, 1), on_the_wall(2030, 1, 1)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    days=st.integers(0, 400),
)
def test_the_next_time_is_always_later_and_at_most_a_day_off(start: datetime, zone: str, days: int) -> None:
    after = moment(start, ZoneInfo(zone)) + timedelta(days=days)
    found = next_after(DAILY, starts=start, after=after, zone=ZoneInfo(zone))
    assert timedelta(0) < found - after <= timedelta(hours=25)
    shown = wall_clock(found, ZoneInfo(zone))
    skipped = moment(shown, ZoneInfo(zone)) != moment(
        shown.replace(hour=start.hour, minute=start.minute), ZoneInfo(zone)
    )
    assert skipped or (shown.hour, shown.minute) == (start.hour, start.minute)


def test_recurrences_are_told_in_plain_words() -> None:
    workdays = Recurrence(every="week", weekdays=["monday", "tuesday", "wednesday", "thursday", "friday"])
    assert recurrence_in_words(workdays) == "every weekday"
    assert recurrence_in_words(Recurrence(every="week", weekdays=["monday"])) == "every monday"
    assert recurrence_in_words(Recurrence(every="month", interval=3)) == "every 3 months"


@pytest.mark.parametrize(
    "wrong",
    [
        Recurrence(every="day", interval=0),
        Recurrence(every="day", interval=101),
        Recurrence(every="month", weekdays=["monday"]),
    ],
)
def test_recurrences_that_make_no_sense_are_refused(wrong: Recurrence) -> None:
    with pytest.raises(InvalidError):
        checked_recurrence(wrong)
