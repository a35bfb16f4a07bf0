"""Text that a file is found by."""

import re
from collections.abc import Iterable
from pathlib import Path

from parlour.core.files.maker.job import TEXT, Job

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
"""Control characters and others that no text is made of; tabs and ends of lines stay."""


def readable(text: str) -> str:
    """Return a text without what cannot be read, its lines ended alike."""
    return UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def write_text(parts: Iterable[str], job: Job) -> None:
    """Write the text of a file, as far as it is searched."""
    most = job.limits.file_text_max
    taken: list[str] = []
    for part in parts:
        taken.append(readable(part)[:most])
        most -= len(taken[-1])
        if most <= 0:
            break
    Path(job.result(TEXT)).write_text("".join(taken), "utf-8")
