"""What the maker made, taken over: each result is looked at as if a stranger had sent it."""

import os
import stat
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from parlour.core.files.maker.job import FOUND, TEXT, Job
from parlour.core.files.maker.words import readable
from parlour.core.model.files import Media, RenditionName

PICTURE = "image/webp"
MEDIA_TYPES: dict[RenditionName, str] = {
    "thumb": PICTURE,
    "large": PICTURE,
    "poster": PICTURE,
    "page": PICTURE,
    "head": "text/plain",
}
WEBP = (b"RIFF", b"WEBP")
FOUND_MAX_BYTES = 20_000
BROKEN = "This file is damaged, or not what it seems to be: what was made of it is no preview."

Pixels = Annotated[int, Meta(ge=0, le=10_000_000)]
Shown = Annotated[int, Meta(ge=0, le=5_000)]
Loudness = Annotated[int, Meta(ge=0, le=100)]


class Picture(Struct, frozen=True, kw_only=True):
    """A rendition as it was made, in bytes; pixels."""

    name: RenditionName
    data: bytes
    width: int
    height: int

    @property
    def media_type(self) -> str:
        """What it is served as."""
        return MEDIA_TYPES[self.name]


class Previews(Struct, frozen=True, kw_only=True):
    """What was made of a file. `failed` says in words why there is no more."""

    media: Media = Media()
    renditions: list[Picture] = []
    text: str = ""
    failed: str = ""


class _Media(Struct, kw_only=True):
    width: Pixels = 0
    height: Pixels = 0
    seconds: Annotated[float, Meta(ge=0, le=1e8)] = 0
    pages: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    lines: Annotated[int, Meta(ge=0)] = 0
    animated: bool = False
    waveform: Annotated[list[Loudness], Meta(max_length=100)] = []


class _Made(Struct):
    name: RenditionName
    width: Shown = 0
    height: Shown = 0


class _Found(Struct):
    media: _Media
    made: Annotated[list[_Made], Meta(max_length=len(MEDIA_TYPES))]
    failed: Annotated[str, Meta(max_length=300)] = ""


class _SuspectError(Exception):
    """A result is not what the maker may leave."""


def read_results(job: Job) -> Previews:
    """Return what a maker that ended well left, or that it left something else."""
    try:
        found = msgspec.json.decode(_read(job, FOUND, FOUND_MAX_BYTES), type=_Found)
        renditions = [_rendition(job, made) for made in found.made]
        text = _text(job, TEXT, job.limits.file_text_max) if _is_there(job, TEXT) else ""
    except (OSError, _SuspectError, msgspec.MsgspecError):
        return Previews(failed=BROKEN)
    media = msgspec.convert(found.media, Media, from_attributes=True)
    return Previews(media=media, renditions=renditions, text=text, failed=readable(found.failed))


def _rendition(job: Job, made: _Made) -> Picture:
    if made.name == "head":
        data = _text(job, made.name, job.limits.head_max).encode()
    else:
        data = _read(job, made.name, job.limits.preview_result_bytes)
        if (data[:4], data[8:12]) != WEBP:
            raise _SuspectError
    return Picture(name=made.name, data=data, width=made.width, height=made.height)


def _text(job: Job, name: str, most: int) -> str:
    return readable(_read(job, name, 4 * most).decode(errors="replace"))[:most]


def _is_there(job: Job, name: str) -> bool:
    return os.path.lexists(job.result(name))


def _read(job: Job, name: str, most: int) -> bytes:
    """Return a result's bytes. It must be a file, and no link to one."""
    place = os.open(job.result(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(place, "rb") as file:
        if not stat.S_ISREG(os.fstat(place).st_mode):
            raise _SuspectError
        data = file.read(most + 1)
    if len(data) > most:
        raise _SuspectError
    return data
