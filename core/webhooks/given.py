"""What others sent, looked at without trust: a value of the wrong type is none."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

Given = Mapping[str, object]
LATEST = 253_402_300_000
"""Seconds of Unix time until the year 9999 ends."""


def words(given: object) -> str:
    """Return a value as words: of a number its digits, of anything else but a text nothing."""
    if isinstance(given, str):
        return given
    if isinstance(given, bool) or not isinstance(given, int | float):
        return ""
    return f"{given:g}" if isinstance(given, float) else str(given)


def listed(given: object) -> Iterator[Given]:
    """Return the objects of a list; of anything else none."""
    found = given if isinstance(given, Iterable) and not isinstance(given, str | Mapping) else ()
    return (one for one in found if isinstance(one, Mapping))


def held(given: object) -> Given:
    """Return an object, an empty one for anything else."""
    return given if isinstance(given, Mapping) else {}


def moment(given: object) -> datetime | None:
    """Return a time in seconds of Unix time, which some write as words."""
    try:
        seconds = float(words(given))
    except ValueError:
        return None
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < LATEST else None
