"""Workspaces: making one, inviting, joining, leaving."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import asdict

from parlour.core.chat import membership
from parlour.core.chat.create import create as create_channel
from parlour.core.clock import now
from parlour.core.errors import ConflictError, ForbiddenError, NotFoundError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId, new_id
from parlour.core.live import Live, packet, user_topic, workspace_topic
from parlour.core.model.notifications import Content
from parlour.core.model.page import Page
from parlour.core.model.people import (
    Invitation,
    InvitationPreview,
    Person,
    Role,
    Whose,
    Workspace,
    WorkspaceMember,
)
from parlour.core.people import groups
from parlour.core.people.names import checked_name, slug_of
from parlour.core.people.tokens import hash_of, new_secret

GENERAL = "general"


async def create(house: House, owner: UserId, *, name: str) -> Workspace:
    """Make a workspace with its #general; its maker is the owner.

    Raises:
        InvalidError: the name cannot be taken.
        ConflictError: `too_many_workspaces` (setting `workspaces_per_person`).
    """
    name = checked_name(name, house.settings)
    if len(await house.workspaces.of(owner)) >= house.settings.workspaces_per_person:
        raise ConflictError(
            "too_many_workspaces",
            f"A person has at most {house.settings.workspaces_per_person} workspaces (workspaces_per_person).",
        )
    workspace = await _with_free_slug(house, name)
    await _join(house, workspace, owner, role="owner")
    await create_channel(house, owner, workspace.id, name=GENERAL, kind="public")
    return workspace


async def _with_free_slug(house: House, name: str) -> Workspace:
    slug = base = slug_of(name)
    for _ in range(20):
        workspace = Workspace(id=WorkspaceId(new_id()), name=name, slug=slug, role="owner", created_at=now())
        if await house.workspaces.add(workspace):
            return workspace
        slug = f"{base}-{new_secret()[:6].lower().replace('_', 'x').strip('-')}"
    raise UnavailableError("no_free_address", "No free address was found for this name. Try again.")


async def mine(house: House, user_id: UserId) -> list[Workspace]:
    """Return the caller's workspaces, oldest first."""
    return await house.workspaces.of(user_id)


async def get(house: House, user_id: UserId, workspace_id: WorkspaceId) -> Workspace:
    """Return a workspace through the caller's membership.

    Raises:
        NotFoundError: it does not exist, or they do not belong to it.
    """
    workspace = await house.workspaces.get(workspace_id, user_id)
    if workspace is None:
        raise NotFoundError.of("workspace")
    return workspace


class WorkspaceChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a workspace; what is left out stays."""

    name: str | None = None
    show_seen: bool | None = None
    link_previews: bool | None = None
    groups_by: Whose | None = None
    urgent_by: Whose | None = None
    notification_content: Content | None = None


async def change(
    house: House, actor: UserId, workspace_id: WorkspaceId, wanted: WorkspaceChange
) -> Workspace:
    """Change a workspace's name and settings, as its owner; its members are told.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: the actor is not its owner.
        InvalidError: the name cannot be taken.
    """
    workspace = await get(house, actor, workspace_id)
    if workspace.role != "owner":
        raise ForbiddenError("forbidden", "Only an owner changes a workspace.")
    fields = {name: value for name, value in asdict(wanted).items() if value is not None}
    if wanted.name is not None:
        fields["name"] = checked_name(wanted.name, house.settings)
    if not fields:
        return workspace
    await house.workspaces.change(workspace_id, fields)
    news = packet("workspace.changed", {"workspace_id": workspace_id, "changes": fields})
    house.live.publish(Live(workspace_topic(workspace_id), "workspace.changed", news))
    return await get(house, actor, workspace_id)


async def members(
    house: House, user_id: UserId, workspace_id: WorkspaceId, *, after: str | None, limit: int
) -> Page[WorkspaceMember]:
    """Return a page of a workspace's members."""
    await get(house, user_id, workspace_id)
    rows = await house.workspaces.members(workspace_id, after=after, limit=limit + 1)
    people = await house.users.people(row[0] for row in rows[:limit])
    items = [
        _member(people.get(member, Person(member, "someone", "")), role, at)
        for member, role, at in rows[:limit]
    ]
    return Page(items, items[-1].user_id if len(rows) > limit else None)


