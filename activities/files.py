"""Taking files in: on the file store, the virus scanner and the previews of this process."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from temporalio import activity

from parlour.activities.beating import beating
from parlour.activities.names import (
    ASSEMBLE_FILE,
    FINISH_FILE,
    GIVE_UP_FILE,
    PROCESS_CONTENT,
    RESCAN_CONTENT,
    SCAN_CONTENT,
)
from parlour.core.files import assemble, intake, rescan
from parlour.core.house import House
from parlour.core.ids import ContentId
from parlour.core.model.file_promises import IntakeEnd, IntakeRequest, IntakeStep, Rescanned
from parlour.core.model.files import Content, Verdict
from parlour.core.outside.scanner import ScannerVersion
from parlour.core.telemetry import SCAN_SECONDS

Result = TypeVar("Result")


class FileActivities:
    """The steps of a file's promise. What something outside is missing for is an answer; what raises is tried again."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=ASSEMBLE_FILE)
    async def assemble_file(self, request: IntakeRequest) -> IntakeStep:
        """Make one content of the segments of an upload."""
        async with beating():
            return await assemble.assemble(self._house, request.file_id)

    @activity.defn(name=PROCESS_CONTENT)
    async def process_content(self, request: IntakeRequest) -> IntakeStep:
        """Make previews and text of what is clean."""
        async with beating():
            return await intake.process_file(self._house, request.file_id)

    @activity.defn(name=FINISH_FILE)
    async def finish_file(self, request: IntakeRequest) -> IntakeStep:
        """Make a file ready."""
        return await intake.finish(self._house, request.file_id)

    @activity.defn(name=GIVE_UP_FILE)
    async def give_up_file(self, end: IntakeEnd) -> IntakeStep:
        """Let a file fail that was waited for long enough."""
        return await intake.give_up(self._house, end)


class ScanActivities:
    """Scanning, in threads of its own: clamd's client blocks, and so does what it reads from."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._threads = ThreadPoolExecutor(house.settings.scan_threads, thread_name_prefix="scan")

    @activity.defn(name=SCAN_CONTENT)
    async def scan_content(self, request: IntakeRequest) -> IntakeStep:
        """Have a content scanned."""
        async with beating():
            return await intake.scan(
                self._house, request.file_id, request.attempt, ask=self._ask, by=self._scan
            )

    @activity.defn(name=RESCAN_CONTENT)
    async def rescan_content(self, content_id: ContentId) -> Rescanned:
        """Have a content scanned again; one over which the scanner breaks off is tried a few times."""
        is_last_try = activity.info().attempt >= self._house.settings.scan_attempts
        async with beating():
            return await rescan.again(
                self._house, content_id, is_last_try=is_last_try, ask=self._ask, by=self._scan
            )

    async def _ask(self) -> ScannerVersion:
        return await self._in_thread(self._house.scanner.ready)

    async def _scan(self, content: Content, version: ScannerVersion) -> Verdict:
        house = self._house
        with SCAN_SECONDS.time():
            return await self._in_thread(partial(intake.scanned, house, content, house.scanner, version))

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
