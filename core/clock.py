"""Time as Parlour stores it: UTC, in milliseconds, the precision MongoDB keeps."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present, cut to milliseconds, so that what is answered equals what is stored."""
    present = datetime.now(UTC)
    return present.replace(microsecond=present.microsecond // 1000 * 1000)
