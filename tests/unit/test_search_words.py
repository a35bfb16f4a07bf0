"""Words as they are compared, and where they stand in a text."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlour.core.search.highlight import highlight
from parlour.core.search.query import Term
from parlour.core.search.tokens import fold, holds_phrase, pair, pairs, words, words_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Straße in ŁÓDŹ, Ærøskøbing", ["strasse", "in", "lodz", "aeroskobing"]),
        ("e\u0301te\u0301 = été", ["ete", "ete"]),
        ("İstanbul ISTANBUL", ["istanbul", "istanbul"]),
        ("ｆｕｌｌ ﬁne", ["full", "fine"]),
        ("東京2024abc", ["東", "京", "2024abc"]),
        ("がく ｶﾀ", ["が", "く", "カ", "タ"]),
        ("한국어 검색", ["한국어", "검색"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("مُحَمَّد שָׁלוֹם", ["محمد", "שלום"]),
        ("Ёлка Ελλάδα", ["елка", "ελλαδα"]),
        ("snake_case v1.2 don't", ["snake", "case", "v1", "2", "don", "t"]),
        ("shipped 🎉!", ["shipped", "🎉"]),
        ("\u0301 \u200b --- ", []),
    ],
)
def test_words_are_folded(text: str, found: list[str]) -> None:
    assert words(text) == found


@given(st.text(max_size=80))
def test_every_word_stands_somewhere_in_the_text_and_folding_again_changes_nothing(text: str) -> None:
    for word in words_in(text):
        assert 0 <= word.start < word.end <= len(text)
        assert fold(word.text) == word.text or len(word.text) == 40


def test_a_phrase_is_words_side_by_side() -> None:
    text = words("the quick brown fox")
    assert holds_phrase(text, ["quick", "brown"], open_end=False)
    assert not holds_phrase(text, ["quick", "fox"], open_end=False)
    assert not holds_phrase(text, ["quick", "bro"], open_end=False)
    assert holds_phrase(text, ["quick", "bro"], open_end=True)
    assert not holds_phrase([], ["quick"], open_end=True)


def test_pairs_are_small_numbers_and_know_their_order() -> None:
    assert pairs(["a", "b", "c"]) == [pair("a", "b"), pair("b", "c")]
    assert pair("a", "b") != pair("b", "a")
    assert 0 <= pair("a", "b") < 2**31


def test_hits_are_marked_and_all_else_is_escaped() -> None:
    terms = [Term(("deploy",)), Term(("fail",), open_end=True)]
    shown = highlight("<b>Déploy</b> & failing", terms)
    assert shown == "&lt;b&gt;<mark>Déploy</mark>&lt;/b&gt; &amp; <mark>failing</mark>"


def test_only_the_whole_phrase_is_marked() -> None:
    shown = highlight("out of order, not order out", [Term(("order", "out"))])
    assert shown == "out of order, not <mark>order</mark> <mark>out</mark>"


def test_a_long_text_is_cut_around_its_first_hit() -> None:
    text = "word " * 200 + "needle in the hay " + "word " * 200
    shown = highlight(text, [Term(("needle",))])
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "<mark>needle</mark> in the hay" in shown
    assert len(shown) < 300


@given(st.text(max_size=400), st.text(max_size=5))
def test_a_highlight_holds_nothing_but_text_and_marks(text: str, word: str) -> None:
    shown = highlight(text, [Term((w,), open_end=True) for w in words(word)])
    assert shown.count("<mark>") == shown.count("</mark>")
    plain = html.unescape(re.sub("</?mark>", "", shown))
    assert plain.strip("…") in text or plain in text or len(text) > 240
