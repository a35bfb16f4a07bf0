"""What texts and names may be, on anything hypothesis can think of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parlour.core.chat.text import checked_text
from parlour.core.errors import InvalidError
from parlour.core.people.names import checked_email, checked_name, slug_of
from parlour.core.settings import Settings

SETTINGS = Settings()


@given(st.text(max_size=200))
def test_a_text_is_kept_as_it_is_or_refused(text: str) -> None:
    try:
        kept = checked_text(text, longest=100)
    except InvalidError as error:
        assert error.code in {"text_empty", "text_too_long", "text_control_characters"}
        assert error.errors
    else:
        assert kept == text.replace("\r\n", "\n").replace("\r", "\n")
        assert 0 < len(kept) <= 100
        assert checked_text(kept, longest=100) == kept


@pytest.mark.parametrize("text", ["\x00", "a\x1b[31mb", "\x7f", "a\x85b", "safe \u202e txet"])
def test_control_characters_are_refused(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        checked_text(text, longest=100)
    assert refused.value.code == "text_control_characters"


@pytest.mark.parametrize("text", ["👩‍👩‍👧 family", "tab\tand\nline", "שלום", "e\u0301", "\ufeffx"])
def test_what_people_write_is_taken(text: str) -> None:
    assert checked_text(text, longest=100) == text


@given(st.text(max_size=300))
def test_a_name_is_one_short_line_or_refused(name: str) -> None:
    try:
        kept = checked_name(name, SETTINGS)
    except InvalidError:
        return
    assert 0 < len(kept) <= SETTINGS.name_max_length
    assert kept == " ".join(kept.split())
    assert checked_name(kept, SETTINGS) == kept


@given(st.text(max_size=60))
def test_an_address_made_of_a_name_is_always_an_address(name: str) -> None:
    slug = slug_of(name)
    assert 0 < len(slug) <= 40
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-")
    assert not slug.endswith("-")


@given(st.emails())
def test_addresses_are_folded(address: str) -> None:
    try:
        kept = checked_email(address, SETTINGS)
    except InvalidError:
        return
    assert kept == address.strip().casefold()
