"""How long a run takes."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

OTHERS_MAX_CORES = 0.3
"""What other work on the machine may take of it during a turn; measuring itself shows as about 0.15."""
TRIES = 4


@dataclass(frozen=True)
class Effort:
    """How often each case has its turn, and for how many seconds; and in how many messages to search."""

    rounds: int
    seconds: float
    sizes: Sequence[int] = (100_000, 1_000_000)
    began: float = field(default_factory=time.monotonic)

    def undisturbed(self, turn: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return a turn that other work on this machine left alone, else the least disturbed of a few."""
        tried = []
        for _ in range(TRIES):
            tried.append(turn())
            if tried[-1]["others_cores"] <= OTHERS_MAX_CORES:
                break
            self.tell(f"others took {tried[-1]['others_cores']:.2f} cores meanwhile: again")
        return min(tried, key=lambda found: found["others_cores"])

    def tell(self, line: str) -> None:
        """Tell how far the run is, apart from the report."""
        print(f"  {time.monotonic() - self.began:5.0f} s  {line}", file=sys.stderr, flush=True)  # noqa: T201
