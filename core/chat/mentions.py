"""Mentions: whom a text calls by `@handle`, `@channel` (or `@all`) and `@here`."""

import re

from parlour.core.house import House
from parlour.core.ids import GroupId, UserId, WorkspaceId
from parlour.core.model.chat import Mentions
from parlour.core.people.names import RESERVED_HANDLES

CALL = re.compile(r"(?<![\w@.`/])@([A-Za-z0-9](?:[A-Za-z0-9._-]{0,30}[A-Za-z0-9_])?)")
CODE = re.compile(r"```.*?(?:```|\Z)|(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
EVERYONE = {"channel", "all", "everyone"}
HERE = "here"


async def resolve(house: House, workspace_id: WorkspaceId, text: str, *, by: UserId) -> Mentions | None:
    """Return whom a text mentions, people and groups of the workspace only; nothing within code counts.

    Whoever does not see the workspace's people calls only those they know, and no groups.
    """
    if "@" not in text:
        return None
    called = {name.lower() for name in CALL.findall(CODE.sub(" ", text))}
    if not called:
        return None
    handles = called - RESERVED_HANDLES
    people = await _people(house, workspace_id, handles) if handles else []
    groups = sorted(await house.groups.called(workspace_id, handles)) if handles else []
    if people or groups:
        people, groups = await _known(house, workspace_id, by, people, groups)
    found = Mentions(user_ids=people, group_ids=groups, channel=bool(called & EVERYONE), here=HERE in called)
    return found if found != Mentions() else None


async def _known(
    house: House, workspace_id: WorkspaceId, by: UserId, people: list[UserId], groups: list[GroupId]
) -> tuple[list[UserId], list[GroupId]]:
    place = await house.workspaces.standing(workspace_id, by)
    if place is None or place.may("people.see"):
        return people, groups
    known = await house.channels.companions(by, workspace_id)
    return [user_id for user_id in people if user_id in known], []


async def _people(house: House, workspace_id: WorkspaceId, handles: set[str]) -> list[UserId]:
    found = await house.users.ids_of_handles(handles)
    return sorted(await house.workspaces.among_members(workspace_id, found)) if found else []
