"""What a page says of itself: OpenGraph, Twitter's tags, its title and description."""

from selectolax.lexbor import LexborHTMLParser

from parlour.core.chat.text import FORBIDDEN
from parlour.core.model.chat import Preview
from parlour.core.previews.fetch import Page

TITLE, DESCRIPTION, SITE = 200, 400, 80
"""The longest of each, in characters."""


def preview_of(link: str, page: Page) -> Preview | None:
    """Return the preview of a page that a message links to; none when the page has no title."""
    tree = LexborHTMLParser(page.text)
    told = _meta(tree)
    heading = tree.css_first("title")
    title = told.get("og:title") or told.get("twitter:title") or (heading.text() if heading else "")
    title = _line(title, TITLE)
    if not title:
        return None
    description = told.get("og:description") or told.get("twitter:description") or told.get("description", "")
    return Preview(
        url=link,
        title=title,
        description=_line(description, DESCRIPTION),
        site=_line(told.get("og:site_name", ""), SITE) or (page.url.host or "").removeprefix("www."),
    )


def _meta(tree: LexborHTMLParser) -> dict[str, str]:
    """Return the page's facts by name; the first of a name counts."""
    found: dict[str, str] = {}
    for tag in tree.css("meta[content]"):
        name = tag.attributes.get("property") or tag.attributes.get("name") or ""
        found.setdefault(name.lower(), tag.attributes.get("content") or "")
    return found


def _line(text: str, longest: int) -> str:
    """Return text in one line, without control characters, cut to its length."""
    line = " ".join(FORBIDDEN.sub(" ", text).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
