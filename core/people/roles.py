"""The roles of a workspace: the built-in ones, and its own, which never have more rights than who makes them."""

from collections.abc import Iterable

from msgspec import Struct

from parlour.core.clock import now
from parlour.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import RoleId, UserId, WorkspaceId, new_id
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.rights import (
    EVERYBODYS,
    MEANINGS,
    ROLES,
    CustomRole,
    Right,
    Role,
    exceeds,
)
from parlour.core.people.names import checked_name, folded
from parlour.core.people.rights import require
from parlour.core.store.mongo import Document
from parlour.core.store.roles import NameTakenError

NEVER_CUSTOM: frozenset[Right] = frozenset({"workspace.transfer"})
"""What only owners have: a role with it would be theirs by another name."""


class RightView(Struct, frozen=True, kw_only=True):
    """A right, and what it allows in words."""

    name: Right
    meaning: str


class RoleView(Struct, frozen=True, kw_only=True):
    """A role: a built-in one by its `name`, one of the workspace's own by its `id`; `holders`: how many have it."""

    id: RoleId | None
    name: str
    rights: list[Right]
    holders: int


class RoleTable(Struct, frozen=True, kw_only=True):
    """Who may do what: all rights, and the rights of each role."""

    rights: list[RightView]
    roles: list[RoleView]


