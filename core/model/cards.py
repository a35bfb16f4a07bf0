"""Cards: what a message shows below its text in an order of its own. They come from integrators, and hold words alone.

All words are Markdown as in messages. Nothing is loaded from elsewhere: pictures are links.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

PartKind = Literal["heading", "text", "note", "fields", "image", "links", "line"]


class CardField(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact: two that are `short` stand side by side where there is room."""

    title: str = ""
    text: str = ""
    short: bool = False


class CardLink(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A link that looks like a button."""

    text: str
    url: str


class CardPart(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a card: `text` of a heading, a text, a note, or beside an image; `url` of an image, or of a heading.

    `at` is the time that a note ends with.
    """

    kind: PartKind
    text: str = ""
    url: str = ""
    fields: list[CardField] = []
    links: list[CardLink] = []
    at: datetime | None = None


class Card(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Parts, with a bar of a `colour` (`#rrggbb`) beside them if there is one.

    `summary` is what notifications say where the message has no text of its own.
    """

    parts: list[CardPart]
    colour: str = ""
    summary: str = ""


class ShownAs(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an integrator wants its message shown, beside "via webhook": a name, an emoji in place of a picture."""

    name: str = ""
    emoji: str = ""
