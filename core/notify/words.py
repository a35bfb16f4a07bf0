"""Times as people say them, in reasons."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60, 3600, 86_400


def after(span: timedelta) -> str:
    """Return how long after a message something was: `3 s after`."""
    return f"{lasting(span)} after"


def lasting(span: timedelta) -> str:
    """Return a span in its largest fitting unit: `3 s`, `5 min`, `2 h`, `4 days`."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR} h"
    return f"{seconds // DAY} days"


def clock(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return a moment on the wall clock of a zone: `08:00`, with its date unless it is within a day."""
    local = at.astimezone(zone)
    return f"{local:%H:%M}" if at - now < timedelta(days=1) else f"{local:%Y-%m-%d %H:%M}"
