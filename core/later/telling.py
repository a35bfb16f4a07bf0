"""Telling a promise that waits for a time what its record says. The record is the truth; telling may be lost.

What could not be told, since Temporal is away or this process dies, is found by a sweep.
"""

from datetime import datetime, timedelta
from typing import Any

from parlour.core.clock import now
from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import WorkspaceId
from parlour.core.model.promises import Due, DueRequest, PromiseKind, Wake
from parlour.core.store.promises import Promises
from parlour.core.telemetry import log

OWN_WAY = timedelta(seconds=5)
"""What changed since is on its usual way."""
OVERDUE = timedelta(seconds=60)


def promises_of(house: House) -> dict[PromiseKind, Promises[Any]]:
    """Return what is kept of the promises of each kind."""
    return {
        "scheduled": house.scheduled.promises,
        "reminder": house.reminders.promises,
        "approval": house.approvals.promises,
        "guest": house.stays.promises,
        "demand": house.demands.promises,
    }


def tell_soon(house: House, wake: Wake) -> None:
    """Tell a promise of its record's change, without waiting for it."""
    if house.teller is not None:
        house.tasks.start(_try_to_tell(house, wake), "tell-promise")


async def tell(house: House, wake: Wake) -> None:
    """Tell a promise, starting its workflow if there is none, and remember that it was told.

    Raises:
        UnavailableError: Temporal did not take it.
    """
    if house.teller is None:
        raise UnavailableError.of("Temporal")
    await house.teller.tell(wake)
    await promises_of(house)[wake.kind].told(wake.id, wake.version)


async def _try_to_tell(house: House, wake: Wake) -> None:
    try:
        await tell(house, wake)
    except UnavailableError as error:
        log.warning("later.untold", kind=wake.kind, id=wake.id, error=error.detail)


def changed_before() -> datetime:
    """Return the time since when an untold change is still on its usual way."""
    return now() - OWN_WAY


def due_before() -> datetime:
    """Return the time before which what is due should be done."""
    return now() - OVERDUE


def gone(kind: PromiseKind, request: DueRequest) -> Due:
    """Return what a promise is told whose record is not there any more."""
    wake = Wake(kind, request.id, WorkspaceId(""), request.version, now(), "", over=True)
    return Due("gone", "Its record was deleted", wake)
