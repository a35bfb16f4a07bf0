"""Slack's blocks as parts of a card. What one can press there is here a link, if it leads somewhere.

https://api.slack.com/reference/block-kit/blocks
"""

from collections.abc import Callable, Iterable, Iterator

from parlour.core.model.cards import CardField, CardLink, CardPart
from parlour.core.webhooks.given import Given, held, listed, words
from parlour.core.webhooks.limits import Room
from parlour.core.webhooks.rich_text import rich_text


def parts_of(blocks: Iterable[object], room: Room) -> list[CardPart]:
    """Return the parts of blocks, as far as there is room; a block that nobody knows is left out."""
    found: list[CardPart] = []
    for block in listed(blocks):
        make = BLOCKS.get(words(block.get("type")))
        for part in make(block, room) if make else ():
            if not room.take_part():
                return found
            found.append(part)
    return found


def _header(block: Given, room: Room) -> Iterator[CardPart]:
    if text := room.plain(words(held(block.get("text")).get("text"))):
        yield CardPart(kind="heading", text=text)


def _section(block: Given, room: Room) -> Iterator[CardPart]:
    if text := _text(block.get("text"), room):
        yield CardPart(kind="text", text=text)
    fields = [
        CardField(text=text, short=True)
        for one in listed(block.get("fields"))
        if not room.is_full and (text := _text(one, room)) and room.take_field()
    ]
    if fields:
        yield CardPart(kind="fields", fields=fields)
    yield from _accessory(held(block.get("accessory")), room)


def _accessory(given: Given, room: Room) -> Iterator[CardPart]:
    if given.get("type") == "image":
        yield from _image(given, room)
    elif link := _pressed(given, room):
        yield CardPart(kind="links", links=[link])


def _context(block: Given, room: Room) -> Iterator[CardPart]:
    texts = (
        room.plain(words(one.get("alt_text"))) if one.get("type") == "image" else _text(one, room)
        for one in _elements(block)
    )
    if text := " ".join(filter(None, texts)):
        yield CardPart(kind="note", text=text)


def _divider(_block: Given, _room: Room) -> Iterator[CardPart]:
    yield CardPart(kind="line")


def _image(block: Given, room: Room) -> Iterator[CardPart]:
    if url := room.address(words(block.get("image_url"))):
        title = words(held(block.get("title")).get("text")) or words(block.get("alt_text"))
        yield CardPart(kind="image", url=url, text=room.plain(title))


def _video(block: Given, room: Room) -> Iterator[CardPart]:
    title = words(held(block.get("title")).get("text"))
    if text := room.plain(title):
        yield CardPart(kind="heading", text=text, url=room.address(words(block.get("title_url"))))
    if text := _text(block.get("description"), room):
        yield CardPart(kind="text", text=text)


def _actions(block: Given, room: Room) -> Iterator[CardPart]:
    if links := [link for one in _elements(block) if (link := _pressed(one, room))]:
        yield CardPart(kind="links", links=links)


def _rich_text(block: Given, room: Room) -> Iterator[CardPart]:
    if text := room.take(rich_text(_elements(block))):
        yield CardPart(kind="text", text=text)


def _markdown(block: Given, room: Room) -> Iterator[CardPart]:
    """Yield what is Markdown already."""
    if text := room.take(words(block.get("text"))):
        yield CardPart(kind="text", text=text)


def _pressed(given: Given, room: Room) -> CardLink | None:
    text = held(given.get("text"))
    return room.link(words(text.get("text")), words(given.get("url")))


def _elements(block: Given) -> Iterator[Given]:
    return listed(block.get("elements"))


def _text(given: object, room: Room) -> str:
    """Return a text object: `mrkdwn` with its marks, `plain_text` as it is."""
    found = held(given)
    text = words(found.get("text"))
    return room.written(text) if found.get("type") == "mrkdwn" else room.plain(text, room.limits.words)


BLOCKS: dict[str, Callable[[Given, Room], Iterator[CardPart]]] = {
    "actions": _actions,
    "context": _context,
    "divider": _divider,
    "header": _header,
    "image": _image,
    "markdown": _markdown,
    "rich_text": _rich_text,
    "section": _section,
    "video": _video,
}
