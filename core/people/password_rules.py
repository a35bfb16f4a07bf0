"""What a new password may be, by NIST SP 800-63B: long enough, and not one that is tried first. Nothing else is asked.

Letters, digits and signs are nobody's business: whoever must use some, writes them where everyone does.
"""

import itertools
import unicodedata
from functools import cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from parlour.core.errors import InvalidError
from parlour.core.settings import Settings

PRODUCT = "parlour"
FIELD = "password"


def checked_password(password: str, settings: Settings, *, email: str, name: str) -> str:
    """Return a new password for somebody.

    Raises:
        InvalidError: it is too short or too long, and the limit is named; or it is easily guessed, and why.
    """
    if fault := _fault(password, settings, _own_words(email, name)):
        raise InvalidError.field(FIELD, fault, "password_refused")
    return password


def normal(password: str) -> str:
    """Return a password as it is hashed: however a keyboard composes its letters, they are the same."""
    return unicodedata.normalize("NFKC", password)


def _fault(password: str, settings: Settings, own: set[str]) -> str | None:
    shortest, longest = settings.password_min_length, settings.password_max_length
    folded = normal(password).casefold()
    if len(normal(password)) < shortest:
        return f"A password has at least {shortest} characters (password_min_length)."
    if len(password) > longest:
        return f"A password has at most {longest} characters (password_max_length)."
    if folded in _tried_first():
        return "This password is on the lists of those that are tried first. Choose another one."
    if folded.strip() in own:
        return "A password cannot be your name, your e-mail address or the name of this product."
    if _is_a_row(folded):
        return "The same sign again and again, or a row of them, is guessed at once. Choose another password."
    return None


def _own_words(email: str, name: str) -> set[str]:
    local, _, domain = email.casefold().partition("@")
    named = normal(name).casefold()
    own = {local, domain, domain.partition(".")[0], f"{local}@{domain}", named, *named.split(), PRODUCT}
    together = {"".join(named.split()), *(f"{PRODUCT}{word}" for word in ("1", "123", "chat"))}
    # Written twice is no other word.
    return {form for word in own | together if word for form in (word, word * 2)}


def _is_a_row(text: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    return steps <= {0} or steps == {1} or steps == {-1}


@cache
def _tried_first() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])
