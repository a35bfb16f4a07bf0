"""Ports for a stack beside others: a block of free neighbours, away from those of outgoing connections."""

import random
from collections import Counter
from collections.abc import Iterable

from deploy.failure import StackError
from deploy.preflight import is_free
from deploy.program import Port

# Linux gives outgoing connections the ports from 32768 on: one of those could be taken again between being
# found free here and being listened on.
RANGE = range(12_000, 32_000)
ATTEMPTS = 100


def free_ports(wanted: Iterable[Port]) -> dict[str, str]:
    """Return variables that move these ports to free ones, neighbours staying neighbours.

    Raises:
        StackError: when there is no block of free ports.
    """
    widths = Counter(port.setting for port in wanted)
    number = _free_block(widths.total())
    chosen = {}
    for setting, width in widths.items():
        chosen[setting] = str(number)
        number += width
    return chosen


def _free_block(length: int) -> int:
    for _ in range(ATTEMPTS):
        first = random.randrange(RANGE.start, RANGE.stop - length)  # noqa: S311 - no secret
        if all(is_free(first + offset) for offset in range(length)):
            return first
    raise StackError(f"no {length} free ports in a row from {RANGE.start} to {RANGE.stop}: stop some servers")
