"""Workspaces: changing one, joining, leaving. How one is made, and people are invited: `core/onboarding`."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import asdict

from parlour.core.chat import membership
from parlour.core.clock import now
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.live import Live, packet, user_topic, workspace_topic
from parlour.core.model.erasures import ErasedMessages
from parlour.core.model.notifications import Content
from parlour.core.model.page import Page
from parlour.core.model.people import (
    Person,
    Whose,
    Workspace,
    WorkspaceMember,
)
from parlour.core.model.rights import Role
from parlour.core.onboarding import welcome
from parlour.core.people import demand
from parlour.core.people.acquaintance import known_to
from parlour.core.people.names import checked_name
from parlour.core.people.newcomers import tell_joined
from parlour.core.people.rights import require
from parlour.core.store.members import Place

GENERAL = "general"


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
    erased_messages: ErasedMessages | None = None


async def change(
    house: House, actor: UserId, workspace_id: WorkspaceId, wanted: WorkspaceChange
) -> Workspace:
    """Change a workspace's name and settings, as its owner; its members are told.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
        InvalidError: the name cannot be taken.
    """
    await require(house, workspace_id, actor, "workspace.change")
    fields = {name: value for name, value in asdict(wanted).items() if value is not None}
    if wanted.name is not None:
        fields["name"] = checked_name(wanted.name, house.settings)
    if not fields:
        return await get(house, actor, workspace_id)
    await house.workspaces.change(workspace_id, fields)
    told = ", ".join(f"{name}: {_shown(value)}" for name, value in sorted(fields.items()))
    await house.audit.note(workspace_id, actor, "workspace.changed", workspace_id, told)
    news = packet("workspace.changed", {"workspace_id": workspace_id, "changes": fields})
    house.live.publish(Live(workspace_topic(workspace_id), "workspace.changed", news))
    return await get(house, actor, workspace_id)


async def members(
    house: House,
    user_id: UserId,
    workspace_id: WorkspaceId,
    *,
    after: str | None,
    limit: int,
    deactivated: bool = False,
) -> Page[WorkspaceMember]:
    """Return a page of a workspace's members, or of those whom a guest may know of; with `deactivated`, those too."""
    known = await known_to(house, workspace_id, user_id)
    places = await house.members.page(
        workspace_id, among=known, after=after, limit=limit + 1, deactivated=deactivated
    )
    people = await house.users.people(place.user_id for place in places[:limit])
    items = [
        _member(people.get(place.user_id, Person(place.user_id, "someone", "")), place)
        for place in places[:limit]
        if not place.is_over
    ]
    return Page(items, places[limit - 1].user_id if len(places) > limit else None)


def _shown(value: object) -> str:
    return f"“{value}”" if isinstance(value, str) else str(value).lower()


def _member(person: Person, place: Place) -> WorkspaceMember:
    return WorkspaceMember(
        user_id=person.id,
        name=person.name,
        handle=person.handle,
        title=person.title,
        status=person.status,
        dnd_until=person.dnd_until,
        kind=person.kind,
        role=place.role,
        role_id=place.role_id,
        joined_at=place.joined_at,
        pronouns=person.pronouns,
        avatar=person.avatar,
        deactivated=place.aside is not None,
    )


async def admit(house: House, workspace_id: WorkspaceId, user_id: UserId) -> Workspace:
    """Make someone a member of a workspace and of its channels for all, and welcome them there."""
    existing = await house.workspaces.get(workspace_id, user_id)
    if existing is not None:
        return existing
    workspace = await join(house, workspace_id, user_id, role="member")
    await house.audit.note(workspace_id, user_id, "member.joined", user_id, "As a member.")
    general = await house.channels.by_name_key(workspace_id, GENERAL)
    for_all = await house.workspaces.default_channels(workspace_id)
    await bring_into(house, workspace_id, user_id, [general.id] if general else [], by=user_id)
    await bring_into(house, workspace_id, user_id, for_all, by=user_id)
    await welcome.begin(house, workspace_id, user_id)
    return workspace


async def bring_into(
    house: House, workspace_id: WorkspaceId, user_id: UserId, channel_ids: Sequence[ChannelId], *, by: UserId
) -> None:
    """Bring a member into those of the channels that are still there and open."""
    for channel_id in channel_ids:
        channel = await house.channels.get(channel_id)
        if channel is not None and channel.workspace_id == workspace_id and not channel.archived_at:
            await membership.admit(house, channel, user_id, by=by)


async def join(house: House, workspace_id: WorkspaceId, user_id: UserId, *, role: Role) -> Workspace:
    """Put someone into a workspace, and tell them and its members; again tells it again."""
    await house.workspaces.add_member(workspace_id, user_id, role, now())
    await demand.joined(house, workspace_id, user_id)
    workspace = await get(house, user_id, workspace_id)
    person = (await house.users.people([user_id])).get(user_id, Person(user_id, "someone", ""))
    joined = packet("workspace.joined", {"workspace": workspace})
    house.live.publish(Live(user_topic(user_id), "workspace.joined", joined, user_id=user_id))
    tell_joined(house, workspace_id, person)
    return workspace
