"""Quiet hours end when a clock on their person's wall says so, in every night of the year."""

import itertools
import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec import to_builtins

from parlour.core.later.recurrence import WEEKDAYS
from parlour.core.later.zones import moment
from parlour.core.model.later import Weekday
from parlour.core.model.notifications import QuietHours
from parlour.core.notify.quiet import is_endless, quiet_until

ROOT = Path(__file__).parents[2]
IN_BROWSER = """
import { isQuiet } from './ui/static/js/core/quiet.js';
let given = '';
for await (const part of process.stdin) given += part;
console.log(JSON.stringify(JSON.parse(given).map(([quiet, at]) => isQuiet(quiet, new Date(at)))));
"""
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
NIGHT = QuietHours(begins="22:00", ends="08:00")
WEEKNIGHTS = QuietHours(
    begins="22:00", ends="08:00", days=["monday", "tuesday", "wednesday", "thursday", "sunday"]
)
LUNCH = QuietHours(begins="12:00", ends="13:00")
WEEKEND = QuietHours(begins="00:00", ends="00:00", days=["saturday", "sunday"])


def at(wall: str, zone: ZoneInfo = BERLIN) -> datetime:
    """Return a moment by its wall clock: `2026-11-21 10:00`."""
    return moment(datetime.fromisoformat(wall), zone)


def until(quiet: QuietHours | None, wall: str, zone: ZoneInfo = BERLIN) -> str | None:
    """Return on the wall clock until when it is quiet at a time."""
    ends = quiet_until(quiet, zone, at(wall, zone))
    assert ends is None or ends.tzinfo is UTC
    return f"{ends.astimezone(zone):%Y-%m-%d %H:%M}" if ends else None


def test_without_quiet_hours_nothing_is_quiet() -> None:
    assert until(None, "2026-11-21 03:00") is None


@pytest.mark.parametrize(
    ("wall", "ends"),
    [
        ("2026-11-21 11:59", None),
        ("2026-11-21 12:00", "2026-11-21 13:00"),
        ("2026-11-21 12:59", "2026-11-21 13:00"),
        ("2026-11-21 13:00", None),
    ],
)
def test_hours_within_a_day_begin_and_end_sharply(wall: str, ends: str | None) -> None:
    assert until(LUNCH, wall) == ends


@pytest.mark.parametrize(
    ("wall", "ends"),
    [
        ("2026-11-21 21:59", None),
        ("2026-11-21 22:00", "2026-11-22 08:00"),
        ("2026-11-21 23:59", "2026-11-22 08:00"),
        ("2026-11-22 00:00", "2026-11-22 08:00"),
        ("2026-11-22 07:59", "2026-11-22 08:00"),
        ("2026-11-22 08:00", None),
        ("2026-12-31 23:00", "2027-01-01 08:00"),
    ],
)
def test_hours_over_midnight_end_in_the_morning(wall: str, ends: str | None) -> None:
    assert until(NIGHT, wall) == ends


@pytest.mark.parametrize(
    ("wall", "ends"),
    [
        ("2026-11-20 23:00", None),  # Friday night is not one of them,
        ("2026-11-21 03:00", None),  # nor is what follows it.
        ("2026-11-21 23:00", None),
        ("2026-11-22 03:00", None),
        ("2026-11-22 22:30", "2026-11-23 08:00"),  # Sunday's is,
        ("2026-11-23 03:00", "2026-11-23 08:00"),  # up to Monday morning.
        ("2026-11-20 03:00", "2026-11-20 08:00"),  # Thursday's ends on Friday.
    ],
)
def test_the_days_are_those_on_which_the_hours_begin(wall: str, ends: str | None) -> None:
    assert until(WEEKNIGHTS, wall) == ends


def test_days_that_are_wholly_quiet_are_one_long_quiet() -> None:
    assert until(WEEKEND, "2026-11-20 23:59") is None
    assert until(WEEKEND, "2026-11-21 00:00") == "2026-11-23 00:00"
    assert until(WEEKEND, "2026-11-22 23:59") == "2026-11-23 00:00"
    assert until(WEEKEND, "2026-11-23 00:00") is None


def test_hours_that_begin_and_end_at_one_time_last_a_day() -> None:
    saturday_six = QuietHours(begins="18:00", ends="18:00", days=["saturday"])
    assert until(saturday_six, "2026-11-21 17:59") is None
    assert until(saturday_six, "2026-11-22 17:59") == "2026-11-22 18:00"


