"""Workspaces, their members and invitations."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.model.page import Page
from parlour.core.model.people import Workspace, WorkspaceMember
from parlour.core.onboarding.quick import create
from parlour.core.people import members, workspaces

routes = Routes("Workspaces", family="workspaces")


class NewWorkspace(Struct, frozen=True, forbid_unknown_fields=True):
    """A new workspace."""

    name: str


class MembersQuery(PageQuery, frozen=True):
    """Which members; with `deactivated`, those too who cannot enter any more."""

    deactivated: bool = False


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
    return Answer(201, await create(call.house, call.user_id, name=given.name))


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
    needs="workspace.change",
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
    query=MembersQuery,
    answers={200: Page[WorkspaceMember]},
    errors=(404, 422),
)
async def list_workspace_members(call: Call) -> Answer:
    """List a workspace's members."""
    page = call.query(MembersQuery)
    return Answer(
        200,
        await workspaces.members(
            call.house,
            call.user_id,
            call.path("workspace"),
            after=page.cursor,
            limit=call.limit(page.limit),
            deactivated=page.deactivated,
        ),
    )


@routes.add(
    "DELETE",
    "/api/v1/workspaces/{workspace}/members/{user}",
    who="signed in",
    others="member.remove",
    summary="Leave a workspace, or (its owner) remove someone",
    answers={204: None},
    errors=(403, 404, 409),
)
async def remove_workspace_member(call: Call) -> Answer:
    """End a workspace membership."""
    await members.remove(call.house, call.user_id, call.path("workspace"), call.path("user"))
    return Answer(204)
