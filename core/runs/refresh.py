"""Runs kept up with the workflows behind them, which may keep promises that were made elsewhere."""

from parlour.core.errors import ParlourError
from parlour.core.house import House
from parlour.core.runs.registry import TYPES
from parlour.core.runs.telling import record_seen
from parlour.core.store.runs import RunRecord
from parlour.core.telemetry import log


async def refresh(house: House, record: RunRecord) -> RunRecord:
    """Return a run as it stands now, on record and told if that is new."""
    if not record.is_open or record.state == "waiting_to_start":
        return record
    seen = await TYPES[record.type].look(house, record)
    return await record_seen(house, record, seen) if seen else record


def follow(house: House, workflow_id: str) -> None:
    """Look, beside the caller, at the runs that a workflow keeps: something happened to it."""
    house.tasks.start(_refresh_all(house, workflow_id), "follow-runs")


async def _refresh_all(house: House, workflow_id: str) -> None:
    try:
        for record in await house.runs.of_workflow(workflow_id):
            await refresh(house, record)
    except ParlourError as error:
        log.warning("run.not_followed", workflow_id=workflow_id, error=error.detail)
