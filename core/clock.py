"""Time as Parlour stores it: UTC, in milliseconds, the precision MongoDB keeps."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present, cut to milliseconds, so that what is answered equals what is stored."""
    return as_stored(datetime.now(UTC))


def as_stored(moment: datetime) -> datetime:
    """Return a moment in UTC, cut to milliseconds."""
    in_utc = moment.astimezone(UTC)
    return in_utc.replace(microsecond=in_utc.microsecond // 1000 * 1000)
