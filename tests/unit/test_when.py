"""Times told in words, in the zone of whoever tells them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from parlour.core.errors import InvalidError
from parlour.core.later.when import read_when

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = datetime(2026, 11, 21, 10, 30, tzinfo=BERLIN)

ONCE = {
    "in 20 minutes": "2026-11-21 10:50",
    "20m": "2026-11-21 10:50",
    "in 2 hours": "2026-11-21 12:30",
    "in an hour": "2026-11-21 11:30",
    "in half an hour": "2026-11-21 11:00",
    "in 1h 30m": "2026-11-21 12:00",
    "in 3 days": "2026-11-24 10:30",
    "in a week": "2026-11-28 10:30",
    "tomorrow": "2026-11-22 09:00",
    "Tomorrow 9:00": "2026-11-22 09:00",
    "tomorrow at 9": "2026-11-22 09:00",
    "tomorrow at 5pm": "2026-11-22 17:00",
    "tomorrow at 14.30": "2026-11-22 14:30",
    "3pm tomorrow": "2026-11-22 15:00",
    "tomorrow noon": "2026-11-22 12:00",
    "tomorrow morning": "2026-11-22 09:00",
    "tonight": "2026-11-21 20:00",
    "today at 18:00": "2026-11-21 18:00",
    "at 14:00": "2026-11-21 14:00",
    "at 9": "2026-11-22 09:00",
    "9am": "2026-11-22 09:00",
    "monday": "2026-11-23 09:00",
    "next Monday at 8:15": "2026-11-23 08:15",
    "on friday at 14:00": "2026-11-27 14:00",
    "saturday 9:00": "2026-11-28 09:00",
    "next week": "2026-11-28 09:00",
    "on 3 December at 14:00": "2026-12-03 14:00",
    "3 Dec 14:00": "2026-12-03 14:00",
    "December 3 at 2pm": "2026-12-03 14:00",
    "1 march": "2027-03-01 09:00",
    "2026-12-03": "2026-12-03 09:00",
    "2026-12-03 14:00": "2026-12-03 14:00",
    "2026-12-03T14:00": "2026-12-03 14:00",
    "2026-12-03T14:00:00Z": "2026-12-03 15:00",
    "2026-12-03T14:00:00+02:00": "2026-12-03 13:00",
}

AGAIN = {
    "every Monday 9:00": ("2026-11-23 09:00", "week", 1, ["monday"]),
    "every mondays at noon": ("2026-11-23 12:00", "week", 1, ["monday"]),
    "every tue and thu at 14:00": ("2026-11-24 14:00", "week", 1, ["tuesday", "thursday"]),
    "every monday, wednesday and friday 9:30": (
        "2026-11-23 09:30",
        "week",
        1,
        ["monday", "wednesday", "friday"],
    ),
    "every weekday at 8:30": (
        "2026-11-23 08:30",
        "week",
        1,
        ["monday", "tuesday", "wednesday", "thursday", "friday"],
    ),
    "every 2 weeks on monday at 10:00": ("2026-11-23 10:00", "week", 2, ["monday"]),
    "every other friday at 4pm": ("2026-11-27 16:00", "week", 2, ["friday"]),
    "every day": ("2026-11-22 09:00", "day", 1, []),
    "every 3 days at 18:00": ("2026-11-21 18:00", "day", 3, []),
    "daily at 7": ("2026-11-22 07:00", "day", 1, []),
    "every week": ("2026-11-22 09:00", "week", 1, []),
    "every month on the 1st at 8:00": ("2026-12-01 08:00", "month", 1, []),
    "every month on the 31st": ("2026-11-30 09:00", "month", 1, []),
    "every year on 3 december": ("2026-12-03 09:00", "year", 1, []),
}

UNCLEAR = [
    "",
    " ",
    "banana",
    "after lunch",
    "5",
    "in 20",
    "12/03/2026",
    "on 31 february",
    "monday at 25:00",
    "every",
    "every hour",
    "every banana",
    "every 0 days",
    "every weekday at 25:00",
    "every month on the 32nd",
    "every 3 mondays of may",
    "in 99999999999 years",
    "at 14:00 europe/berlin",
    "tomorrow " * 50,
]


def wall(at: datetime) -> str:
    return f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize("words", ONCE)
def test_a_moment_is_read(words: str) -> None:
    told = read_when(words, now=SATURDAY, zone=BERLIN)
    assert (wall(told.at), told.recurrence) == (ONCE[words], None)


@pytest.mark.parametrize("words", AGAIN)
def test_a_recurrence_is_read(words: str) -> None:
    told = read_when(words, now=SATURDAY, zone=BERLIN)
    assert told.recurrence is not None
    found = (wall(told.at), told.recurrence.every, told.recurrence.interval, told.recurrence.weekdays)
    assert found == AGAIN[words]


@pytest.mark.parametrize("words", UNCLEAR)
def test_what_is_not_understood_is_refused_with_examples(words: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_when(words, now=SATURDAY, zone=BERLIN)
    assert refused.value.code == "time_not_understood"
    assert "every Monday 9:00" in refused.value.detail


def test_words_mean_the_zone_of_who_says_them() -> None:
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    told = {
        zone: read_when("tomorrow 9:00", now=now, zone=ZoneInfo(zone)).at
        for zone in ("Europe/Berlin", "America/New_York", "Asia/Kolkata")
    }
    assert [f"{at:%d %H:%M}" for at in told.values()] == ["22 08:00", "22 14:00", "22 03:30"]


def test_hours_are_real_time_and_days_are_the_wall_clocks_across_a_change() -> None:
    before = datetime(2026, 3, 28, 20, 0, tzinfo=BERLIN)  # the clocks go forward at 2:00 the next morning
    assert wall(read_when("in 12 hours", now=before, zone=BERLIN).at) == "2026-03-29 09:00"
    assert wall(read_when("in 1 day", now=before, zone=BERLIN).at) == "2026-03-29 20:00"
    assert wall(read_when("tomorrow 9:00", now=before, zone=BERLIN).at) == "2026-03-29 09:00"
