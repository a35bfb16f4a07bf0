"""The place of a text where the hits are, as HTML that holds nothing but text and `<mark>`."""

from collections.abc import Sequence
from html import escape

from parlour.core.search.query import Term
from parlour.core.search.tokens import Word, words_in

BEFORE = 60
"""Characters shown before the first hit."""
LONGEST = 240
"""Characters shown in all."""
CUT = "…"


def highlight(text: str, terms: Sequence[Term], *, longest: int = LONGEST) -> str:
    """Return an excerpt of a text around its first hit, all hits in it marked."""
    spans = _spans(list(words_in(text)), terms)
    first = spans[0][0] if spans else 0
    start = 0 if len(text) <= longest or first <= BEFORE else _word_start(text, first - BEFORE)
    end = len(text) if len(text) - start <= longest else start + longest
    parts = [CUT if start else ""]
    at = start
    for begins, ends in spans:
        if at <= begins and ends <= end:
            parts += [escape(text[at:begins]), "<mark>", escape(text[begins:ends]), "</mark>"]
            at = ends
    parts += [escape(text[at:end]), CUT if end < len(text) else ""]
    return "".join(parts)


def _word_start(text: str, near: int) -> int:
    space = text.find(" ", near, near + BEFORE // 2)
    return space + 1 if space >= 0 else near


def _spans(text: Sequence[Word], terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Return where terms stand in a text, in order; what touches is one."""
    hit = [False] * len(text)
    for term in terms:
        for at in range(len(text) - len(term.words) + 1):
            if _stands_at(text, at, term):
                hit[at : at + len(term.words)] = [True] * len(term.words)
    spans: list[tuple[int, int]] = []
    for word, is_hit in zip(text, hit, strict=True):
        if not is_hit or (spans and word.start < spans[-1][1]):
            continue
        if spans and word.start == spans[-1][1]:
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    return spans


def _stands_at(text: Sequence[Word], at: int, term: Term) -> bool:
    *head, last = term.words
    if any(text[at + i].text != word for i, word in enumerate(head)):
        return False
    found = text[at + len(head)].text
    return found.startswith(last) if term.open_end else found == last
