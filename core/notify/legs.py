"""The ways of one notification: what became of each, by what is on record."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from parlour.core.model.notifications import Dispatch, Leg, LegState, Way
from parlour.core.notify.words import after
from parlour.core.store.dispatches import OPEN
from parlour.core.store.notifications import Row

WAYS: tuple[Way, ...] = ("push", "email")
SAFE: tuple[LegState, ...] = ("sent", "given_up", "not_wanted")
"""States that are the same whether or not a message was read since: a way that waits ends when it is."""
LIVE = "shown at once on an open device"
KEPT = "kept in the notification centre"


def legs_of(row: Row, dispatches: Sequence[Dispatch], forecast: Sequence[Leg] = ()) -> list[Leg]:
    """Return the ways of a notification: in the app, what left or is to leave, and why a way was not taken.

    `dispatches` are those that speak of it, `forecast` what is planned for the ways that have none yet.
    """
    gone = [_of_dispatch(row, dispatch) for dispatch in dispatches]
    taken = {leg.way for leg in gone}
    closed = [leg for leg in _by_outcome(row) if leg.way not in taken]
    return [_in_app(row), *gone, *closed, *(forecast if row.open else ())]


def covers(dispatch: Dispatch, row: Row) -> bool:
    """Return whether a dispatch tells a device of a notification; not one that takes it away again."""
    return not dispatch.closes and any(
        covered.conversation == row.conversation and covered.first_seq <= row.seq <= covered.last_seq
        for covered in dispatch.covers
    )


def without_reading(row: Row, legs: Sequence[Leg]) -> list[Leg]:
    """Return the ways without what tells, or lets guess, that somebody has read a message: what left, or never will."""
    unread = replace(row, read_at=None)
    return [
        _in_app(unread) if leg.way == "in_app" else _unread(leg, unread) for leg in legs if leg.state in SAFE
    ]


def _unread(leg: Leg, unread: Row) -> Leg:
    return _of_dispatch(unread, leg.dispatch) if leg.dispatch else leg


def _in_app(row: Row) -> Leg:
    words = LIVE if row.live else KEPT
    return Leg(way="in_app", state="sent", words=f"{words}{_read_after(row, row.at)}")


def _of_dispatch(row: Row, dispatch: Dispatch) -> Leg:
    sent_at = _sent_at(dispatch)
    read = _read_after(row, sent_at) if sent_at and row.read_at and row.read_at >= sent_at else ""
    return Leg(
        way=dispatch.way,
        state=dispatch.state,
        words=f"{dispatch.words}{read}",
        to=dispatch.to,
        next_at=dispatch.due_at if dispatch.state in OPEN else None,
        dispatch=dispatch,
    )


def _by_outcome(row: Row) -> Iterator[Leg]:
    for way in WAYS:
        if words := row.outcomes.get(way):
            yield Leg(way=way, state="cancelled" if _is_of_reading(words) else "not_wanted", words=words)


def _is_of_reading(words: str) -> bool:
    """Planning says so of what was read; all else it says is what someone wants or has."""
    return words.startswith("read ")


def _sent_at(dispatch: Dispatch) -> datetime | None:
    return next((tried.at for tried in reversed(dispatch.attempts) if tried.answered == "sent"), None)


def _read_after(row: Row, since: datetime) -> str:
    return f"; read {after(row.read_at - since)}" if row.read_at else ""
