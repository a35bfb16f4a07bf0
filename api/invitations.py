"""Invitations: by link, by e-mail to many at once, what became of each, and joining by one."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.model.onboarding import InvitationEntry, InvitationState, Invited, InvitedRole, Invitee
from parlour.core.model.page import Page
from parlour.core.model.people import Invitation, Workspace
from parlour.core.onboarding import invitations, joining
from parlour.core.onboarding.joining import NewLink
from parlour.core.store.invitations import InvitationFilter
from parlour.workflows.links import any_link

routes = Routes("Invitations", family="workspaces")


class Invitees(Struct, frozen=True, forbid_unknown_fields=True):
    """People to invite by e-mail."""

    invitations: list[Invitee]


class InvitedPeople(Struct, frozen=True):
    """What became of each address, in the order given."""

    items: list[Invited]


class InvitationsQuery(PageQuery, frozen=True):
    """Which invitations: of a state, links or those by e-mail."""

    state: InvitationState | None = None
    kind: Literal["link", "email"] | None = None


class Named(Struct, frozen=True):
    """Something with a name."""

    name: str


class InvitationView(Struct, frozen=True, kw_only=True):
    """An invitation as its holder sees it before joining.

    One by mail is for `email` alone, a link may be for addresses at `domains` alone.
    """

    workspace: Named
    invited_by: Named
    expires_at: datetime
    role: InvitedRole = "member"
    email: str | None = None
    domains: list[str] = []


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/invitations",
    who="signed in",
    needs="member.invite",
    summary="Invite people by e-mail: each address is answered by name, and mailed at a pace",
    body=Invitees,
    answers={202: InvitedPeople},
    errors=(403, 404, 422),
    repeatable=True,
)
async def invite_people(call: Call) -> Answer:
    """Invite people by e-mail."""
    given = call.body(Invitees)
    workspace = call.path("workspace")
    answers = await invitations.invite_many(call.house, call.user_id, workspace, given.invitations)
    return Answer(202, InvitedPeople(answers))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/invitations",
    who="signed in",
    needs="member.invite",
    summary="Invitations, the newest first: one's own, or everybody's for who may remove members",
    query=InvitationsQuery,
    answers={200: Page[InvitationEntry]},
    errors=(403, 404, 422),
)
async def list_invitations(call: Call) -> Answer:
    """List invitations."""
    asked = call.query(InvitationsQuery)
    page = await invitations.page(
        call.house,
        call.user_id,
        call.path("workspace"),
        InvitationFilter(state=asked.state, kind=asked.kind),
        any_link(call.house.settings),
        before=asked.cursor,
        limit=call.limit(asked.limit),
    )
    return Answer(200, page)


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/invitations/{invitation}/resend",
    who="signed in",
    needs="member.invite",
    others=invitations.OTHERS,
    summary="Mail an invitation again; its time begins anew",
    answers={202: InvitationEntry},
    errors=(403, 404, 409, 429),
)
async def resend_invitation(call: Call) -> Answer:
    """Mail an invitation again."""
    house, link_to = call.house, any_link(call.house.settings)
    workspace, invitation = call.path("workspace"), call.path("invitation")
    return Answer(202, await invitations.resend(house, call.user_id, workspace, invitation, link_to))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/invitations/{invitation}/revoke",
    who="signed in",
    needs="member.invite",
    others=invitations.OTHERS,
    summary="End an invitation: it lets nobody in any more",
    answers={200: InvitationEntry},
    errors=(403, 404, 409),
)
async def revoke_invitation(call: Call) -> Answer:
    """End an invitation."""
    house, link_to = call.house, any_link(call.house.settings)
    workspace, invitation = call.path("workspace"), call.path("invitation")
    return Answer(200, await invitations.revoke(house, call.user_id, workspace, invitation, link_to))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/invites",
    who="signed in",
    needs="member.invite",
    summary="Make an invitation link, for how many, how long and whom",
    body=NewLink,
    answers={201: Invitation},
    errors=(403, 404, 422),
    repeatable=True,
)
async def create_invitation(call: Call) -> Answer:
    """Make a link; its token is shown this once."""
    wanted = call.body(NewLink)
    return Answer(201, await joining.make_link(call.house, call.user_id, call.path("workspace"), wanted))


@routes.add(
    "GET",
    "/api/v1/invites/{token}",
    who="anyone",
    summary="What an invitation is for; one by e-mail counts as opened by this",
    answers={200: InvitationView},
    errors=(404, 410),
)
async def get_invitation(call: Call) -> Answer:
    """Show an invitation to whoever holds it."""
    found = await joining.preview(call.house, call.path("token"))
    view = InvitationView(
        workspace=Named(found.workspace),
        invited_by=Named(found.invited_by),
        expires_at=found.expires_at,
        role=found.role,
        email=found.email,
        domains=found.domains,
    )
    return Answer(200, view)


@routes.add(
    "POST",
    "/api/v1/invites/{token}/accept",
    who="signed in",
    summary="Join by an invitation",
    answers={200: Workspace},
    errors=(403, 404, 409, 410),
)
async def accept_invitation(call: Call) -> Answer:
    """Join the workspace an invitation is for."""
    return Answer(200, await joining.accept(call.house, call.user_id, call.path("token")))
