"""The text of a message within a mail: Markdown as HTML that loads nothing, runs nothing and is not too long."""

from collections.abc import Sequence

import emoji
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

# HTML in a message is text, as everywhere; pictures stay links, since loading them would tell a stranger.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_markdown.disable("image")


def as_html(text: str, most: int) -> Markup:
    """Return a message as HTML, its first so many characters."""
    tokens = _markdown.parse(shortened(text, most))
    _put_emoji(tokens)
    # Safe: the renderer escapes all text, and checks the schemes of links.
    return Markup(_markdown.renderer.render(tokens, _markdown.options, {}))  # noqa: S704


def shortened(text: str, most: int) -> str:
    """Return a text, cut with an ellipsis when it is longer."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def with_emoji(text: str) -> str:
    """Return a text with emoji where their names stand, as `:tada:`."""
    return emoji.emojize(text, language="alias")


def _put_emoji(tokens: Sequence[Token]) -> None:
    """Put emoji where their names stand, but not within code."""
    for token in tokens:
        if token.type == "text":
            token.content = with_emoji(token.content)
        _put_emoji(token.children or [])