def test_a_night_in_which_the_clocks_go_forward_is_an_hour_shorter() -> None:
    begun = at("2026-03-28 22:00")
    ends = quiet_until(NIGHT, BERLIN, begun)
    assert ends == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    assert (ends - begun).total_seconds() == 9 * 3600


def test_a_night_in_which_the_clocks_go_back_is_an_hour_longer() -> None:
    begun = at("2026-10-24 22:00")
    ends = quiet_until(NIGHT, BERLIN, begun)
    assert ends == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)
    assert (ends - begun).total_seconds() == 11 * 3600


@pytest.mark.parametrize(("month", "day", "utc"), [(3, 8, 12), (11, 1, 13)])
def test_the_nights_change_where_the_person_lives(month: int, day: int, utc: int) -> None:
    assert quiet_until(NIGHT, NEW_YORK, datetime(2026, month, day, 5, 30, tzinfo=UTC)) == datetime(
        2026, month, day, utc, 0, tzinfo=UTC
    )


def test_an_end_in_the_hour_that_is_skipped_is_behind_the_change() -> None:
    quiet = QuietHours(begins="22:00", ends="02:30")
    assert until(quiet, "2026-03-29 01:59") == "2026-03-29 03:30"
    assert until(quiet, "2026-03-29 03:29") == "2026-03-29 03:30"
    assert until(quiet, "2026-03-29 03:30") is None


def test_of_an_hour_that_comes_twice_the_first_counts() -> None:
    quiet = QuietHours(begins="22:00", ends="02:30")
    assert quiet_until(quiet, BERLIN, datetime(2026, 10, 25, 0, 29, tzinfo=UTC)) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )
    assert quiet_until(quiet, BERLIN, datetime(2026, 10, 25, 1, 15, tzinfo=UTC)) is None
    late = QuietHours(begins="02:30", ends="08:00")
    assert quiet_until(late, BERLIN, datetime(2026, 10, 25, 1, 15, tzinfo=UTC)) is not None


def test_every_half_hour_of_a_year_agrees_with_the_wall_clock() -> None:
    """Whatever the zone does, it is quiet exactly when the wall says so, but in the hours of a change."""
    for zone in (BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kolkata")):
        for half_hours in range(0, 2 * 24 * 365, 3):
            present = datetime.fromtimestamp(1_767_225_600 + half_hours * 1800, UTC)
            wall = present.astimezone(zone)
            quiet = wall.hour >= 22 or wall.hour < 8
            ends = quiet_until(NIGHT, zone, present)
            assert (ends is not None) is quiet, wall
            if ends:
                assert (ends.astimezone(zone).hour, ends > present) == (8, True)


def test_the_browser_goes_by_the_same_rule() -> None:
    clocks = ["00:00", "07:30", "12:00", "22:00", "23:30"]
    some_days: list[list[Weekday]] = [[], ["monday"], ["saturday", "sunday"]]
    choices = [
        QuietHours(begins=begins, ends=ends, days=days)
        for begins, ends in itertools.product(clocks, clocks)
        for days in some_days
    ]
    fortnight = [datetime(2026, 11, 16, tzinfo=UTC) + timedelta(minutes=450 * step) for step in range(45)]
    tries = list(itertools.product(choices, fortnight))
    given = json.dumps([(to_builtins(quiet), present.isoformat()) for quiet, present in tries])
    node = shutil.which("node") or str(ROOT / ".venv/bin/node")
    command = [node, "--input-type=module", "--eval", IN_BROWSER]
    in_utc = os.environ | {"TZ": "UTC"}
    told = subprocess.run(
        command, cwd=ROOT, input=given, capture_output=True, check=True, text=True, env=in_utc
    ).stdout
    zone = ZoneInfo("UTC")
    assert json.loads(told) == [quiet_until(quiet, zone, present) is not None for quiet, present in tries]


def test_who_is_always_quiet_is_known() -> None:
    always = QuietHours(begins="09:00", ends="09:00")
    assert is_endless(always)
    assert is_endless(QuietHours(begins="09:00", ends="09:00", days=list(WEEKDAYS)))
    assert not is_endless(WEEKEND)
    assert not is_endless(NIGHT)
    assert until(always, "2026-11-21 10:00") is not None, "and is looked at again"
