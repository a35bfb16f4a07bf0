"""The people that a command names by `@handle`."""

import re

from parlour.core.chat.command_registry import Called
from parlour.core.errors import InvalidError, NotFoundError
from parlour.core.ids import UserId
from parlour.core.people.acquaintance import known_to


async def called_people(called: Called, words: str) -> list[UserId]:
    """Return the people whose handles stand in `words`, in that order.

    Raises:
        InvalidError: there is none.
        NotFoundError: somebody of that handle is not in the workspace.
    """
    handles = [handle.removeprefix("@").lower() for handle in re.split(r"[\s,]+", words) if handle]
    if not handles:
        raise InvalidError.field("text", "Say whom, by their handle: @name")
    found = []
    for handle in dict.fromkeys(handles):
        ids = await called.house.users.ids_of_handles([handle])
        here = await called.house.workspaces.among_members(called.workspace_id, ids)
        known = await known_to(called.house, called.workspace_id, called.user_id)
        here = here if known is None else here & known
        if not here:
            raise NotFoundError("not_found", f"There is no @{handle} in this workspace.")
        found += list(here)
    return found
