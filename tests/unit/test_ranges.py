"""Ranges and conditions of HTTP, as RFC 9110 has them."""

from datetime import UTC, datetime

import pytest

from parlour.api.ranges import RangeError, Span, Version, is_known, wanted_part

AT = datetime(2026, 11, 21, 17, 0, 0, 500_000, tzinfo=UTC)
DATE = "Sat, 21 Nov 2026 17:00:00 GMT"
TEN = Version(10, '"abc"', AT)


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-3", Span(0, 4)),
        ("bytes=4-", Span(4, 10)),
        ("bytes=9-9", Span(9, 10)),
        ("bytes=-3", Span(7, 10)),
        ("bytes=-100", Span(0, 10)),
        ("bytes=2-1000000000000", Span(2, 10)),
        ("Bytes = 0 - 0", Span(0, 1)),
        ("", None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=a-b", None),
        ("bytes=0-1,3-4", None),
        ("bytes=0x1-2", None),
        ("bytes=+1-2", None),
        ("bytes=1-" + "9" * 400, None),
        ("items=0-3", None),
    ],
)
def test_one_range_is_sent_and_what_is_no_range_is_passed_over(asked: str, part: Span | None) -> None:
    assert wanted_part({"range": asked}, TEN) == part


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=999999-"])
def test_a_range_behind_the_end_says_where_the_end_is(asked: str) -> None:
    with pytest.raises(RangeError) as refused:
        wanted_part({"range": asked}, TEN)
    assert refused.value.headers == {"Content-Range": "bytes */10"}


def test_of_nothing_there_is_no_part() -> None:
    with pytest.raises(RangeError):
        wanted_part({"range": "bytes=0-"}, Version(0, '"empty"', AT))


@pytest.mark.parametrize(
    ("condition", "part"),
    [
        ('"abc"', Span(0, 4)),
        (DATE, Span(0, 4)),
        ('W/"abc"', None),
        ('"other"', None),
        ("Sat, 21 Nov 2026 16:59:59 GMT", None),
        ("rubbish", None),
    ],
)
def test_a_part_of_another_version_is_not_sent(condition: str, part: Span | None) -> None:
    assert wanted_part({"range": "bytes=0-3", "if-range": condition}, TEN) == part


@pytest.mark.parametrize(
    ("headers", "known"),
    [
        ({}, False),
        ({"if-none-match": '"abc"'}, True),
        ({"if-none-match": 'W/"abc"'}, True),
        ({"if-none-match": '"x", "abc"'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": '"x"'}, False),
        ({"if-none-match": '"x"', "if-modified-since": DATE}, False),
        ({"if-modified-since": DATE}, True),
        ({"if-modified-since": "Sat, 21 Nov 2026 16:59:59 GMT"}, False),
        ({"if-modified-since": "yesterday"}, False),
    ],
)
def test_what_is_known_is_not_sent_again(headers: dict[str, str], known: bool) -> None:
    assert is_known(headers, TEN) is known
