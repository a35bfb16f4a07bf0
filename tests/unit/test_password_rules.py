"""What a password may be: long enough and not guessed at once; nothing is asked of its signs."""

import pytest

from parlour.core.errors import InvalidError
from parlour.core.people.password_rules import checked_password, normal
from parlour.core.settings import Settings
from tests.person import PASSWORD

KNOWN = Settings()


def fault_of(password: str) -> str:
    try:
        checked_password(password, KNOWN, email="ada.lovelace@analytical.example", name="Ada King Lovelace")
    except InvalidError as refused:
        assert refused.errors
        assert (refused.code, refused.errors[0]["field"]) == ("password_refused", "password")
        return refused.detail
    return ""


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "all lower case words",
        "92837465 10293",
        "ʕ•ᴥ•ʔ ʕ•ᴥ•ʔ",
        "пароль из слов",
        " leading and trailing ",
        "x9" * 64,
    ],
)
def test_any_signs_will_do(password: str) -> None:
    assert fault_of(password) == ""


@pytest.mark.parametrize(
    "password", ["password", "PASSWORD", "Password1", "12345678", "qwertyuiop", "iloveyou1", "trustno1"]
)
def test_what_is_tried_first_is_refused_however_it_is_written(password: str) -> None:
    assert "tried first" in fault_of(password) or "row" in fault_of(password)


@pytest.mark.parametrize(
    "password",
    [
        "ada.lovelace",
        "Lovelace",
        "lovelacelovelace",
        "AdaKingLovelace",
        "analytical",
        "Parlour123",
        "parlourparlour",
    ],
)
def test_ones_own_names_and_the_products_are_refused(password: str) -> None:
    assert "name" in fault_of(password)


@pytest.mark.parametrize("password", ["aaaaaaaaaa", "zzzzzzzz", "abcdefghij", "987654321", "ⅰⅰⅰⅰⅰⅰⅰⅰ"])
def test_a_row_of_signs_is_refused(password: str) -> None:
    assert "row" in fault_of(password) or "tried first" in fault_of(password)


def test_the_limits_are_named() -> None:
    assert "password_min_length" in fault_of("short")
    assert "8" in fault_of("seven77")
    assert "password_max_length" in fault_of("long " * 30)


def test_however_a_letter_is_composed_it_is_the_same_password() -> None:
    assert normal("Cafe\u0301 au lait") == normal("Caf\u00e9 au lait")
