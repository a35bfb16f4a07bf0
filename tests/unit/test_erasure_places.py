"""Every collection says what becomes of a person in it."""

import re
from pathlib import Path

from parlour.core.erasure.places import FATES
from parlour.core.stores import ALL_INDEXES

STORES = Path(__file__).parents[2] / "core" / "store"
NO_COLLECTIONS = {"client", "command", "name"}


def test_every_collection_says_what_becomes_of_a_person_in_it() -> None:
    used = {
        name
        for path in STORES.glob("*.py")
        for name in re.findall(r"\bdatabase\.([a-z_]+)\b", path.read_text())
    }
    unsaid = (used | set(ALL_INDEXES)) - NO_COLLECTIONS - set(FATES)
    assert not unsaid, (
        f"{sorted(unsaid)}: say in core/erasure/places.py what becomes of a person in it when their account is erased, "
        "and erase it in core/erasure/steps.py if it is theirs alone"
    )
