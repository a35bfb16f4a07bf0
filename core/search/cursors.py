"""Cursors of searches: opaque to whoever holds them, and never an error but a clear one."""

import base64
import binascii

import msgspec
from msgspec import Struct

from parlour.core.errors import InvalidError
from parlour.core.search.interface import Position


class Cursor(Struct, frozen=True, omit_defaults=True, array_like=True):
    """Where a page ended: of messages older than `before`; by relevance behind `score` and `behind` among those."""

    before: Position | None = None
    score: float | None = None
    behind: Position | None = None
    named: int = 0


def written(cursor: Cursor | None) -> str | None:
    """Return a cursor as text."""
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=") if cursor else None


def read(text: str | None) -> Cursor:
    """Return a cursor that `written` made; the beginning without one.

    Raises:
        InvalidError: it is none.
    """
    if not text:
        return Cursor()
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(raw, type=Cursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise InvalidError.field("cursor", "This is not a cursor of a search.") from None
