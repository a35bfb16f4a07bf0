"""The maker as seen from here: started for one file, ended in time, and believed nothing unchecked.

Its folder holds the file and what is made of it. A worker that is killed takes its maker with it and leaves a folder
behind, which later ones clear away.
"""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from parlour.core.files.made import Previews, read_results
from parlour.core.files.maker.job import NO_WALLS, RESULTS, SOURCE, Job, Limits
from parlour.core.model.files import FileKind
from parlour.core.settings import Settings
from parlour.core.telemetry import PREVIEW_SECONDS, log

LOOKED_INTO: set[FileKind] = {"image", "video", "audio", "pdf", "text", "document"}
FOLDER = "parlour-preview-"
LEFT_BEHIND_SECONDS = 3600
PYTHON = (sys.executable, "-I", "-X", "utf8", "-m", "parlour.core.files.maker")
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}
"""All that it is given: the memory it may have is counted by addresses, of which each arena takes many."""

Fetch = Callable[[Path], Awaitable[None]]

ERRORS = "errors"
SAID_BYTES = 500
FAULTY = 1
ENDED = {
    FAULTY: "Previews cannot be made at the moment: their maker does not work.",
    NO_WALLS: "Previews are not made here: this system offers no wall between their maker and the network.",
    -signal.SIGXCPU: "A preview of this takes longer than previews may take (preview_make_seconds).",
    -signal.SIGKILL: "A preview of this takes longer, or more memory, than previews may take (preview_make_seconds, "
    "preview_memory_bytes).",
}
BROKE_OFF = "This file is damaged, or not what it seems to be: the maker of previews broke off over it."


class PreviewMaker:
    """Makes previews, of so many files at once as a setting says."""

    def __init__(self, settings: Settings) -> None:
        self._limits = msgspec.convert(settings, Limits, from_attributes=True)
        self._places = asyncio.Semaphore(settings.preview_processes)

    async def make(self, kind: FileKind, mime_type: str, fetch: Fetch) -> Previews:
        """Return what is made of a file of a kind and type; `fetch` writes it to the path that it is given."""
        if kind not in LOOKED_INTO:
            return Previews()
        async with self._places, _folder() as folder:
            await fetch(folder / SOURCE)
            job = Job(folder=str(folder), kind=kind, mime_type=mime_type, limits=self._limits)
            with PREVIEW_SECONDS.labels(kind).time():
                code = await self._run(job)
            if code == 0:
                return await asyncio.to_thread(read_results, job)
            # Only before it has read the file it ends so: what it says then is about itself.
            said = _end_of(folder / ERRORS) if code == FAULTY else ""
            log.warning("preview.ended", code=code, kind=kind, mime_type=mime_type, said=said)
            return Previews(failed=ENDED.get(code, BROKE_OFF))

    async def _run(self, job: Job) -> int:
        """Run the maker; return its exit code, or the signal that ended it as a negative number."""
        process = await _started(job)
        try:
            async with asyncio.timeout(self._limits.preview_make_seconds):
                return await process.wait()
        except TimeoutError:
            return -signal.SIGXCPU
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _started(job: Job) -> Process:
    told = (msgspec.json.encode(job).decode(), str(os.getpid()))
    with await asyncio.to_thread(Path(job.folder, ERRORS).open, "wb") as errors:
        return await asyncio.create_subprocess_exec(
            *(*PYTHON, *told),
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=errors,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )


@asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    folder = await asyncio.to_thread(_new_folder)
    try:
        yield folder
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _end_of(path: Path) -> str:
    return path.read_bytes()[-SAID_BYTES:].decode(errors="replace")


def _new_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=FOLDER))
    (folder / RESULTS).mkdir()
    for other in folder.parent.glob(f"{FOLDER}*"):
        with suppress(FileNotFoundError):
            if other.stat().st_mtime < time.time() - LEFT_BEHIND_SECONDS:
                shutil.rmtree(other, ignore_errors=True)
    return folder
