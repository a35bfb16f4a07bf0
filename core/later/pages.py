"""Cursors of lists that are ordered by a time and, within it, by id."""

from datetime import datetime

from parlour.core.errors import InvalidError


def cursor_of(at: datetime, item_id: str) -> str:
    """Return the cursor behind an item."""
    return f"{at.isoformat().replace('+00:00', 'Z')}~{item_id}"


def position(cursor: str | None) -> tuple[datetime, str] | None:
    """Return what a cursor stands for.

    Raises:
        InvalidError: it is none.
    """
    if cursor is None:
        return None
    at, _, item_id = cursor.partition("~")
    try:
        return datetime.fromisoformat(at), item_id
    except ValueError:
        raise InvalidError.field("cursor", "cursor is the next of the page before.") from None
