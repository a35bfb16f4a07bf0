"""Groups: people of a workspace who are called together, by `@handle`.

Members of the workspace make and change them, or its owners alone (`groups_by` of the workspace). The handle of a group
is nobody's in the workspace when it is given; should someone join later who has it, a mention calls both.
"""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import GroupId, UserId, WorkspaceId, new_id
from parlour.core.live import Live, packet, workspace_topic
from parlour.core.model.audit import AuditAction
from parlour.core.model.page import Page
from parlour.core.model.people import Group
from parlour.core.model.rights import Right
from parlour.core.people.names import checked_handle, checked_name
from parlour.core.people.rights import missing, require
from parlour.core.store.users import handle_taken


class NewGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """A new group."""

    name: str
    handle: str
    user_ids: list[UserId] = []


class GroupChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a group; what is left out stays. `user_ids` are all its people."""

    name: str | None = None
    handle: str | None = None
    user_ids: list[UserId] | None = None


async def groups(
    house: House, user_id: UserId, workspace_id: WorkspaceId, *, after: str | None, limit: int
) -> Page[Group]:
    """Return a page of a workspace's groups, for whoever sees its people."""
    await require(house, workspace_id, user_id, "people.see")
    found = await house.groups.page(workspace_id, after=after, limit=limit + 1)
    return Page(found[:limit], found[limit - 1].id if len(found) > limit else None)


async def create(house: House, actor: UserId, workspace_id: WorkspaceId, wanted: NewGroup) -> Group:
    """Make a group.

    Raises:
        NotFoundError: the workspace is not the actor's, or someone named is not in it.
        ForbiddenError: only owners may.
        InvalidError: a name cannot be taken, or the group is too large (setting `members_per_group`).
        ConflictError: `handle_taken`, or `too_many_groups` (setting `groups_per_workspace`).
    """
    await _may_change(house, workspace_id, actor)
    most = house.settings.groups_per_workspace
    if await house.groups.count(workspace_id) >= most:
        raise ConflictError(
            "too_many_groups", f"A workspace has at most {most} groups (groups_per_workspace)."
        )
    group = Group(
        id=GroupId(new_id()),
        workspace_id=workspace_id,
        name=checked_name(wanted.name, house.settings),
        handle=await _free_handle(house, workspace_id, wanted.handle),
        user_ids=await _people(house, workspace_id, wanted.user_ids),
        created_by=actor,
        created_at=now(),
    )
    await house.groups.add(group)
    await _note(house, actor, group, "group.created")
    _tell(house, group)
    return group


async def change(
    house: House, actor: UserId, workspace_id: WorkspaceId, group_id: GroupId, wanted: GroupChange
) -> Group:
    """Change a group's name, handle or people.

    Raises:
        NotFoundError: the workspace is not the actor's, there is no such group, or someone named is not here.
        ForbiddenError: only owners may.
        InvalidError: a name cannot be taken, or the group is too large (setting `members_per_group`).
        ConflictError: `handle_taken`.
    """
    await _may_change(house, workspace_id, actor)
    fields: dict[str, Any] = {}
    if wanted.name is not None:
        fields["name"] = checked_name(wanted.name, house.settings)
    if wanted.handle is not None:
        fields["handle"] = await _free_handle(house, workspace_id, wanted.handle)
    if wanted.user_ids is not None:
        fields["user_ids"] = await _people(house, workspace_id, wanted.user_ids)
    group = await house.groups.change(workspace_id, group_id, fields, at=now())
    if group is None:
        raise NotFoundError.of("group")
    await _note(house, actor, group, "group.changed")
    _tell(house, group)
    return group


async def remove(house: House, actor: UserId, workspace_id: WorkspaceId, group_id: GroupId) -> None:
    """Delete a group; messages that called it keep its handle as text.

    Raises:
        NotFoundError: the workspace is not the actor's, or there is no such group.
        ForbiddenError: only owners may.
    """
    await _may_change(house, workspace_id, actor)
    if not await house.groups.remove(workspace_id, group_id):
        raise NotFoundError.of("group")
    await house.audit.note(workspace_id, actor, "group.deleted", group_id, "")
    gone = packet("group.deleted", {"workspace_id": workspace_id, "group_id": group_id})
    house.live.publish(Live(workspace_topic(workspace_id), "group.deleted", gone))


async def leave_all(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """Take someone who left a workspace out of its groups."""
    for group in await house.groups.leave_all(workspace_id, user_id):
        _tell(house, group)


async def rejoin(
    house: House, workspace_id: WorkspaceId, user_id: UserId, group_ids: Iterable[GroupId]
) -> None:
    """Put someone who is back in a workspace into the groups that they were in."""
    for group in await house.groups.rejoin(workspace_id, user_id, group_ids):
        _tell(house, group)


async def check_no_group_is_called(house: House, user_id: UserId, handle: str) -> None:
    """Check that no group of someone's workspaces has a handle.

    Raises:
        ConflictError: `handle_taken`.
    """
    for workspace in await house.workspaces.of(user_id):
        if await house.groups.called(workspace.id, [handle]):
            raise handle_taken(handle)


async def _free_handle(house: House, workspace_id: WorkspaceId, given: str) -> str:
    handle = checked_handle(given)
    of_people = await house.users.ids_of_handles([handle])
    if await house.workspaces.among_members(workspace_id, of_people):
        raise handle_taken(handle)
    return handle


async def _people(house: House, workspace_id: WorkspaceId, user_ids: Iterable[UserId]) -> list[UserId]:
    wanted = sorted(set(user_ids))
    most = house.settings.members_per_group
    if len(wanted) > most:
        raise InvalidError.field("user_ids", f"A group has at most {most} people (members_per_group).")
    if set(wanted) - await house.workspaces.among_members(workspace_id, wanted):
        raise NotFoundError.of("person")
    return wanted


async def _may_change(house: House, workspace_id: WorkspaceId, actor: UserId) -> None:
    workspace = await house.workspaces.get(workspace_id, actor)
    if workspace is None:
        raise NotFoundError.of("workspace")
    wanted: Right = "people.see" if workspace.groups_by == "members" else "group.change"
    if wanted not in workspace.rights and "group.change" not in workspace.rights:
        raise missing("group.change")


async def _note(house: House, actor: UserId, group: Group, action: AuditAction) -> None:
    words = f"@{group.handle}, {len(group.user_ids)} people."
    await house.audit.note(group.workspace_id, actor, action, group.id, words)


def _tell(house: House, group: Group) -> None:
    changed = packet("group.changed", {"group": group})
    house.live.publish(Live(workspace_topic(group.workspace_id), "group.changed", changed))
