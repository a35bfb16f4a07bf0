"""Slack's attachments as cards: a colour beside a text, facts in two columns, a title that leads somewhere.

https://api.slack.com/reference/messaging/attachments
"""

import re
from collections.abc import Iterator

from parlour.core.model.cards import Card, CardField, CardPart
from parlour.core.webhooks.blocks import parts_of
from parlour.core.webhooks.given import Given, listed, moment, words
from parlour.core.webhooks.limits import Room
from parlour.core.webhooks.mrkdwn import literal

COLOURS = {"good": "#2eb67d", "warning": "#ecb22e", "danger": "#e01e5a"}
COLOUR = re.compile(r"#?([0-9a-fA-F]{6})")


def card_of(given: Given, room: Room) -> Iterator[Card]:
    """Yield the card of an attachment, and before it what its `pretext` says."""
    if pretext := _formatted(given, "pretext", room):
        yield Card(parts=[CardPart(kind="text", text=pretext)])
    parts = list(_parts(given, room))
    summary = room.cut(words(given.get("fallback")).strip(), room.limits.summary)
    if not parts and summary:
        parts = [CardPart(kind="text", text=room.plain(summary, room.limits.summary))]
    if parts:
        yield Card(parts=parts, colour=colour_of(words(given.get("color"))), summary=literal(summary))


def colour_of(given: str) -> str:
    """Return a colour as `#rrggbb`, empty for what is none."""
    if given.strip().lower() in COLOURS:
        return COLOURS[given.strip().lower()]
    found = COLOUR.fullmatch(given.strip())
    return f"#{found[1].lower()}" if found else ""


def _parts(given: Given, room: Room) -> Iterator[CardPart]:
    for part in _possible(given, room):
        if not room.take_part():
            return
        yield part
    yield from parts_of(listed(given.get("blocks")), room)


def _possible(given: Given, room: Room) -> Iterator[CardPart]:
    """Yield what an attachment has, in the order in which Slack shows it."""
    if author := room.plain(words(given.get("author_name"))):
        yield CardPart(kind="note", text=author, url=room.address(words(given.get("author_link"))))
    if title := room.plain(words(given.get("title"))):
        yield CardPart(kind="heading", text=title, url=room.address(words(given.get("title_link"))))
    if text := _formatted(given, "text", room):
        yield CardPart(kind="text", text=text)
    if fields := list(_fields(given, room)):
        yield CardPart(kind="fields", fields=fields)
    for name in ("image_url", "thumb_url"):
        if url := room.address(words(given.get(name))):
            yield CardPart(kind="image", url=url)
    pressed = (
        room.link(words(one.get("text")), words(one.get("url"))) for one in listed(given.get("actions"))
    )
    if links := [link for link in pressed if link]:
        yield CardPart(kind="links", links=links)
    footer, at = room.plain(words(given.get("footer"))), moment(given.get("ts"))
    if footer or at:
        yield CardPart(kind="note", text=footer, at=at)


def _fields(given: Given, room: Room) -> Iterator[CardField]:
    for one in listed(given.get("fields")):
        title = room.plain(words(one.get("title")))
        text = room.written(words(one.get("value")), marks=_is_formatted(given, "fields"))
        if room.is_full or ((title or text) and not room.take_field()):
            return
        if title or text:
            yield CardField(title=title, text=text, short=one.get("short") in (True, "true"))


def _formatted(given: Given, name: str, room: Room) -> str:
    return room.written(words(given.get(name)), marks=_is_formatted(given, name))


def _is_formatted(given: Given, name: str) -> bool:
    """Return whether marks count in a part: where `mrkdwn_in` is given it names those in which they do."""
    named = given.get("mrkdwn_in")
    return name in named if isinstance(named, list) else True
