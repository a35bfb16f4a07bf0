"""The members of a workspace for those who look after them: who is there, with which role, and taking people out."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.core.chat import membership
from parlour.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import RoleId, UserId, WorkspaceId
from parlour.core.live import Live, packet, user_topic, workspace_topic
from parlour.core.model.audit import AuditAction
from parlour.core.model.page import Page
from parlour.core.model.people import UserKind
from parlour.core.model.rights import EVERYBODYS, ROLES, CustomRole, Role, exceeds
from parlour.core.people import groups
from parlour.core.people.rights import require, standing
from parlour.core.people.roles import beyond_your_rights, named, tell_standing
from parlour.core.search import names
from parlour.core.store.members import LastOwnerError, Place
from parlour.core.store.users import Account

State = Literal["active", "ended", "deactivated"]


class RosterEntry(Struct, frozen=True, kw_only=True):
    """A member as those see them who look after members. `role_id` names a custom role, which they have instead.

    A guest's place ends at `ends_at`; `ended`: that is over, and their channels are about to be left. Who
    `lacks_second_factor` was set aside until they have the second step that the workspace demands.
    """

    user_id: UserId
    name: str
    handle: str
    email: str
    kind: UserKind
    role: Role
    role_id: RoleId | None
    state: State
    joined_at: datetime
    ends_at: datetime | None
    last_active_at: datetime | None
    lacks_second_factor: bool = False


class RosterFilter(Struct, frozen=True, kw_only=True):
    """Which members: of a built-in or a custom role, and whose name or handle holds some words."""

    role: Role | None = None
    role_id: RoleId | None = None
    words: str = ""


class RoleGiven(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A built-in role, or one of the workspace's own."""

    role: Role | None = None
    role_id: RoleId | None = None


