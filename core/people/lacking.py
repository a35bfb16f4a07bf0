"""Seeing to those who lack the second step that their workspace demands: told, reminded, set aside, let in again.

Each part may be taken again: what was done is on record at the membership.
"""

from datetime import datetime, timedelta

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import MailId, WorkspaceId
from parlour.core.later.telling import gone
from parlour.core.model.mails import MailKind
from parlour.core.model.promises import Due, DueRequest
from parlour.core.people import mails
from parlour.core.people.demand import found_lacking, let_in, wake_of
from parlour.core.people.guarded import unguarded
from parlour.core.people.parking import park
from parlour.core.people.roles import tell_standing
from parlour.core.store.demands import WHY, Demand, Lacking

PAGE = 500
"""Members gone through at a time."""
AT_ONCE = 50
"""People seen to in one go."""
WALKED_EVERY = timedelta(days=1)
"""All members are gone through so often: what a crash left undone is found then."""


async def see_to(house: House, request: DueRequest) -> Due:
    """Do what is due at a workspace's demand. May be taken again."""
    demand = await house.demands.get(WorkspaceId(request.id))
    if demand is None:
        return gone("demand", request)
    if demand.lifted_at:
        return await _release(house, demand)
    if demand.walked_at is None or demand.walked_at <= now() - WALKED_EVERY:
        await _walk(house, demand)
    seen = await house.demands.due(demand.workspace_id, at=now(), limit=AT_ONCE)
    for one in seen:
        await _see_to_one(house, one)
    later = await house.demands.looked(demand, due_at=await _next(house, demand))
    current = later or await house.demands.get(demand.workspace_id)
    if current is None:
        return gone("demand", request)
    count = await house.demands.count(demand.workspace_id)
    return Due("watching", f"{len(seen)} seen to; {count} lack a second step", wake_of(current))


async def _release(house: House, demand: Demand) -> Due:
    """Let everybody in again of whom it is demanded no more."""
    released = await house.demands.page(demand.workspace_id, after=None, limit=AT_ONCE)
    for one in released:
        await let_in(house, one)
    if len(released) < AT_ONCE and await house.demands.end(demand):
        return gone("demand", DueRequest(demand.workspace_id, demand.version))
    return Due("lifting", f"{len(released)} let in again", wake_of(demand))


async def _walk(house: House, demand: Demand) -> None:
    """Go through all members: find who lacks one, and who lacks none any more."""
    known = {one.user_id: one for one in await house.demands.page(demand.workspace_id, after=None, limit=0)}
    after: str | None = None
    while True:
        places = await house.members.page(demand.workspace_id, after=after, limit=PAGE, deactivated=True)
        without = await unguarded(house, [place.user_id for place in places])
        for place in places:
            if place.user_id in known and place.user_id not in without:
                await let_in(house, known[place.user_id])
            elif place.user_id in without and place.user_id not in known and place.aside is None:
                await found_lacking(house, demand, place.user_id)
        if len(places) < PAGE:
            break
        after = places[-1].user_id
    await house.demands.walked(demand, at=now())


async def _see_to_one(house: House, one: Lacking) -> None:
    if one.aside not in (None, WHY) or not await unguarded(house, [one.user_id]):
        return await let_in(house, one)
    if one.by > now():
        return await _tell(house, one)
    if one.aside is None and not await _set_aside(house, one):
        # Nobody could lift it any more: the last owner stays, and is looked at again.
        return await house.demands.seen_to(one, told=one.told, due_at=now() + WALKED_EVERY)
    await _mail(house, one, "second_factor_aside")
    return await house.demands.seen_to(one, told=one.told + 1, due_at=None)


async def _set_aside(house: House, one: Lacking) -> bool:
    if one.role == "owner" and await house.workspaces.owners(one.workspace_id) == 1:
        return False
    await park(house, one.workspace_id, one.user_id, by=None, why=WHY)
    words = "The workspace demands a second step, and they had none in time."
    once = f"second-factor-aside/{one.workspace_id}/{one.user_id}/{one.by.isoformat()}"
    await house.audit.note(
        one.workspace_id, None, "member.second_factor_aside", one.user_id, words, once=once
    )
    return True


async def _tell(house: House, one: Lacking) -> None:
    """Tell somebody by when they need one, or remind them; who was set aside and has more time is let in until then."""
    if one.aside == WHY:
        await let_in(house, one)
        demand = await house.demands.get(one.workspace_id)
        if demand:
            await found_lacking(house, demand, one.user_id)
        return
    await _mail(house, one, "second_factor_demanded")
    await tell_standing(house, one.workspace_id, [one.user_id])
    reminded_at = one.by - timedelta(days=house.settings.second_factor_reminded_days)
    due_at = reminded_at if one.told == 0 and reminded_at > now() else one.by
    await house.demands.seen_to(one, told=one.told + 1, due_at=due_at)


async def _mail(house: House, one: Lacking, kind: MailKind) -> None:
    """Queue a mail, once for each time that there is something to say."""
    mail_id = MailId(f"{one.workspace_id}.{one.user_id}.{int(one.by.timestamp())}.{one.told}")
    user = await house.users.by_id(one.user_id)
    if user is None or await house.account_mails.get(mail_id):
        return
    await mails.queue(
        house,
        kind,
        user.email,
        user.id,
        until=one.by if kind == "second_factor_demanded" else None,
        workspace_id=one.workspace_id,
        mail_id=mail_id,
        name=user.name,
        workspace=await house.workspaces.name_of(one.workspace_id) or "a workspace",
        by=f"{one.by:%d %B %Y, %H:%M} UTC",
        link=f"{house.settings.address}/app/~account/two-steps",
    )


async def _next(house: House, demand: Demand) -> datetime:
    """Return when to look next."""
    daily, someone = now() + WALKED_EVERY, await house.demands.next_at(demand.workspace_id)
    return min(daily, someone) if someone else daily
