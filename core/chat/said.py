"""What a message says in words: its text, and its cards, which are words as well."""

import re
from collections.abc import Iterator

from parlour.core.model.cards import Card, CardPart
from parlour.core.model.chat import Entry

ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
LINK = re.compile(r"\[([^\]\n]*)\]\([^)\s]*\)")


def said(message: Entry) -> str:
    """Return all that a message says, to be searched and listened for."""
    cards = [plain(words) for card in message.cards or [] for words in _words_of(card)]
    return "\n".join([message.text, *cards] if message.text else cards)


def said_in_short(message: Entry) -> str:
    """Return what a message says where there is room for a line or two: its text, or what its cards are about."""
    if message.text or not message.cards:
        return message.text or ""
    summaries = [card.summary for card in message.cards if card.summary]
    words = summaries[:1] or [word for card in message.cards for word in _words_of(card)][:3]
    return plain(" · ".join(words))


def plain(markdown: str) -> str:
    """Return Markdown of a card without the signs that keep its words from being taken for marks."""
    return ESCAPED.sub(r"\1", LINK.sub(r"\1", markdown))


def _words_of(card: Card) -> Iterator[str]:
    for part in card.parts:
        yield from filter(None, _of_part(part))


def _of_part(part: CardPart) -> Iterator[str]:
    yield part.text
    for field in part.fields:
        yield f"{field.title} {field.text}".strip()
    for link in part.links:
        yield link.text
