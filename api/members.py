"""Looking after the members of a workspace: who is there, their roles, the stays of guests, and handing it over."""

from datetime import datetime

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.ids import RoleId, UserId
from parlour.core.model.page import Page
from parlour.core.model.rights import Role
from parlour.core.model.sign_in import Proof
from parlour.core.people import guests, members, ownership
from parlour.core.people.members import RoleGiven, RosterEntry, RosterFilter

routes = Routes("Members", family="workspaces")
ownership_routes = Routes("Members")


class RosterQuery(PageQuery, frozen=True):
    """Which members: of a role, or of one of the workspace's own, and with some words in their name or handle."""

    role: Role | None = None
    role_id: RoleId | None = None
    q: str = ""


class StayGiven(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a guest's stay ends; none: never."""

    ends_at: datetime | None


class Transfer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who gets the workspace, and the proof that it is its owner who gives it."""

    user_id: UserId
    proof: Proof


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/roster",
    who="signed in",
    needs="member.remove",
    summary="The members of a workspace for those who look after them: state, last use, ends of stays",
    query=RosterQuery,
    answers={200: Page[RosterEntry]},
    errors=(403, 404, 422),
)
async def list_roster(call: Call) -> Answer:
    """Page through the members of a workspace."""
    query = call.query(RosterQuery)
    found = await members.roster(
        call.house,
        call.user_id,
        call.path("workspace"),
        RosterFilter(role=query.role, role_id=query.role_id, words=query.q),
        after=query.cursor,
        limit=call.limit(query.limit),
    )
    return Answer(200, found)


@routes.add(
    "PATCH",
    "/api/v1/workspaces/{workspace}/members/{user}",
    who="signed in",
    needs="member.change_role",
    summary="Give a member another role, of no more rights than your own",
    body=RoleGiven,
    answers={204: None},
    errors=(403, 404, 409, 422),
)
async def change_member_role(call: Call) -> Answer:
    """Give a member a role."""
    given = call.body(RoleGiven)
    await members.change_role(call.house, call.user_id, call.path("workspace"), call.path("user"), given)
    return Answer(204)


@routes.add(
    "PUT",
    "/api/v1/workspaces/{workspace}/members/{user}/stay",
    who="signed in",
    needs="member.invite_guest",
    summary="Let a guest's stay end at another time, or never",
    body=StayGiven,
    answers={204: None},
    errors=(403, 404, 422),
)
async def prolong_stay(call: Call) -> Answer:
    """Prolong, shorten or lift the end of a guest's stay."""
    ends_at = call.body(StayGiven).ends_at
    await guests.prolong(call.house, call.user_id, call.path("workspace"), call.path("user"), ends_at)
    return Answer(204)


@ownership_routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/transfer",
    who="signed in",
    needs="workspace.transfer",
    summary="Hand the workspace over: a member becomes its owner, you an admin",
    body=Transfer,
    answers={204: None},
    errors=(403, 404, 422, 429),
)
async def transfer_workspace(call: Call) -> Answer:
    """Hand a workspace over."""
    given = call.body(Transfer)
    await ownership.transfer(
        call.house, call.signed_in, call.path("workspace"), given.user_id, proof=given.proof
    )
    return Answer(204)
