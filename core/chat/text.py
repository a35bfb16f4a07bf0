"""What a message's text may be."""

import re

from parlour.core.errors import InvalidError

# Control characters other than tab and line feed; carriage returns are folded into line feeds first.
# Includes C1 controls, and the bidirectional overrides that can make text read as something else.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]")


def checked_text(text: str, *, longest: int, may_be_empty: bool = False) -> str:
    """Return `text` as it will be stored; it `may_be_empty` beside files.

    Raises:
        InvalidError: `text_empty`, `text_too_long` or `text_control_characters`.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > longest:
        raise InvalidError.field(
            "text",
            f"A message has at most {longest} characters (message_max_length); this one has {len(text)}.",
            "text_too_long",
        )
    if not text or text.isspace():
        if may_be_empty:
            return ""
        raise InvalidError.field("text", "A message needs some text.", "text_empty")
    if FORBIDDEN.search(text):
        raise InvalidError.field(
            "text", "A message cannot hold control characters.", "text_control_characters"
        )
    return text
