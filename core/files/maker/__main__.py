"""Make what can be made of one file: `python -m parlour.core.files.maker <job as JSON> <its parent's process id>`."""

import errno
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec

from parlour.core.files.maker.confine import confine
from parlour.core.files.maker.job import FOUND, Found, Job, UnmakeableError
from parlour.core.model.files import FileKind

Make = Callable[[Job, Found], None]
MODULES: dict[FileKind, str] = {
    "image": "images",
    "video": "media",
    "audio": "media",
    "pdf": "pdfs",
    "text": "texts",
    "document": "documents",
}
TOO_LARGE = "A preview of this would be larger than previews may be (preview_result_bytes)."


def main(given: str, parent: str) -> None:
    """Do a job, behind walls, and write what was found."""
    job = msgspec.json.decode(given, type=Job)
    confine(job, int(parent))
    # Should a library be missing, no file is to blame.
    make = _maker_of(job.kind)
    Path(job.result(FOUND)).write_bytes(msgspec.json.encode(look(job, make)))


def look(job: Job, make: Make) -> Found:
    """Return what was found; what was made until something failed is kept."""
    found = Found()
    try:
        make(job, found)
    except UnmakeableError as refused:
        found.failed = str(refused)
    except MemoryError:
        found.failed = "It takes more memory to preview this than previews may have (preview_memory_bytes)."
    except Exception as fault:
        # Damage shows as any error of any library.
        is_full = isinstance(fault, OSError) and fault.errno == errno.EFBIG
        found.failed = TOO_LARGE if is_full else "This file is damaged, or not what it seems to be."
    return found


def _maker_of(kind: FileKind) -> Make:
    module = importlib.import_module(f"parlour.core.files.maker.{MODULES[kind]}")
    return cast(Make, module.make)


if __name__ == "__main__":
    main(*sys.argv[1:])