def _member(person: Person, role: Role, joined_at: datetime) -> WorkspaceMember:
    return WorkspaceMember(
        user_id=person.id,
        name=person.name,
        handle=person.handle,
        title=person.title,
        status=person.status,
        dnd_until=person.dnd_until,
        role=role,
        joined_at=joined_at,
    )


async def invite(house: House, user_id: UserId, workspace_id: WorkspaceId) -> Invitation:
    """Make a link with which people can join for `invite_days`."""
    await get(house, user_id, workspace_id)
    token, expires_at = new_secret(), now() + timedelta(days=house.settings.invite_days)
    await house.workspaces.invite(hash_of(token), workspace_id, invited_by=user_id, expires_at=expires_at)
    return Invitation(token=token, url=f"{house.settings.address}/invite/{token}", expires_at=expires_at)


async def preview_invitation(house: House, token: str) -> InvitationPreview:
    """Return what whoever holds an invitation may know before joining.

    Raises:
        NotFoundError: it does not exist or has expired.
    """
    _, name, invited_by, expires_at = await _invitation(house, token)
    names = await house.users.names([invited_by])
    return InvitationPreview(
        workspace=name, invited_by=names.get(invited_by, "someone"), expires_at=expires_at
    )


async def accept_invitation(house: House, user_id: UserId, token: str) -> Workspace:
    """Join by an invitation; joining again changes nothing.

    Raises:
        NotFoundError: it does not exist or has expired.
    """
    workspace_id, _, _, _ = await _invitation(house, token)
    return await admit(house, workspace_id, user_id)


async def admit(house: House, workspace_id: WorkspaceId, user_id: UserId) -> Workspace:
    """Make someone a member of a workspace and of its #general."""
    existing = await house.workspaces.get(workspace_id, user_id)
    if existing is not None:
        return existing
    await house.workspaces.add_member(workspace_id, user_id, "member", now())
    workspace = await get(house, user_id, workspace_id)
    await _join(house, workspace, user_id, role="member")
    general = await house.channels.by_name_key(workspace_id, GENERAL)
    if general is not None:
        await membership.admit(house, general, user_id, by=user_id)
    return workspace


async def remove_member(house: House, actor: UserId, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """Take someone out of a workspace and all its channels: oneself, or anyone as the owner.

    Raises:
        ForbiddenError: the actor is not the owner.
        ConflictError: `last_owner` would leave.
    """
    workspace = await get(house, actor, workspace_id)
    if actor != user_id and workspace.role != "owner":
        raise ForbiddenError("forbidden", "Only an owner removes others from a workspace.")
    role = await house.workspaces.role(workspace_id, user_id)
    if role is None:
        raise NotFoundError.of("member")
    if role == "owner" and await house.workspaces.owners(workspace_id) == 1:
        raise ConflictError("last_owner", "A workspace keeps at least one owner.")
    await house.workspaces.remove_member(workspace_id, user_id)
    await groups.leave_all(house, workspace_id, user_id)
    for mine in await house.channels.memberships_of(user_id, workspace_id):
        await membership.expel(house, mine.channel_id, user_id, by=actor)
    left = {"workspace_id": workspace_id, "user_id": user_id}
    for topic in (user_topic(user_id), workspace_topic(workspace_id)):
        house.live.publish(Live(topic, "workspace.left", packet("workspace.left", left), user_id=user_id))


async def _join(house: House, workspace: Workspace, user_id: UserId, *, role: Role) -> None:
    await house.workspaces.add_member(workspace.id, user_id, role, now())
    person = (await house.users.people([user_id])).get(user_id, Person(user_id, "someone", ""))
    joined = packet("workspace.joined", {"workspace": workspace})
    house.live.publish(Live(user_topic(user_id), "workspace.joined", joined, user_id=user_id))
    news = packet("workspace.member_joined", {"workspace_id": workspace.id, "user": person})
    house.live.publish(Live(workspace_topic(workspace.id), "workspace.member_joined", news, user_id=user_id))


async def _invitation(house: House, token: str) -> tuple[WorkspaceId, str, UserId, datetime]:
    found = await house.workspaces.invitation(hash_of(token))
    if found is None or found[3] <= now():
        raise NotFoundError("not_found", "This invitation does not exist or has expired.")
    return found
