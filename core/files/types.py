"""What a content is, by its bytes alone (libmagic), what people look for it as, and whether it is taken here."""

from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import magic

from parlour.core.model.files import FileKind
from parlour.core.settings import Settings

HEAD_BYTES = 1_048_576
"""The beginning of a content by which its type is told."""
UNKNOWN = "application/octet-stream"
DOS = "application/x-dosexec"
DOS_HEADERS = (b"MZ", b"ZM")
"""Programs for DOS and Windows begin so. Without that libmagic guesses: one in a hundred random contents is one."""
# libmagic names programs by their form, and has changed its mind about some of the names.
PROGRAMS = {
    "application/vnd.microsoft.portable-executable": DOS,
    "application/x-msdownload": DOS,
    "application/x-ms-ne-executable": DOS,
    "application/x-ms-dos-executable": DOS,
    "application/x-pie-executable": "application/x-executable",
    "application/x-sharedlib": "application/x-executable",
    "application/x-mach-binary": "application/x-executable",
}
ARCHIVES = frozenset(
    f"application/{name}"
    for name in (
        *("zip", "gzip", "x-tar", "x-7z-compressed", "x-rar", "vnd.rar", "x-bzip2", "x-xz", "zstd", "x-zstd"),
        *(
            "java-archive",
            "x-iso9660-image",
            "x-lzip",
            "x-lzma",
            "x-lz4",
            "x-compress",
            "x-cpio",
            "x-archive",
        ),
        *("vnd.android.package-archive", "vnd.debian.binary-package", "x-rpm", "vnd.ms-cab-compressed"),
    )
)
TEXTS = frozenset(
    f"application/{name}"
    for name in ("json", "xml", "javascript", "x-ndjson", "x-wine-extension-ini", "sql", "toml")
)
DOCUMENTS = (
    "application/vnd.openxmlformats-officedocument.*",
    "application/vnd.oasis.opendocument.*",
    "application/vnd.ms-*",
    "application/msword",
    "application/x-ole-storage",
    "application/rtf",
    "text/rtf",
    "application/epub+zip",
    "application/postscript",
    "application/cdfv2*",
)


def types_of(head: bytes) -> list[str]:
    """Return what a content is by its beginning, and then all else that it may be taken for."""
    found = str(_magic().from_buffer(head)).split("\\012- ")
    types = list(dict.fromkeys(name.strip() for name in found if "/" in name))
    if not head.startswith(DOS_HEADERS):
        types = [name for name in types if name != DOS]
    return types or [UNKNOWN]


def kind_of(media_type: str) -> FileKind:
    """Return what people look for when they look for a type."""
    family = media_type.partition("/")[0]
    if _is_one(media_type, DOCUMENTS):
        return "document"
    if media_type == "application/pdf":
        return "pdf"
    if media_type in ARCHIVES:
        return "archive"
    if media_type in TEXTS or family in ("text", "message"):
        return "text"
    if media_type == "application/ogg":
        return "audio"
    return family if family in ("image", "video", "audio") else "other"  # type: ignore[return-value]


def refusal(types: list[str], settings: Settings) -> str:
    """Return in words why a content of these types is not taken; empty: it is.

    A program is one whatever else the content may be taken for, so every type counts against it, the first for it.
    """
    refused, allowed = _patterns(settings.file_types_refused), _patterns(settings.file_types_allowed)
    for name in types:
        if _is_one(name, refused) or _is_one(PROGRAMS.get(name, name), refused):
            return f"Files of this type are not taken here: {name} (file_types_refused)."
    if allowed and not _is_one(types[0], allowed):
        return f"Files of this type are not taken here: {types[0]} (file_types_allowed)."
    return ""


def _patterns(setting: str) -> list[str]:
    return [pattern.strip().lower() for pattern in setting.split(",") if pattern.strip()]


def _is_one(media_type: str, patterns: list[str] | tuple[str, ...]) -> bool:
    return any(fnmatchcase(media_type.lower(), pattern) for pattern in patterns)


@cache
def _magic() -> Any:
    """Return libmagic with its rules loaded; it has a lock of its own."""
    return magic.Magic(mime=True, keep_going=True)
