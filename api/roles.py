"""Who may do what in a workspace: its roles, and those that it makes for itself."""

from parlour.api.routing import Answer, Call, Routes
from parlour.core.people import roles
from parlour.core.people.roles import NewRole, RoleChange, RoleTable, RoleView

routes = Routes("Roles", family="workspaces")


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/roles",
    who="signed in",
    needs="people.see",
    summary="Who may do what: all rights in words, and the rights of each role",
    answers={200: RoleTable},
    errors=(403, 404),
)
async def get_roles(call: Call) -> Answer:
    """Return the table of roles and rights."""
    return Answer(200, await roles.table(call.house, call.user_id, call.path("workspace")))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/roles",
    who="signed in",
    needs="role.change",
    summary="Make a role, of no more rights than your own",
    body=NewRole,
    answers={201: RoleView},
    errors=(403, 404, 409, 422),
)
async def create_role(call: Call) -> Answer:
    """Make a role."""
    made = await roles.create(call.house, call.user_id, call.path("workspace"), call.body(NewRole))
    return Answer(201, made)


@routes.add(
    "PATCH",
    "/api/v1/workspaces/{workspace}/roles/{role}",
    who="signed in",
    needs="role.change",
    summary="Change a role; whoever has it has its new rights at once",
    body=RoleChange,
    answers={200: RoleView},
    errors=(403, 404, 409, 422),
)
async def change_role(call: Call) -> Answer:
    """Change a role."""
    given = call.body(RoleChange)
    changed = await roles.change(call.house, call.user_id, call.path("workspace"), call.path("role"), given)
    return Answer(200, changed)


@routes.add(
    "DELETE",
    "/api/v1/workspaces/{workspace}/roles/{role}",
    who="signed in",
    needs="role.change",
    summary="Delete a role; whoever had it is a member from then on",
    answers={204: None},
    errors=(403, 404),
)
async def delete_role(call: Call) -> Answer:
    """Delete a role."""
    await roles.remove(call.house, call.user_id, call.path("workspace"), call.path("role"))
    return Answer(204)
