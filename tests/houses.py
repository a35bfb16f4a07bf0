"""The house of the stack under test, with something else in its place."""

import copy
from typing import Any

from parlour.core.house import House


def with_(house: House, **others: Any) -> House:
    """Return a house in which these are others."""
    changed = copy.copy(house)
    for name, value in others.items():
        setattr(changed, name, value)
    return changed
