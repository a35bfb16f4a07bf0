"""Text and code: its first lines as they are, how many there are, and the words it is found by."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path

from parlour.core.files.maker.encodings import encoding_of
from parlour.core.files.maker.job import Found, Job, Made
from parlour.core.files.maker.words import readable, write_text
from parlour.core.model.files import Media

READ_BYTES = 1 << 16
MARKED_UP = {"text/html", "text/rtf", "application/rtf", "message/rfc822", "application/xhtml+xml"}
"""Whose words stand between other things: they are found by the words alone."""


def make(job: Job, found: Found) -> None:
    """Make `head`, and the text."""
    encoding = encoding_of(job.source)
    found.media = Media(lines=_count_lines(job.source, encoding))
    head = _head(job, encoding)
    Path(job.result("head")).write_text(head, "utf-8")
    found.made.append(Made(name="head"))
    if job.mime_type in MARKED_UP:
        from parlour.core.files.maker import documents

        documents.make(job, found)
    else:
        write_text(_parts(job.source, encoding), job)


def _parts(path: str, encoding: str) -> Iterator[str]:
    """Yield a file's text in parts."""
    decoder = getincrementaldecoder(encoding)(errors="replace")
    with Path(path).open("rb") as file:
        while data := file.read(READ_BYTES):
            yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


def _head(job: Job, encoding: str) -> str:
    """Return the first lines, each and all of them as far as the limits go."""
    text = ""
    for part in _parts(job.source, encoding):
        text += part
        if len(text) > job.limits.head_max or text.count("\n") > job.limits.head_lines:
            break
    lines = readable(text)[: job.limits.head_max].split("\n")
    return "\n".join(lines[: job.limits.head_lines])


def _count_lines(path: str, encoding: str) -> int:
    """Return how many lines there are; one without an end counts."""
    lines, last = 0, ""
    for part in _parts(path, encoding):
        # The end of a line may be cut in two by a part.
        lines += part.count("\n") + part.count("\r") - part.count("\r\n")
        lines -= last == "\r" and part.startswith("\n")
        last = part[-1:] or last
    return lines + (last not in ("", "\n", "\r"))
