"""The language of searches, on what people type and on anything hypothesis can think of."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlour.core.errors import InvalidError
from parlour.core.search.query import Asked, Conditions, Query, Term, parse
from parlour.core.settings import Settings

SETTINGS = Settings()


def read(q: str, **parameters: str) -> Query:
    return parse(Asked(q=q, **parameters), SETTINGS)


def terms(q: str) -> list[Term]:
    return read(q).wanted.terms


def test_the_last_word_may_go_on_and_those_before_are_complete() -> None:
    assert terms("deploy fai") == [Term(("deploy",)), Term(("fai",), open_end=True)]
    assert terms("deploy fail ") == [Term(("deploy",)), Term(("fail",))]
    assert terms("dep* now ") == [Term(("dep",), open_end=True), Term(("now",))]
    assert terms("a") == [Term(("a",))], "one letter begins too many words"


def test_quotes_make_a_phrase_also_curly_and_open_ones() -> None:
    phrase = [Term(("exact", "phrase"))]
    assert terms('"Exact  phrase"') == terms("“exact phrase”") == terms('"exact phrase') == phrase


def test_what_is_typed_as_one_stays_together() -> None:
    assert terms("max_length ") == [Term(("max", "length"))]
    assert terms("v1.2 ") == [Term(("v1", "2"))]
    assert terms("東京 ") == [Term(("東", "京"))]
    assert terms("https://parlour.example/a ")[0].words[:2] == ("https", "parlour")


def test_case_and_accents_are_folded() -> None:
    assert terms("Café STRASSE ") == terms("cafe straße ")


def test_minus_leaves_out() -> None:
    found = read('deploy -failed -"on friday" -from:ben -in:random -has:link ')
    assert found.wanted == Conditions(terms=[Term(("deploy",))])
    assert found.unwanted == Conditions(
        terms=[Term(("failed",)), Term(("on", "friday"))], people=["ben"], places=["random"], marks=["link"]
    )


def test_operators_and_parameters_mean_the_same() -> None:
    typed = read("in:general from:@ada before:2024-05-01 after:2023 word ")
    given_ = read("word ", in_="general", from_="@ada", before="2024-05-01", after="2023")
    assert typed == given_
    assert typed.wanted.people == ["@ada"]
    assert (typed.since, typed.until) == (datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC))


def test_operators_may_be_written_in_capitals_and_with_quotes() -> None:
    found = read('FROM:Ada In:"two words" Has:Links is:Thread ')
    assert found.wanted == Conditions(people=["Ada"], places=["two words"], marks=["link", "thread"])


def test_an_operator_being_typed_is_no_condition_yet() -> None:
    assert read("from:").is_empty
    assert read("-in:").is_empty
    assert read("").is_empty
    assert read(' - "" ,. ').is_empty


def test_days_are_those_of_the_zone() -> None:
    found = read("on:2024-05-17", tz="Europe/Berlin")
    assert found.since == datetime(2024, 5, 16, 22, tzinfo=UTC)
    assert found.until == datetime(2024, 5, 17, 22, tzinfo=UTC)
    month = read("on:2024-12")
    assert (month.since, month.until) == (datetime(2024, 12, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
    moment = read("", before="2024-05-17T10:00:00Z")
    assert moment.until == datetime(2024, 5, 17, 10, tzinfo=UTC)
    assert read("on:today").since


@pytest.mark.parametrize(
    ("q", "parameters", "field"),
    [
        ("before:tomorrowish", {}, "q"),
        ("on:2024-02-31", {}, "q"),
        ("after:9999", {}, "q"),
        ("after:0000", {}, "q"),
        ("-before:2024-01-01", {}, "q"),
        ("has:wings", {}, "q"),
        ("is:link", {}, "q"),
        ("x", {"before": "soon"}, "before"),
        ("x", {"tz": "Mars/Olympus"}, "tz"),
        ("x", {"tz": "../etc/passwd"}, "tz"),
        ("x" * (SETTINGS.search_query_max_length + 1), {}, "q"),
        ("a " * (SETTINGS.search_terms_max + 1), {}, "q"),
    ],
)
def test_what_cannot_be_understood_is_a_clear_error_of_its_field(
    q: str, parameters: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        read(q, **parameters)
    assert refused.value.code == "invalid"
    assert refused.value.errors
    assert refused.value.errors[0]["field"] == field


def test_plain_words_alone_may_mean_a_channel_or_a_person() -> None:
    assert read("general").is_plain
    assert not read("general has:link").is_plain
    assert not read("general -random").is_plain


@given(st.text(max_size=120))
def test_anything_is_read_or_refused(q: str) -> None:
    try:
        found = read(q)
    except InvalidError:
        return
    assert all(word for term in found.wanted.terms for word in term.words)


@given(st.text(alphabet='ab:-"*“ fromin2024-', max_size=60))
def test_anything_that_looks_like_operators_is_read_or_refused(q: str) -> None:
    try:
        read(q)
    except InvalidError as error:
        assert error.errors
