"""The links of a message, as its readers see them."""

import re

CODE = re.compile(r"```.*?(?:```|\Z)|(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"https?://[^\s<>\"'`\\]+", re.IGNORECASE)
ENDS_SENTENCE = ".,;:!?…*_~|]"
LONGEST = 2000


def has_links(text: str | None) -> bool:
    """Return whether a text may hold a link: a cheap look, before a closer one."""
    return bool(text) and "://" in str(text)


def links_of(text: str, *, most: int) -> list[str]:
    """Return the first http(s) links of a text that are not within code, each once."""
    found = (_whole(match.group()) for match in LINK.finditer(CODE.sub(" ", text)))
    return list(dict.fromkeys(link for link in found if len(link) <= LONGEST))[:most]


def _whole(link: str) -> str:
    """Return a link without the marks behind it: the end of a sentence, a bracket that it did not open."""
    while link and (link[-1] in ENDS_SENTENCE or (link[-1] == ")" and link.count(")") > link.count("("))):
        link = link[:-1]
    return link.partition("](")[0]
