"""What a content is, by its bytes, and what is refused for it."""

import random

import pytest

from parlour.core.files.types import kind_of, refusal, types_of
from parlour.core.model.files import FileKind
from parlour.core.settings import Settings
from tests import uploaded


def settings(**chosen: str) -> Settings:
    return Settings(**chosen)  # type: ignore[arg-type]


def test_noise_is_no_program() -> None:
    noise = random.Random(5)  # noqa: S311 - no secret
    refused = [why for _ in range(1000) if (why := refusal(types_of(noise.randbytes(500)), settings()))]
    assert refused == []


@pytest.mark.parametrize(
    "head",
    [
        uploaded.program(),
        b"MZ" + bytes(200),
        b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\x3e\x00" + bytes(40),
        b"\xcf\xfa\xed\xfe\x07\x00\x00\x01\x03\x00\x00\x00\x02\x00\x00\x00" + bytes(100),
    ],
    ids=["pdf", "dos", "elf", "macos"],
)
def test_a_program_is_refused(head: bytes) -> None:
    assert "file_types_refused" in refusal(types_of(head), settings())


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (uploaded.pdf(b"x"), "pdf"),
        (uploaded.docx(b"x"), "document"),
        (uploaded.zipped(b"x"), "archive"),
        (b"Dear Ada,\n", "text"),
        (b'{"a": 1}', "text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(50), "video"),
        (b"OggS\x00\x02" + bytes(20) + b"\x01\x1e\x01vorbis" + bytes(30), "audio"),
        (bytes(100), "other"),
    ],
    ids=["pdf", "docx", "zip", "letter", "json", "png", "mp4", "ogg", "zeros"],
)
def test_a_content_has_a_kind(content: bytes, kind: FileKind) -> None:
    assert kind_of(types_of(content)[0]) == kind


def test_only_what_is_allowed_is_taken_where_that_is_set() -> None:
    only = settings(file_types_allowed="image/*, application/pdf")
    assert refusal(["image/png"], only) == ""
    assert refusal(["application/pdf"], only) == ""
    assert "file_types_allowed" in refusal(["text/plain"], only)


def test_a_family_is_refused_with_a_star() -> None:
    assert "video/mp4" in refusal(["video/mp4"], settings(file_types_refused="video/*"))
