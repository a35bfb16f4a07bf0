"""Slack's way of writing (mrkdwn), as Parlour's Markdown.

https://api.slack.com/reference/surfaces/formatting: `*bold*`, `_italic_`, `~struck~`, `` `code` ``, `<url|words>`,
`&amp;`. What calls people in Slack (`<!here>`, `<@U024BE7LH>`) is words here and calls nobody.
"""

import re
from collections.abc import Sequence
from html import unescape

Mark = tuple[re.Pattern[str], str, str]
CODE = re.compile(r"```(.*?)```|`([^`\n]+)`", re.DOTALL)
ANGLE = re.compile(r"<([^<>\n]*)>")
MARKS = (
    (re.compile(r"(?<![^\W_])(?<![*\\])\*(?![\s*])([^*\n]+?)(?<![\s\\])\*(?![^\W_])(?!\*)"), "\ue000", "**"),
    (re.compile(r"(?<![\w\\])_(?![\s_])([^_\n]+?)(?<![\s\\])_(?!\w)"), "\ue001", "_"),
    (re.compile(r"(?<![^\W_])(?<![~\\])~(?![\s~])([^~\n]+?)(?<![\s\\])~(?![^\W_])(?!~)"), "\ue002", "~~"),
)
"""Slack's marks, what stands for them while all else is escaped, and Markdown's."""
EMOJI = re.compile(r"(?<![\w:]):[a-z0-9+-][a-z0-9_+-]{0,31}:(?!\w)")
SPECIAL = re.compile(r"([\\*_~\[\]|])")
TEXT_OF_LINK = re.compile(r"([\\*_~\[\]|`])")
LINE_START = re.compile(r"^([ \t]*)(#{1,6}(?=\s)|[-=]+[ \t]*$|[-*_ ]{3,}$)", re.MULTILINE)
INDENT = re.compile(r"^[ \t]{4,}", re.MULTILINE)
URL = re.compile(r"(?:https?://|mailto:)[^\s<>]+", re.IGNORECASE)
PRIVATE_USE = re.compile("[\ue000-\ue00f]")
HELD = re.compile("\ue00e(\\d+)\ue00f")


def markdown(given: str, *, marks: bool = True) -> str:
    """Return what was written in Slack's way, in Parlour's; without `marks`, only links count."""
    return _Writer().write(given, MARKS if marks else ())


def literal(given: str) -> str:
    """Return words that Markdown shows as they are; names of emoji stay emoji."""
    return _Writer().write_plain(given)


class _Writer:
    """Sets aside what is done (code, links, emoji), so that the rest can be escaped around it."""

    def __init__(self) -> None:
        self._held: list[str] = []

    def write(self, given: str, marks: Sequence[Mark]) -> str:
        text = PRIVATE_USE.sub("", given.replace("\r\n", "\n").replace("\r", "\n"))
        text = CODE.sub(self._code, text) if marks else text
        text = ANGLE.sub(self._angle, text)
        text = _entities(text)
        text = URL.sub(lambda found: self._hold(found[0]), text)
        text = EMOJI.sub(lambda found: self._hold(found[0]), text)
        for pattern, sign, _ in marks:
            text = pattern.sub(rf"{sign}\1{sign}", text)
        text = _escaped(text)
        for _, sign, mark in marks:
            text = text.replace(sign, mark)
        return self._release(text)

    def write_plain(self, given: str) -> str:
        text = PRIVATE_USE.sub("", given.replace("\r\n", "\n").replace("\r", "\n"))
        text = EMOJI.sub(lambda found: self._hold(found[0]), _entities(text))
        return self._release(_escaped(text).replace("`", "\\`").replace("<", "\\<"))

    def _hold(self, done: str) -> str:
        self._held.append(done)
        return f"\ue00e{len(self._held) - 1}\ue00f"

    def _release(self, text: str) -> str:
        while HELD.search(text):
            text = HELD.sub(lambda found: self._held[int(found[1])], text)
        return text

    def _code(self, found: re.Match[str]) -> str:
        block, span = found[1], found[2]
        if block is None:
            return self._hold(f"`{_entities(span)}`")
        inside = _entities(block).strip("\n").replace("```", "'''")
        before = "" if found.start() == 0 or found.string[found.start() - 1] == "\n" else "\n"
        after = "" if found.end() == len(found.string) or found.string[found.end()] == "\n" else "\n"
        return before + self._hold(f"```\n{inside}\n```") + after

    def _angle(self, found: re.Match[str]) -> str:
        """Return what stands between `<` and `>`: a link, or something that Slack knows by its sign."""
        target, _, words = found[1].partition("|")
        target, words = _entities(target.strip()), _entities(words.strip())
        if target.startswith("!date^"):
            return self._hold(_escaped(words))
        if target.startswith("!"):
            return self._hold(_escaped(f"@\u200b{(words or target[1:].partition('^')[0]).lstrip('@')}"))
        if target.startswith("@"):
            return self._hold(_escaped(f"@\u200b{(words or target[1:]).lstrip('@')}"))
        if target.startswith("#"):
            return self._hold(_escaped(f"#{(words or target[1:]).lstrip('#')}"))
        if not URL.fullmatch(target):
            return self._hold(_escaped(found[0]))
        return self._hold(link(words, target))


def link(words: str, url: str) -> str:
    """Return a link, its words as they are; an address without words is its own."""
    address = url.replace("(", "%28").replace(")", "%29").replace("\\", "%5C").replace("<", "%3C")
    if not words or words == url:
        return f"<{address}>" if not url.lower().startswith("mailto:") else address[len("mailto:") :]
    shown = TEXT_OF_LINK.sub(r"\\\1", " ".join(words.split())).replace("<", "\\<")
    return f"[{shown}]({address})"


def _entities(text: str) -> str:
    """Return a text with Slack's three entities as what they stand for."""
    return re.sub(r"&(?:amp|lt|gt);", lambda found: unescape(found[0]), text)


def _escaped(text: str) -> str:
    """Return words that Markdown takes for nothing else."""
    text = INDENT.sub("   ", SPECIAL.sub(r"\\\1", text))
    return LINE_START.sub(r"\1\\\2", text)
