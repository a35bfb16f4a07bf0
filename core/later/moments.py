"""When something is to happen, as callers tell it: a moment, a wall clock, or words."""

from datetime import datetime, timedelta

from msgspec import Struct

from parlour.core.clock import as_stored, now
from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.later.recurrence import checked_recurrence, first_from, next_after
from parlour.core.later.when import Told, read_when
from parlour.core.later.zones import moment, wall_clock, zone_of
from parlour.core.model.later import Recurrence


class At(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When: `at` (RFC 3339; without an offset it is on the wall clock), or `when` in words as "tomorrow 9:00".

    Wall clocks are those of `timezone`, by default the person's own.
    """

    at: datetime | None = None
    when: str | None = None
    timezone: str | None = None


class AtTimes(At, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When, and with `at`, how it recurs; `when` may say that in its words."""

    recurrence: Recurrence | None = None


class Planned(Struct, frozen=True, kw_only=True):
    """A time that was told and can be kept: the first in UTC, its zone's name, and how it recurs."""

    at: datetime
    timezone: str
    recurrence: Recurrence | None = None
    starts: datetime | None = None


async def planned(house: House, user_id: UserId, given: At, *, days_ahead: int, setting: str) -> Planned:
    """Return the time that is told, at most `days_ahead`, a limit named `setting`.

    Raises:
        InvalidError: `time_missing`, `time_not_understood`, `time_is_past`, `time_too_far`, `unknown_timezone`, or a
            recurrence that makes no sense.
    """
    zone = await zone_of(house, user_id, given.timezone)
    recurrence = given.recurrence if isinstance(given, AtTimes) else None
    if given.when is not None and given.at is None and recurrence is None:
        told = read_when(given.when, now=now(), zone=zone)
    elif given.at is not None and given.when is None:
        at = moment(given.at, zone) if given.at.tzinfo is None else given.at
        told = Told(at=at)
        if recurrence:
            starts = first_from(checked_recurrence(recurrence), wall_clock(at, zone))
            first = moment(starts, zone)
            if first <= now():
                first = next_after(recurrence, starts=starts, after=now(), zone=zone)
            told = Told(at=first, recurrence=recurrence, starts=starts)
    else:
        raise InvalidError.field("at", "Give a time: either at, or when in words.", "time_missing")
    _check(told.at, days_ahead, setting)
    return Planned(at=as_stored(told.at), timezone=zone.key, recurrence=told.recurrence, starts=told.starts)


def _check(at: datetime, days_ahead: int, setting: str) -> None:
    if at <= now():
        raise InvalidError.field("at", "This time is over; choose one that is to come.", "time_is_past")
    if at > now() + timedelta(days=days_ahead):
        raise InvalidError.field(
            "at", f"A time is at most {days_ahead} days ahead ({setting}).", "time_too_far"
        )
