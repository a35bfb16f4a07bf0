"""How much one message may show: what comes from integrators is cut to this, and never refused for it."""

from msgspec import Struct

from parlour.core.chat.text import FORBIDDEN
from parlour.core.model.cards import CardLink
from parlour.core.settings import Settings
from parlour.core.webhooks.mrkdwn import URL, literal, markdown

SUMMARY = 500
TITLE = 300
BUTTON = 80


class Limits(Struct, frozen=True, kw_only=True):
    """The most of each that one message has; `text`, `words` and `summary` in characters."""

    text: int
    words: int
    cards: int
    parts: int
    fields: int
    summary: int = SUMMARY


def limits_of(settings: Settings) -> Limits:
    """Return the limits that the settings name."""
    return Limits(
        text=settings.message_max_length,
        words=settings.incoming_words_max,
        cards=settings.incoming_cards_max,
        parts=settings.incoming_parts_max,
        fields=settings.incoming_fields_max,
    )


class Room:
    """What is left of the limits while one message is made."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._parts, self._fields, self._words = limits.parts, limits.fields, limits.words

    def cut(self, text: str, most: int) -> str:
        """Return a text of at most so many characters."""
        return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"

    @property
    def is_full(self) -> bool:
        """Whether there is room for no more words."""
        return self._words <= 0

    def written(self, given: str, *, marks: bool = True) -> str:
        """Return what was written in Slack's way, as long as there is room."""
        return self.take(markdown(given[: self._words], marks=marks)) if given and not self.is_full else ""

    def plain(self, given: str, most: int = TITLE) -> str:
        """Return words that are shown as they are."""
        return self.take(literal(given[:most]), most) if given and not self.is_full else ""

    def take(self, text: str, most: int | None = None) -> str:
        """Return Markdown, as long as there is room for words."""
        clean = FORBIDDEN.sub("", text).strip()
        found = self.cut(clean, min(most or self._words, self._words)) if self._words > 0 else ""
        self._words -= len(found)
        return found

    def take_part(self) -> bool:
        """Return whether there is room for another part, and take it."""
        self._parts -= 1
        return self._parts >= 0

    def take_field(self) -> bool:
        """Return whether there is room for another field, and take it."""
        self._fields -= 1
        return self._fields >= 0

    def address(self, given: str) -> str:
        """Return a web address, empty for what is none."""
        found = given.strip()
        return found if URL.fullmatch(found) and not FORBIDDEN.search(found) and len(found) <= 3000 else ""

    def link(self, text: str, url: str) -> CardLink | None:
        """Return a link that looks like a button; none without a web address."""
        address = self.address(url)
        return CardLink(text=self.plain(text, BUTTON) or address, url=address) if address else None
