"""Keeping files in order: the sweep, and all but the scanning itself of scanning all again."""

from temporalio import activity

from parlour.activities.beating import beating
from parlour.activities.names import BEGIN_RESCAN, END_RESCAN, NEXT_CONTENTS, SWEEP_FILES
from parlour.core.files import rescan, sweep
from parlour.core.house import House
from parlour.core.ids import WorkspaceId
from parlour.core.model.file_promises import (
    FilesSwept,
    FileSweepRequest,
    RescanCursor,
    RescanPage,
    RescanRequest,
)


class FileKeepingActivities:
    """Keeping files in order by the stores of this process. Each step may be taken again."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=SWEEP_FILES)
    async def sweep_files(self, request: FileSweepRequest) -> FilesSwept:
        """Take one step of a sweep."""
        async with beating():
            return await sweep.sweep(self._house, request.step, batch=request.batch)

    @activity.defn(name=BEGIN_RESCAN)
    async def begin_rescan(self, workspace_id: WorkspaceId) -> RescanCursor:
        """Count the contents, and put the beginning on record."""
        return await rescan.begin(self._house, workspace_id)

    @activity.defn(name=NEXT_CONTENTS)
    async def next_contents(self, request: RescanRequest) -> RescanPage:
        """Look for what today's signatures have not seen."""
        return await rescan.next_contents(self._house, request)

    @activity.defn(name=END_RESCAN)
    async def end_rescan(self, request: RescanRequest) -> None:
        """Put the end on record."""
        await rescan.end(self._house, request)
