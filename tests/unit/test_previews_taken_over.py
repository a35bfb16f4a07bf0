"""What the maker leaves is looked at as if a stranger had sent it."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from parlour.core.files.made import BROKEN, Previews, read_results
from parlour.core.files.maker.job import Job, Limits
from parlour.core.settings import Settings

WEBP = b"RIFF\x10\0\0\0WEBPVP8 "
PICTURE = {"name": "thumb", "width": 40, "height": 30}


@pytest.fixture
def job(tmp_path: Path) -> Job:
    (tmp_path / "results").mkdir()
    limits = msgspec.convert(
        Settings(preview_result_bytes=1000, file_text_max=10), Limits, from_attributes=True
    )
    return Job(folder=str(tmp_path), kind="image", mime_type="image/png", limits=limits)


def leave(job: Job, name: str, data: bytes | str) -> None:
    Path(job.result(name)).write_bytes(data.encode() if isinstance(data, str) else data)


def leave_found(job: Job, **found: object) -> None:
    leave(job, "found.json", msgspec.json.encode({"media": {}, "made": []} | found))


def test_what_was_rightly_made_is_taken_over(job: Job) -> None:
    leave_found(job, media={"width": 40, "height": 30, "waveform": [0, 100]}, made=[PICTURE])
    leave(job, "thumb", WEBP)
    leave(job, "text", "0123456789 and more")
    taken = read_results(job)
    assert not taken.failed
    assert (taken.renditions[0].data, taken.renditions[0].media_type) == (WEBP, "image/webp")
    assert (taken.media.width, taken.media.waveform, taken.text) == (40, [0, 100], "0123456789")


@pytest.mark.parametrize(
    "found",
    [
        {"media": {"width": -1}},
        {"media": {"seconds": 1e300}},
        {"media": {"waveform": [0] * 101}},
        {"media": {"waveform": [101]}},
        {"media": {"lines": "many"}},
        {"made": [PICTURE] * 6},
        {"made": [PICTURE | {"name": "../../source"}]},
        {"made": [PICTURE | {"width": 100_000}]},
        {"failed": "x" * 1000},
        {"made": None},
    ],
)
def test_nothing_is_taken_over_of_one_who_says_nonsense(job: Job, found: dict[str, object]) -> None:
    leave_found(job, **found)
    leave(job, "thumb", WEBP)
    assert read_results(job) == Previews(failed=BROKEN)


def _nothing(path: Path) -> None:
    path.unlink(missing_ok=True)


def _link(path: Path) -> None:
    (path.parent.parent / "secret").write_bytes(WEBP)
    path.symlink_to(path.parent.parent / "secret")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _too_large(path: Path) -> None:
    path.write_bytes(WEBP + bytes(1000))


def _page(path: Path) -> None:
    path.write_bytes(b"<html><script>alert(1)</script></html>")


@pytest.mark.parametrize("left", [_nothing, _link, _pipe, _too_large, _page, Path.mkdir])
def test_a_preview_is_a_picture_and_a_file(job: Job, left: Callable[[Path], None]) -> None:
    leave_found(job, made=[PICTURE])
    left(Path(job.result("thumb")))
    assert read_results(job) == Previews(failed=BROKEN)


def test_text_is_what_can_be_read(job: Job) -> None:
    leave_found(job, made=[{"name": "head"}], failed="Said\x1b[31m so.")
    leave(job, "head", b"a\x00b\x1b[0m\xff\r\nc")
    taken = read_results(job)
    assert taken.renditions[0].data.decode() == "ab[0m\ufffd\nc"
    assert taken.failed == "Said[31m so."