class NewRole(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new role."""

    name: str
    rights: list[Right]


class RoleChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a role; what is left out stays."""

    name: str | None = None
    rights: list[Right] | None = None


async def table(house: House, asker: UserId, workspace_id: WorkspaceId) -> RoleTable:
    """Return who may do what in a workspace.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "people.see")
    counts = await house.roles.counts(workspace_id)
    custom = await house.roles.of(workspace_id)
    own = [(role.id, role.name, role.rights | EVERYBODYS, counts.get(role.id, 0)) for role in custom]
    built_in = [(None, name, rights, counts.get(name, 0)) for name, rights in ROLES.items()]
    return RoleTable(
        rights=[RightView(name=right, meaning=meaning) for right, meaning in MEANINGS.items()],
        roles=[
            RoleView(id=role_id, name=name, rights=_sorted(rights), holders=holders)
            for role_id, name, rights, holders in (*built_in, *own)
        ],
    )


async def create(house: House, actor: UserId, workspace_id: WorkspaceId, wanted: NewRole) -> RoleView:
    """Make a role.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`, or `beyond_your_rights`.
        InvalidError: its name or rights cannot be taken.
        ConflictError: `name_taken`, or `too_many_roles` (setting `roles_per_workspace`).
    """
    own = (await require(house, workspace_id, actor, "role.change")).rights
    name, rights = _checked_name(house, wanted.name), _checked_rights(wanted.rights, own)
    most = house.settings.roles_per_workspace
    if len(await house.roles.of(workspace_id)) >= most:
        raise ConflictError(
            "too_many_roles", f"A workspace has at most {most} roles of its own (roles_per_workspace)."
        )
    role = CustomRole(
        id=RoleId(new_id()),
        workspace_id=workspace_id,
        name=name,
        rights=rights,
        created_by=actor,
        created_at=now(),
    )
    if not await house.roles.add(role, name_key=folded(name)):
        raise _name_taken(name)
    await house.audit.note(workspace_id, actor, "role.created", role.id, f"“{name}”: {_words(rights)}.")
    return _view(role, 0)


async def change(
    house: House, actor: UserId, workspace_id: WorkspaceId, role_id: RoleId, wanted: RoleChange
) -> RoleView:
    """Change a role; who has it has its new rights at once.

    Raises:
        NotFoundError: the workspace is not the actor's, or there is no such role.
        ForbiddenError: `missing_right`, or `beyond_your_rights`: the role has, or would have, more than the actor.
        InvalidError: its name or rights cannot be taken.
        ConflictError: `name_taken`.
    """
    role, own = await _open(house, actor, workspace_id, role_id)
    fields: Document = {}
    if wanted.name is not None and wanted.name != role.name:
        fields["name"] = _checked_name(house, wanted.name)
        fields["name_key"] = folded(fields["name"])
    if wanted.rights is not None:
        fields["rights"] = sorted(_checked_rights(wanted.rights, own))
    try:
        changed = await house.roles.change(workspace_id, role_id, fields) if fields else role
    except NameTakenError:
        raise _name_taken(str(fields["name"])) from None
    if changed is None:
        raise NotFoundError.of("role")
    holders = await house.roles.holders(workspace_id, role_id)
    if fields:
        words = f"“{changed.name}”: {_words(changed.rights)}."
        await house.audit.note(workspace_id, actor, "role.changed", role_id, words)
        await tell_standing(house, workspace_id, holders)
    return _view(changed, len(holders))


async def remove(house: House, actor: UserId, workspace_id: WorkspaceId, role_id: RoleId) -> None:
    """Delete a role; who had it is a member from then on.

    Raises:
        NotFoundError: the workspace is not the actor's, or there is no such role.
        ForbiddenError: `missing_right`, or `beyond_your_rights`.
    """
    role, _ = await _open(house, actor, workspace_id, role_id)
    holders = await house.roles.remove(workspace_id, role_id)
    words = f"“{role.name}”; {len(holders)} had it, who are members now."
    await house.audit.note(workspace_id, actor, "role.deleted", role_id, words)
    await tell_standing(house, workspace_id, holders)


async def tell_standing(house: House, workspace_id: WorkspaceId, user_ids: Iterable[UserId]) -> None:
    """Tell people's own devices what they may do now."""
    for user_id in user_ids:
        workspace = await house.workspaces.get(workspace_id, user_id)
        if workspace:
            news = packet("workspace.standing_changed", {"workspace": workspace})
            house.live.publish(Live(user_topic(user_id), "workspace.standing_changed", news, user_id=user_id))


def named(role: Role, custom: CustomRole | None) -> str:
    """Return what people call a role."""
    return f"“{custom.name}”" if custom else role


def beyond_your_rights(rights: Iterable[Right]) -> ForbiddenError:
    """Return the error of somebody who would give or take what they have not themselves."""
    return ForbiddenError("beyond_your_rights", f"You do not have these rights yourself: {_words(rights)}.")


async def _open(
    house: House, actor: UserId, workspace_id: WorkspaceId, role_id: RoleId
) -> tuple[CustomRole, frozenset[Right]]:
    own = (await require(house, workspace_id, actor, "role.change")).rights
    role = await house.roles.get(workspace_id, role_id)
    if role is None:
        raise NotFoundError.of("role")
    if exceeds(role.rights, own):
        raise beyond_your_rights(role.rights - own)
    return role, own


def _checked_name(house: House, given: str) -> str:
    name = checked_name(given, house.settings)
    if folded(name) in ROLES:
        raise InvalidError.field("name", f"There is a built-in role “{name}”.")
    return name


def _checked_rights(given: Iterable[Right], own: frozenset[Right]) -> frozenset[Right]:
    rights = frozenset(given)
    if rights & NEVER_CUSTOM:
        raise InvalidError.field("rights", f"Only owners have this right: {_words(rights & NEVER_CUSTOM)}.")
    if exceeds(rights, own):
        raise beyond_your_rights(rights - own)
    return rights | EVERYBODYS


def _name_taken(name: str) -> ConflictError:
    detail = f"There is already a role named {name}."
    return ConflictError("name_taken", detail, errors=[{"field": "name", "detail": detail}])


def _view(role: CustomRole, holders: int) -> RoleView:
    return RoleView(id=role.id, name=role.name, rights=_sorted(role.rights), holders=holders)


def _sorted(rights: Iterable[Right]) -> list[Right]:
    """Return rights in the order of the table."""
    given = set(rights)
    return [right for right in MEANINGS if right in given]


def _words(rights: Iterable[Right]) -> str:
    return ", ".join(_sorted(rights)) or "none"
