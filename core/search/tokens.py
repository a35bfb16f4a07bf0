"""Words as they are compared: compatibility forms, case and accents folded; and where in a text they stand.

There is no stemming: a workspace writes in several languages, and a word still being typed finds its longer forms.
Scripts written without spaces (Chinese, Japanese, Thai …) are taken character by character; a run of such characters in
a query is a phrase. So is anything else that one typed as one and that holds several words: `v1.2`, `max_length`.
"""

import itertools
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

WORD_MAX = 40
"""Characters of a word that count."""
SCANNED_TO = 0x20000
"""Code points above hold no letters but rare Han, which `str.isalnum` knows."""


class Word(Struct, frozen=True):
    """A folded word, and the span of the text that it stands for."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Return a text as it is compared."""
    if text.isascii():
        return text.lower()
    parted = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFKC", ACCENTS.sub("", parted).translate(LETTERS)).lower()


def words(text: str) -> list[str]:
    """Return the words of a text in their order, folded."""
    return [word.text for word in words_in(text)]


def words_in(text: str) -> Iterator[Word]:
    """Yield the words of a text in their order."""
    for run in RUN.finditer(text):
        start, end = run.span()
        for part in _parts(run[0]):
            yield Word(part, start, end)


def is_spaceless(word: str) -> bool:
    """Return whether a folded word is a character of a script that puts no spaces between words."""
    return bool(SPACELESS.match(word))


def pair(first: str, second: str) -> int:
    """Return the token of two words side by side. Different pairs may share one: readers look at the text."""
    return zlib.crc32(f"{first} {second}".encode()) >> 1


def pairs(following: Sequence[str]) -> list[int]:
    """Return the tokens of all neighbours among words in their order."""
    return [pair(first, second) for first, second in itertools.pairwise(following)]


def holds_phrase(text: Sequence[str], phrase: Sequence[str], *, open_end: bool) -> bool:
    """Return whether words hold a phrase; with `open_end` its last word may be the beginning of one."""
    *head, last = phrase
    for at in range(len(text) - len(head)):
        found = text[at + len(head)]
        if (found.startswith(last) if open_end else found == last) and list(
            text[at : at + len(head)]
        ) == head:
            return True
    return False


@lru_cache(maxsize=50_000)
def _parts(run: str) -> tuple[str, ...]:
    return tuple(part[:WORD_MAX] for part in RUN.findall(fold(run)))


def _class_of(points: Iterable[int]) -> str:
    """Return code points as the inside of a character class."""
    spans: list[list[int]] = []
    for point in points:
        if spans and spans[-1][1] == point - 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in spans)


def _of_category(beginning: str) -> str:
    return _class_of(p for p in range(SCANNED_TO) if unicodedata.category(chr(p)).startswith(beginning))


_MARKS = _of_category("M")
_SYMBOLS = _of_category("So")
# Letters that no decomposition takes an accent from.
LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
# Accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowel marks. Other scripts' marks are letters of theirs.
ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
)
_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
SPACELESS = re.compile(f"[{_SPACELESS}]")
_LETTER = f"[^\\W_{_SPACELESS}]"
RUN = re.compile(f"[{_SPACELESS}]|{_LETTER}(?:{_LETTER}|[{_MARKS}])*|[{_SYMBOLS}]")
