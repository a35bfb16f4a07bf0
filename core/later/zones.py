"""Time zones: a person's own, and wall clocks turned into moments across daylight-saving changes."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import UserId


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def checked_timezone(name: str) -> str:
    """Return the name of a time zone of the IANA database.

    Raises:
        InvalidError: `unknown_timezone`.
    """
    if name not in _names():
        raise InvalidError.field(
            "timezone", "Name a time zone of the IANA database, as Europe/Berlin.", "unknown_timezone"
        )
    return name


async def zone_of(house: House, user_id: UserId, named: str | None = None) -> ZoneInfo:
    """Return the zone that is `named`, else the person's own, else that of the setting `default_timezone`.

    Raises:
        InvalidError: `unknown_timezone`.
    """
    if named is not None:
        return ZoneInfo(checked_timezone(named))
    user = await house.users.by_id(user_id)
    return ZoneInfo((user and user.timezone) or house.settings.default_timezone)


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return when a clock on the wall of `zone` shows `wall`, in UTC.

    An hour that is skipped is moved behind the change; of an hour that comes twice, the first counts.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_clock(at: datetime, zone: ZoneInfo) -> datetime:
    """Return what a clock on the wall of `zone` shows at a moment, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def in_words(at: datetime, timezone: str) -> str:
    """Return a moment as people of a zone write it: `2026-11-30 09:00 Europe/Berlin`."""
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M} {timezone}"
