"""What the maker is told, and what it answers."""

from msgspec import Struct, field

from parlour.core.model.files import FileKind, Media, RenditionName

SOURCE = "source"
"""The file it reads, in the folder of its job."""
RESULTS = "results"
"""The folder it writes into, beside that: `FOUND`, a text named `TEXT`, and each rendition under its name."""
FOUND = "found.json"
TEXT = "text"
NO_WALLS = 78
"""Its exit code where it cannot be kept from the network (`EX_CONFIG` of sysexits.h)."""


class Limits(Struct, frozen=True, kw_only=True):
    """What making a preview may take: settings, by the names they have there."""

    preview_memory_bytes: int
    preview_make_seconds: int
    preview_result_bytes: int
    preview_image_pixels: int
    preview_frames: int
    file_text_max: int
    head_lines: int
    head_max: int


class Job(Struct, frozen=True, kw_only=True):
    """A file of a kind and type, in a folder."""

    folder: str
    kind: FileKind
    mime_type: str
    limits: Limits

    @property
    def source(self) -> str:
        """The path of the file."""
        return f"{self.folder}/{SOURCE}"

    def result(self, name: str) -> str:
        """Return the path under which a result is written."""
        return f"{self.folder}/{RESULTS}/{name}"


class Made(Struct, frozen=True, kw_only=True):
    """A rendition that was written under its name; pixels."""

    name: RenditionName
    width: int = 0
    height: int = 0


class Found(Struct, kw_only=True):
    """What was found out of a file, filled step by step; `failed` says in words why there is no more."""

    media: Media = field(default_factory=Media)
    made: list[Made] = field(default_factory=list)
    failed: str = ""


class UnmakeableError(Exception):
    """Nothing can be made of a file; the message says why, in words for people."""
