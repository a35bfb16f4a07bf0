"""Workspaces, their members and invitations."""

from datetime import datetime

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.model.page import Page
from parlour.core.model.people import Invitation, Workspace, WorkspaceMember
from parlour.core.people import workspaces

routes = Routes("Workspaces")


class NewWorkspace(Struct, frozen=True, forbid_unknown_fields=True):
    """A new workspace."""

    name: str


class Named(Struct, frozen=True):
    """Something with a name."""

    name: str


class InvitationView(Struct, frozen=True, kw_only=True):
    """An invitation as its holder sees it before joining."""

    workspace: Named
    invited_by: Named
    expires_at: datetime


@routes.add(
    "POST",
    "/api/v1/workspaces",
    who="signed in",
    summary="Make a workspace; you own it, and #general exists",
    body=NewWorkspace,
    answers={201: Workspace},
    errors=(409, 422),
    repeatable=True,
)
async def create_workspace(call: Call) -> Answer:
    """Make a workspace."""
    given = call.body(NewWorkspace)
    return Answer(201, await workspaces.create(call.house, call.user_id, name=given.name))


@routes.add(
    "GET", "/api/v1/workspaces", who="signed in", summary="My workspaces", answers={200: Page[Workspace]}
)
async def list_workspaces(call: Call) -> Answer:
    """List the caller's workspaces."""
    return Answer(200, Page(await workspaces.mine(call.house, call.user_id)))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}",
    who="signed in",
    summary="A workspace",
    answers={200: Workspace},
    errors=(404,),
)
async def get_workspace(call: Call) -> Answer:
    """Return a workspace of the caller's."""
    return Answer(200, await workspaces.get(call.house, call.user_id, call.path("workspace")))


@routes.add(
    "PATCH",
    "/api/v1/workspaces/{workspace}",
    who="signed in",
    summary="Change a workspace: its name, what it shows, who makes groups (its owner may)",
    body=workspaces.WorkspaceChange,
    answers={200: Workspace},
    errors=(403, 404, 422),
)
async def change_workspace(call: Call) -> Answer:
    """Change a workspace."""
    given = call.body(workspaces.WorkspaceChange)
    return Answer(200, await workspaces.change(call.house, call.user_id, call.path("workspace"), given))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/members",
    who="signed in",
    summary="The members of a workspace",
    query=PageQuery,
    answers={200: Page[WorkspaceMember]},
    errors=(404, 422),
)
async def list_workspace_members(call: Call) -> Answer:
    """List a workspace's members."""
    page = call.query(PageQuery)
    return Answer(
        200,
        await workspaces.members(
            call.house,
            call.user_id,
            call.path("workspace"),
            after=page.cursor,
            limit=call.limit(page.limit),
        ),
    )


@routes.add(
    "DELETE",
    "/api/v1/workspaces/{workspace}/members/{user}",
    who="signed in",
    summary="Leave a workspace, or (its owner) remove someone",
    answers={204: None},
    errors=(403, 404, 409),
)
async def remove_workspace_member(call: Call) -> Answer:
    """End a workspace membership."""
    await workspaces.remove_member(call.house, call.user_id, call.path("workspace"), call.path("user"))
    return Answer(204)


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/invites",
    who="signed in",
    summary="Make an invitation link",
    answers={201: Invitation},
    errors=(404,),
)
async def create_invitation(call: Call) -> Answer:
    """Make an invitation; its token is shown this once."""
    return Answer(201, await workspaces.invite(call.house, call.user_id, call.path("workspace")))


@routes.add(
    "GET",
    "/api/v1/invites/{token}",
    who="anyone",
    summary="What an invitation is for",
    answers={200: InvitationView},
    errors=(404,),
)
async def get_invitation(call: Call) -> Answer:
    """Show an invitation to whoever holds it."""
    found = await workspaces.preview_invitation(call.house, call.path("token"))
    return Answer(
        200,
        InvitationView(
            workspace=Named(found.workspace), invited_by=Named(found.invited_by), expires_at=found.expires_at
        ),
    )


@routes.add(
    "POST",
    "/api/v1/invites/{token}/accept",
    who="signed in",
    summary="Join by an invitation",
    answers={200: Workspace},
    errors=(404,),
)
async def accept_invitation(call: Call) -> Answer:
    """Join the workspace an invitation is for."""
    return Answer(200, await workspaces.accept_invitation(call.house, call.user_id, call.path("token")))