async def roster(
    house: House,
    asker: UserId,
    workspace_id: WorkspaceId,
    wanted: RosterFilter,
    *,
    after: str | None,
    limit: int,
) -> Page[RosterEntry]:
    """Return a page of a workspace's members with all that it takes to look after them.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "member.remove")
    among = await names.people_named(house, workspace_id, wanted.words) if wanted.words.strip() else None
    places = await house.members.page(
        workspace_id,
        roles=[wanted.role] if wanted.role else [],
        role_id=wanted.role_id,
        among=among,
        after=after,
        limit=limit + 1,
        deactivated=True,
    )
    shown = places[:limit]
    accounts = await house.users.accounts(place.user_id for place in shown)
    items = [
        _entry(place, accounts[place.user_id])
        for place in shown
        if place.user_id in accounts and place.aside != "erased"
    ]
    return Page(items, shown[-1].user_id if len(places) > limit else None)


async def change_role(
    house: House, actor: UserId, workspace_id: WorkspaceId, user_id: UserId, given: RoleGiven
) -> None:
    """Give a member another role: never one of more rights than the actor's, nor one in place of such a role.

    Raises:
        NotFoundError: the workspace is not the actor's, or there is no such member or role.
        ForbiddenError: `missing_right`, `beyond_your_rights`, or `bots_keep_their_role`.
        InvalidError: neither or both of a built-in role and one of the workspace's own.
        ConflictError: `last_owner`.
    """
    own = (await require(house, workspace_id, actor, "member.change_role")).rights
    role, custom = await _wanted(house, workspace_id, given)
    before = await _member(house, workspace_id, user_id)
    if "bot" in (role, before.role):
        raise ForbiddenError("bots_keep_their_role", "A bot stays one, and nobody else becomes one.")
    wanted = custom.rights | EVERYBODYS if custom else ROLES[role]
    held = (await standing(house, workspace_id, user_id)).rights
    if exceeds(wanted | held, own):
        raise beyond_your_rights((wanted | held) - own)
    try:
        await house.members.give(workspace_id, user_id, role, custom.id if custom else None)
    except LastOwnerError:
        raise last_owner() from None
    if before.ends_at and role != "guest":
        await lift_end(house, workspace_id, user_id)
    was = named(before.role, await _custom(house, workspace_id, before.role_id))
    words = f"From {was} to {named(role, custom)}."
    await house.audit.note(workspace_id, actor, "member.role_changed", user_id, words)
    await tell_role(house, workspace_id, user_id)


async def remove(house: House, actor: UserId, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """Take someone out of a workspace and all its channels: oneself, or others who have no more rights.

    Raises:
        NotFoundError: the workspace is not the actor's, or there is no such member.
        ForbiddenError: `missing_right`, or `beyond_your_rights`.
        ConflictError: `last_owner` would leave.
    """
    own = (await standing(house, workspace_id, actor)).rights
    if actor != user_id:
        await require(house, workspace_id, actor, "member.remove")
        await _member(house, workspace_id, user_id)
        place = await house.workspaces.standing(workspace_id, user_id)
        if place and exceeds(place.rights, own):
            raise beyond_your_rights(place.rights - own)
    action: AuditAction = "member.left" if actor == user_id else "member.removed"
    await put_out(house, workspace_id, user_id, by=actor, action=action)


async def put_out(
    house: House,
    workspace_id: WorkspaceId,
    user_id: UserId,
    *,
    by: UserId | None,
    action: AuditAction,
    once: str | None = None,
) -> None:
    """End someone's place in a workspace and all its channels; nothing when they have none. May be taken again.

    Raises:
        ConflictError: `last_owner` would leave.
    """
    try:
        await house.members.remove(workspace_id, user_id)
    except LastOwnerError:
        raise last_owner() from None
    await groups.leave_all(house, workspace_id, user_id)
    for channel_id in await house.channels.ids_of(user_id, workspace_id):
        await membership.expel(house, channel_id, user_id, by=by or user_id)
    called = (await house.users.names([user_id])).get(user_id, "someone")
    await house.audit.note(workspace_id, by, action, user_id, f"{called}.", once=once)
    left = {"workspace_id": workspace_id, "user_id": user_id}
    for topic in (user_topic(user_id), workspace_topic(workspace_id)):
        house.live.publish(Live(topic, "workspace.left", packet("workspace.left", left), user_id=user_id))


async def lift_end(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """Let someone's place have no end any more, in the workspace's channels too."""
    for channel_id in await house.channels.end_at(user_id, workspace_id, None):
        await house.access.changed(channel_id, user_id, await house.channels.access(channel_id, user_id))


async def tell_role(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """Tell a workspace that somebody has another role, and their own devices what they may do now."""
    place = await house.members.get(workspace_id, user_id)
    if place:
        facts = {
            "workspace_id": workspace_id,
            "user_id": user_id,
            "role": place.role,
            "role_id": place.role_id,
        }
        news = packet("workspace.member_changed", facts)
        topic = workspace_topic(workspace_id)
        house.live.publish(Live(topic, "workspace.member_changed", news, user_id=user_id))
    await tell_standing(house, workspace_id, [user_id])


def last_owner() -> ConflictError:
    """Return the error of a workspace that would be left without an owner."""
    return ConflictError("last_owner", "A workspace keeps at least one owner: hand it over first.")


async def _member(house: House, workspace_id: WorkspaceId, user_id: UserId) -> Place:
    place = await house.members.get(workspace_id, user_id)
    if place is None:
        raise NotFoundError.of("member")
    return place


async def _wanted(
    house: House, workspace_id: WorkspaceId, given: RoleGiven
) -> tuple[Role, CustomRole | None]:
    if (given.role is None) == (given.role_id is None):
        raise InvalidError.field("role", "Give either role or role_id.")
    if given.role:
        return given.role, None
    custom = await _custom(house, workspace_id, given.role_id)
    if custom is None:
        raise NotFoundError.of("role")
    return "member", custom


async def _custom(house: House, workspace_id: WorkspaceId, role_id: RoleId | None) -> CustomRole | None:
    return await house.roles.get(workspace_id, role_id) if role_id else None


def _entry(place: Place, account: Account) -> RosterEntry:
    state: State = "ended" if place.is_over else "active"
    return RosterEntry(
        user_id=place.user_id,
        name=account.person.name,
        handle=account.person.handle,
        email=account.email,
        kind=account.person.kind,
        role=place.role,
        role_id=place.role_id,
        state="deactivated" if account.deactivated or place.aside else state,
        joined_at=place.joined_at,
        ends_at=place.ends_at,
        last_active_at=account.last_active_at,
        lacks_second_factor=place.aside == "second_factor",
    )
