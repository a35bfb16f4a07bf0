"""Conditional requests and ranges of HTTP (RFC 9110, sections 13 and 14), for bodies that have an ETag."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from msgspec import Struct

from parlour.core.errors import ParlourError

RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)
ETAG = re.compile(r'(?:W/)?("[^"]*")')


class Version(Struct, frozen=True):
    """What there is: its size in bytes, its strong ETag, and since when it is like that."""

    size: int
    etag: str
    modified_at: datetime

    @property
    def last_modified(self) -> str:
        """The value of `Last-Modified`."""
        return format_datetime(self.modified_at.astimezone(UTC), usegmt=True)


class Span(Struct, frozen=True):
    """A part, from `start` to before `end`."""

    start: int
    end: int


class RangeError(ParlourError):
    """A range behind the end of what there is; `headers` say where that is."""

    status = 416
    title = "Not that far"

    def __init__(self, size: int) -> None:
        super().__init__("range", f"There are {size} bytes, and none of them was asked for.")
        self.headers = {"Content-Range": f"bytes */{size}"}


def is_known(headers: Mapping[str, str], version: Version) -> bool:
    """Return whether who asks has this version already."""
    if (known := headers.get("if-none-match")) is not None:
        return known.strip() == "*" or version.etag in ETAG.findall(known)
    since = _date(headers.get("if-modified-since", ""))
    return since is not None and version.modified_at.replace(microsecond=0) <= since


def wanted_part(headers: Mapping[str, str], version: Version) -> Span | None:
    """Return the one range that is asked for; none for the whole, also when the request cannot be understood.

    Raises:
        RangeError: it holds nothing.
    """
    asked = RANGE.fullmatch(headers.get("range", "").strip())
    if asked is None or asked.group(1, 2) == ("", "") or not _holds(headers.get("if-range"), version):
        return None
    first, last = asked.groups()
    if not first:
        start, end = max(0, version.size - int(last)), version.size
    else:
        start, end = int(first), min(int(last) + 1, version.size) if last else version.size
        if last and int(last) < start:
            return None
    if start >= end:
        raise RangeError(version.size)
    return Span(start, end)


def _holds(condition: str | None, version: Version) -> bool:
    """Return whether `If-Range` names this very version."""
    if condition is None:
        return True
    return condition.strip() in (version.etag, version.last_modified)


def _date(given: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(given)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
