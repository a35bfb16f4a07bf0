"""The steps of workflow runs: announcing, exporting, scanning again, and finding those left behind."""

from temporalio import activity

from parlour.activities.beating import beating
from parlour.activities.names import (
    ANNOUNCE_NEXT,
    COUNT_EXPORT,
    PACK_EXPORT,
    READ_EXPORT,
    STEP_FILE_CHECK,
    SWEEP_RUNS,
)
from parlour.core.house import House
from parlour.core.model.promises import SweepRequest
from parlour.core.model.run_promises import (
    AnnounceStep,
    ExportCursor,
    ExportRequest,
    ExportStep,
    FileChecked,
    FileCheckStep,
    RunRequest,
    RunsSwept,
)
from parlour.core.runs import announce, export, file_scan, sweep


class RunActivities:
    """Acting on the stores of this process. Each step may be taken again."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=ANNOUNCE_NEXT)
    async def announce_next(self, request: RunRequest) -> AnnounceStep:
        """Send an announcement to the next channels."""
        async with beating():
            return await announce.send_next(self._house, request.key)

    @activity.defn(name=COUNT_EXPORT)
    async def count_export(self, request: RunRequest) -> ExportCursor:
        """Begin an export at the beginning."""
        return await export.count(self._house, request.key)

    @activity.defn(name=READ_EXPORT)
    async def read_export(self, request: ExportRequest) -> ExportStep:
        """Read the next parts; a retry goes on behind the last one that a heartbeat told of."""
        details = activity.info().heartbeat_details
        cursor = ExportCursor(**details[0]) if details else request.cursor
        asked = ExportRequest(request.key, request.workspace_id, cursor, request.parts)
        return await export.read_next(self._house, asked, activity.heartbeat)

    @activity.defn(name=PACK_EXPORT)
    async def pack_export(self, request: ExportRequest) -> ExportStep:
        """Pack what was read."""
        async with beating():
            return await export.pack(self._house, request)

    @activity.defn(name=STEP_FILE_CHECK)
    async def step_file_check(self, checked: FileChecked) -> FileCheckStep:
        """Write down what was found, and tell what is to be scanned."""
        return await file_scan.step(self._house, checked)

    @activity.defn(name=SWEEP_RUNS)
    async def sweep_runs(self, request: SweepRequest) -> RunsSwept:
        """Find runs that were left behind."""
        async with beating():
            return await sweep.sweep(self._house, batch=request.page)
