"""Telling a run's workflow that its record is another: what is lost of that is repeated by a sweep."""

from typing import get_args

from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.model.run_promises import RunKind, RunWake
from parlour.core.store.runs import RunRecord
from parlour.core.telemetry import log

OWN_WORKFLOW: tuple[RunKind, ...] = get_args(RunKind)


async def wake(house: House, record: RunRecord) -> None:
    """Tell it, starting the workflow if there is none, and remember that it was told.

    Raises:
        UnavailableError: Temporal did not take it.
    """
    if house.teller is None:
        raise UnavailableError.of("Temporal")
    if record.type in OWN_WORKFLOW:
        await house.teller.wake_run(
            RunWake(record.type, record.key, record.workspace_id, over=not record.is_open)
        )
    await house.runs.told(record)


def wake_soon(house: House, record: RunRecord) -> None:
    """Tell it without waiting for it."""
    house.tasks.start(_try(house, record), "wake-run")


async def _try(house: House, record: RunRecord) -> None:
    try:
        await wake(house, record)
    except UnavailableError as error:
        log.warning("run.untold", run=record.key, error=error.detail)
