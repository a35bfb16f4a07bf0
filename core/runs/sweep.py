"""Runs that were left behind: not begun, not told, not looked at for a while, or keeping what is to be deleted."""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.model.run_promises import RunsSwept
from parlour.core.runs import export
from parlour.core.runs.refresh import refresh
from parlour.core.runs.start import begin
from parlour.core.runs.waking import wake
from parlour.core.store.runs import RunRecord
from parlour.core.telemetry import log

OWN_WAY = timedelta(seconds=5)
"""What changed since is on its usual way."""
LOOKED_AT = timedelta(minutes=1)


async def sweep(house: House, *, batch: int) -> RunsSwept:
    """Go through a batch of each, and return what was done."""
    told = await _tell_untold(house, batch)
    looked_at = await _look(house, batch)
    return RunsSwept(told, looked_at, await _release(house, batch))


async def _tell_untold(house: House, batch: int) -> int:
    told = 0
    for record in await house.runs.untold(before=now() - OWN_WAY, limit=batch):
        if await _told(house, record):
            told += 1
            log.info("run.swept", run=record.key, type=record.type, state=record.state)
        else:
            await house.runs.put_off(record, at=now())
    return told


async def _told(house: House, record: RunRecord) -> bool:
    if record.state == "waiting_to_start":
        return not (await begin(house, record)).untold
    try:
        await wake(house, record)
    except UnavailableError:
        return False
    return True


async def _look(house: House, batch: int) -> int:
    found = await house.runs.unseen(before=now() - LOOKED_AT, limit=batch)
    for record in found:
        await refresh(house, record)
    await house.runs.looked([record.key for record in found], at=now())
    return len(found)


async def _release(house: House, batch: int) -> int:
    found = await house.runs.to_release(before=now(), limit=batch)
    for record in found:
        await export.release(house, record)
        await house.runs.released(record.key)
        log.info("export.released", run=record.key)
    return len(found)
