"""What a letter is in words, before it is a page."""

from collections.abc import Mapping

from msgspec import Struct

Words = Mapping[str, str]
"""What a letter needs to know: each kind of letter tells which."""


class Said(Struct, frozen=True, kw_only=True):
    """A letter in words: `button` labels its `link`, `after` stands below that and ends with another link.

    `reason` is the end of the sentence that says why someone gets it.
    """

    subject: str
    headline: str
    before: list[str]
    button: str = ""
    link: str = ""
    code: str = ""
    after: list[str] = []
    other: str = ""
    reason: str
