"""A workspace may demand a second step of everybody who signs in with a password.

Who lacks one is told, has `grace_days` to set one up, is reminded before the end of them, and set aside after, in that
workspace alone, until there is one. A workflow, `second-factor/<workspace>`, sees to it; see `core/people/lacking.py`.
"""

from datetime import datetime, timedelta

from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.later.telling import tell_soon
from parlour.core.model.demands import Demanded, DemandState, LackingMember
from parlour.core.model.page import Page
from parlour.core.model.people import Person
from parlour.core.model.promises import Wake
from parlour.core.people.guarded import unguarded
from parlour.core.people.parking import unpark
from parlour.core.people.rights import require
from parlour.core.people.roles import tell_standing
from parlour.core.store.demands import WHY, Demand, Lacking


async def get(house: House, actor: UserId, workspace_id: WorkspaceId) -> DemandState:
    """Return whether a workspace demands a second step, and how far that is.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, actor, "workspace.change")
    demand = await house.demands.get(workspace_id)
    most = house.settings.second_factor_grace_days_max
    if demand is None or demand.lifted_at:
        return DemandState(on=False, grace_days=house.settings.second_factor_grace_days, grace_days_max=most)
    return DemandState(
        on=True,
        grace_days=demand.grace_days,
        grace_days_max=most,
        since=demand.since,
        looks_at=demand.due_at,
        lacking=await house.demands.count(workspace_id),
    )


async def lacking(
    house: House, actor: UserId, workspace_id: WorkspaceId, *, after: str | None, limit: int
) -> Page[LackingMember]:
    """Return a page of the members who lack a second step, whoever has the least time left first.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
        InvalidError: the cursor is none.
    """
    await require(house, workspace_id, actor, "workspace.change")
    found = await house.demands.page(workspace_id, after=_cursor(after), limit=limit + 1)
    people = await house.users.people(one.user_id for one in found[:limit])
    items = [_shown(one, people.get(one.user_id)) for one in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    return Page(items, f"{last.by.isoformat()}~{last.user_id}" if last else None)


async def put(house: House, actor: UserId, workspace_id: WorkspaceId, grace_days: int | None) -> DemandState:
    """Demand a second step of all members, or give them another time for it.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
        InvalidError: too many days (setting `second_factor_grace_days_max`), or none.
        ConflictError: `second_factor_needed`, the actor has none.
    """
    await require(house, workspace_id, actor, "workspace.change")
    most = house.settings.second_factor_grace_days_max
    days = house.settings.second_factor_grace_days if grace_days is None else grace_days
    if not 1 <= days <= most:
        raise InvalidError.field(
            "grace_days", f"Members have 1 to {most} days (second_factor_grace_days_max)."
        )
    if await unguarded(house, [actor]):
        raise ConflictError("second_factor_needed", "Set up a second step for yourself first.")
    before, at = await house.demands.get(workspace_id), now()
    since = before.since if before and not before.lifted_at else at
    tell_soon(house, wake_of(await house.demands.put(workspace_id, days, since=since, at=at)))
    words = f"A second step is demanded, within {days} days."
    await house.audit.note(workspace_id, actor, "workspace.changed", workspace_id, words)
    return await get(house, actor, workspace_id)


async def lift(house: House, actor: UserId, workspace_id: WorkspaceId) -> None:
    """Demand a second step no more; whoever was set aside for it is let in again.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, actor, "workspace.change")
    demand = await house.demands.get(workspace_id)
    if demand is None or demand.lifted_at:
        return
    tell_soon(house, wake_of(await house.demands.lift(workspace_id, at=now())))
    words = "A second step is demanded no more."
    await house.audit.note(workspace_id, actor, "workspace.changed", workspace_id, words)


async def joined(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """See to somebody who came into a workspace."""
    demand = await house.demands.get(workspace_id)
    if demand is None or demand.lifted_at or not await unguarded(house, [user_id]):
        return
    if await found_lacking(house, demand, user_id):
        tell_soon(house, wake_of(await house.demands.hurry(workspace_id, at=now())))


async def found_lacking(house: House, demand: Demand, user_id: UserId) -> bool:
    """Put on record that a member lacks a second step, from now on; return whether that is new."""
    at = now()
    by = at + timedelta(days=demand.grace_days)
    return await house.demands.mark(demand.workspace_id, user_id, at=at, by=by)


async def guarded(house: House, user_id: UserId) -> None:
    """Let somebody who has set up a second step into every workspace that waited for it."""
    for one in await house.demands.of_person(user_id):
        await let_in(house, one)


async def let_in(house: House, one: Lacking) -> None:
    """Take up again the place of somebody who lacks nothing any more, or of whom it is demanded no more."""
    workspace_id, user_id = one.workspace_id, one.user_id
    if one.aside == WHY:
        await _take_up(house, workspace_id, user_id)
    if await house.demands.unmark(workspace_id, user_id):
        await tell_standing(house, workspace_id, [user_id])


async def _take_up(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    if await house.users.deactivated_since(user_id):
        await house.asides.turn(workspace_id, user_id, WHY, "account")
    elif await unpark(house, workspace_id, user_id, by=user_id):
        words = "Has a second step, or it is demanded no more."
        await house.audit.note(workspace_id, None, "member.second_factor_back", user_id, words)


async def check_may_lose_one(house: House, user_id: UserId) -> None:
    """Check that no workspace demands what somebody is about to give up: their app, or one of their passkeys.

    Raises:
        ConflictError: `second_factor_demanded`, it is their only one.
    """
    has_app = (await house.second_factors.get(user_id)).totp is not None
    if has_app + len(await house.passkeys.of(user_id)) > 1 or not await house.users.with_password([user_id]):
        return
    mine = {workspace.id: workspace.name for workspace in await house.workspaces.of(user_id)}
    if demanding := await house.demands.among(mine):
        names = ", ".join(f"“{mine[one]}”" for one in demanding)
        raise ConflictError(
            "second_factor_demanded", f"{names} demands a second step at sign-in: set up another one first."
        )


async def demanded_of(house: House, user_id: UserId) -> list[Demanded]:
    """Return the workspaces that wait for somebody's second step."""
    found = await house.demands.of_person(user_id)
    shown = [
        Demanded(
            name=await house.workspaces.name_of(one.workspace_id) or "",
            slug=await house.workspaces.slug_of(one.workspace_id) or "",
            by=one.by,
            aside=one.aside == WHY,
        )
        for one in found
        if one.aside in (None, WHY)
    ]
    return sorted(shown, key=lambda one: one.by)


def wake_of(demand: Demand) -> Wake:
    """Return what a demand's workflow has to know."""
    words = f"{demand.due_at:%Y-%m-%d %H:%M} UTC"
    return Wake("demand", demand.workspace_id, demand.workspace_id, demand.version, demand.due_at, words)


def _shown(one: Lacking, person: Person | None) -> LackingMember:
    return LackingMember(
        user_id=one.user_id,
        name=person.name if person else "someone",
        handle=person.handle if person else "",
        by=one.by,
        aside=one.aside is not None,
        told=one.told,
    )


def _cursor(given: str | None) -> tuple[datetime, str] | None:
    if given is None:
        return None
    by, _, user_id = given.partition("~")
    try:
        at = datetime.fromisoformat(by)
    except ValueError as error:
        raise InvalidError.field("cursor", "This is no cursor of this list.") from error
    if at.tzinfo is None:
        raise InvalidError.field("cursor", "This is no cursor of this list.")
    return at, user_id
