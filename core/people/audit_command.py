"""`parlour audit verify`: whether the audits of an installation are what was written, for whoever runs it."""

from collections.abc import Callable

from parlour.core.house import House, open_house
from parlour.core.model.audit import Verified
from parlour.core.people.audit_verify import verify
from parlour.core.settings import Settings

INTACT, BROKEN, UNKNOWN = 0, 1, 2


async def verify_audits(settings: Settings, which: str | None, write: Callable[[str], object]) -> int:
    """Verify the audit of each workspace, or of one, and write a line about each and one about each fault.

    Returns what the command ends with: 0 all intact, 1 something is not what was written, 2 no such workspace.
    """
    async with open_house(settings) as house:
        return await _verify_all(house, which, write)


async def _verify_all(house: House, which: str | None, write: Callable[[str], object]) -> int:
    outcome = UNKNOWN if which else INTACT
    async for workspace_id, slug in house.workspaces.all_of(which):
        found = await verify(house, workspace_id)
        write("\n".join([f"{slug}: {_words(found)}", *(f"  {fault.words}" for fault in found.faults)]) + "\n")
        outcome = INTACT if found.intact and outcome != BROKEN else BROKEN
    if outcome == UNKNOWN:
        write(f"There is no workspace {which}.\n")
    return outcome


def _words(found: Verified) -> str:
    state = "intact" if found.intact else "NOT what was written"
    return f"{found.entries} entries, {state}; the last is {found.last_seq} {found.last_hash}"
