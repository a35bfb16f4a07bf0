"""Roles by what a server says of a person: given at each sign-in, and taken when it says so no more.

Only roles that came by the same server are taken back; owners and guests are left alone.
"""

from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.people import workspaces
from parlour.core.people.oidc.id_token import Claims
from parlour.core.people.oidc.providers import MappedRole, Provider, RoleRule


async def apply(house: House, user_id: UserId, provider: Provider, claims: Claims) -> None:
    """Bring somebody's places in line with their claims."""
    wanted = _wanted(provider, claims)
    for slug in dict.fromkeys(rule.workspace for rule in provider.roles):
        workspace_id = await house.workspaces.id_of_slug(slug)
        if workspace_id is not None:
            await _settle(house, workspace_id, user_id, provider, wanted.get(slug))


def _wanted(provider: Provider, claims: Claims) -> dict[str, MappedRole]:
    """Return the role in each workspace; of several rules the first counts."""
    found: dict[str, MappedRole] = {}
    for rule in provider.roles:
        if _fits(rule, claims):
            found.setdefault(rule.workspace, rule.role)
    return found


def _fits(rule: RoleRule, claims: Claims) -> bool:
    value = claims.all.get(rule.claim)
    return rule.value in value if isinstance(value, list) else value == rule.value


async def _settle(
    house: House, workspace_id: WorkspaceId, user_id: UserId, provider: Provider, role: MappedRole | None
) -> None:
    present = await house.workspaces.role(workspace_id, user_id)
    if present in ("owner", "guest"):
        return
    if present is None:
        if role is None:
            return
        await workspaces.admit(house, workspace_id, user_id)
    changed = await house.workspaces.map_role(workspace_id, user_id, role, source=provider.id)
    if changed:
        words = f"has the role “{role or 'member'}”, as {provider.label} says"
        await house.audit.note(workspace_id, None, "member.role_mapped", user_id, words)
