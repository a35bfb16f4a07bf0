"""A form with a file, read as it comes in: the same in whatever pieces it comes, and never anything but an answer."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlour.api.multipart import FileForm
from parlour.core.errors import InvalidError, ParlourError

BOUNDARY = "x-boundary"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
# What looks like the end of the file, but is not.
TRICKY = st.sampled_from([b"\r\n", b"--", BOUNDARY.encode(), b"\r\n--x-bound", b"\r", b"-", b"\x00", b"a"])
FILES = st.binary(max_size=300) | st.lists(TRICKY, max_size=30).map(b"".join)


def form(data: bytes, name: bytes = b"a.txt") -> bytes:
    head = (
        b'Content-Disposition: form-data; name="file"; filename="' + name + b'"\r\nContent-Type: text/plain'
    )
    return b"--%b\r\n%b\r\n\r\n%b\r\n--%b--\r\n" % (BOUNDARY.encode(), head, data, BOUNDARY.encode())


def read(pieces: Sequence[bytes]) -> tuple[str, bytes]:
    async def chunks() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async def whole() -> tuple[str, bytes]:
        reading = FileForm(CONTENT_TYPE, chunks())
        name = await reading.name()
        return name, b"".join([data async for data in reading.data()])

    return asyncio.run(whole())


def cut(body: bytes, at: Sequence[int]) -> list[bytes]:
    edges = [0, *sorted(each % (len(body) + 1) for each in at), len(body)]
    return [body[begin:end] for begin, end in pairwise(edges) if begin < end]


@given(FILES, st.lists(st.integers(0, 10_000), max_size=20))
def test_a_file_is_the_same_in_whatever_pieces_it_comes(data: bytes, at: list[int]) -> None:
    if b"\r\n--" + BOUNDARY.encode() in b"\r\n" + data:
        return
    assert read(cut(form(data), at)) == ("a.txt", data)


@given(FILES, st.integers(1, 200))
def test_a_form_that_breaks_off_is_no_file(data: bytes, missing: int) -> None:
    body = form(data)[:-4]
    with pytest.raises(InvalidError):
        read([body[: max(0, len(body) - missing)]])


@given(st.binary(max_size=300), st.lists(st.integers(0, 10_000), max_size=5))
def test_anything_at_all_is_a_file_or_refused(body: bytes, at: list[int]) -> None:
    for given_body in (body, form(b"x", name=body), form(b"x").replace(b"form-data", body)):
        try:
            read(cut(given_body, at))
        except ParlourError as error:
            assert 400 <= error.status < 500


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "multipart/form-data", 'multipart/form-data; boundary=""']
)
def test_what_is_no_form_is_refused(content_type: str) -> None:
    with pytest.raises(ParlourError) as refused:
        FileForm(content_type, None)  # type: ignore[arg-type]
    assert refused.value.status == 415
