"""Which of the newest matches are the best: words together, words as typed, short messages, kept ones, and new ones."""

import math
from collections.abc import Sequence

from parlour.core.search.interface import Match, marked

HALF_LIFE_MS = 14 * 86_400_000
PER_TOKEN = 1.0
PINNED, REACTED, DISCUSSED = marked("pin"), marked("reaction"), marked("thread")
MARKS = {PINNED: 0.75, REACTED: 0.5, DISCUSSED: 0.25}
SHORT_WORDS = 8


def ranked(found: Sequence[Match]) -> list[tuple[float, Match]]:
    """Return matches with their scores, the best first; of equals the newer one.

    The same matches get the same scores: age counts from the newest of them, not from now.
    """
    newest = found[0].moment if found else 0
    scored = [(score(match, newest=newest), match) for match in found]
    return sorted(scored, key=lambda pair: (pair[0], pair[1].position), reverse=True)


def score(match: Match, *, newest: int) -> float:
    """Return how good a match is."""
    words = sum(MARKS.get(token, PER_TOKEN) for token in match.told)
    short = 2 / (1 + math.log2(1 + match.length / SHORT_WORDS))
    age_ms = (newest - match.moment) >> 12
    new: float = 2 * 0.5 ** (age_ms / HALF_LIFE_MS)
    return round(words + short + new, 6)
