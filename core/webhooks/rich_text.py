"""Slack's rich text, as its own editor and many libraries write it, as Markdown.

https://api.slack.com/reference/block-kit/blocks#rich_text
"""

from collections.abc import Iterable

from parlour.core.webhooks.given import Given, held, listed, words
from parlour.core.webhooks.mrkdwn import EMOJI, link, literal

MARKS = (("strike", "~~"), ("italic", "_"), ("bold", "**"))
DEEPEST = 8


def rich_text(elements: Iterable[Given]) -> str:
    """Return sections, lists, quotes and code, one below the other."""
    return "\n".join(filter(None, map(_element, elements)))


def _element(given: Given) -> str:
    kind = given.get("type")
    if kind == "rich_text_list":
        return _list(given)
    if kind == "rich_text_preformatted":
        inside = "".join(
            words(one.get("text")) or words(one.get("url")) for one in listed(given.get("elements"))
        )
        return "```\n" + inside.strip("\n").replace("```", "'''") + "\n```"
    text = _inline(listed(given.get("elements")))
    if kind == "rich_text_quote":
        return "\n".join(f"> {line}" for line in text.split("\n"))
    return text.strip("\n")


def _list(given: Given) -> str:
    indent = given.get("indent")
    pad = "   " * (min(indent, DEEPEST) if isinstance(indent, int) else 0)
    is_ordered = given.get("style") == "ordered"
    items = [_inline(listed(one.get("elements"))).replace("\n", " ") for one in listed(given.get("elements"))]
    return "\n".join(f"{pad}{f'{at}.' if is_ordered else '-'} {item}" for at, item in enumerate(items, 1))


def _inline(elements: Iterable[Given]) -> str:
    return "".join(map(_piece, elements))


def _piece(given: Given) -> str:
    kind, text = given.get("type"), words(given.get("text"))
    if kind == "link":
        url = words(given.get("url"))
        return _styled(
            link(text, url) if url.lower().startswith(("http://", "https://", "mailto:")) else literal(text),
            given,
        )
    if kind == "emoji":
        name = f":{words(given.get('name'))}:"
        return name if EMOJI.fullmatch(name) else ""
    if kind in ("user", "usergroup", "broadcast"):
        who = words(given.get("user_id")) or words(given.get("usergroup_id")) or words(given.get("range"))
        return f"@\u200b{literal(who)}"
    if kind == "channel":
        return f"#{literal(words(given.get('channel_id')))}"
    if kind == "date":
        return literal(words(given.get("fallback")))
    if held(given.get("style")).get("code") and text.strip():
        return f"`{text.replace('`', chr(39))}`"
    return _styled(literal(text), given)


def _styled(text: str, given: Given) -> str:
    """Return a text within its marks, which stand close to the words or Markdown takes them for none."""
    style, inner = held(given.get("style")), text.strip()
    if not inner or "\n" in inner:
        return text
    at = text.index(inner)
    before, after = text[:at], text[at + len(inner) :]
    for name, mark in MARKS:
        if style.get(name) is True:
            inner = f"{mark}{inner}{mark}"
    return f"{before}{inner}{after}"
