"""Groups of people who are called together, by `@handle`."""

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.model.page import Page
from parlour.core.model.people import Group
from parlour.core.people import groups

routes = Routes("Groups", family="people")


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/groups",
    who="signed in",
    needs="people.see",
    summary="The groups of a workspace",
    query=PageQuery,
    answers={200: Page[Group]},
    errors=(404, 422),
)
async def list_groups(call: Call) -> Answer:
    """List a workspace's groups."""
    page = call.query(PageQuery)
    found = await groups.groups(
        call.house,
        call.user_id,
        call.path("workspace"),
        after=page.cursor,
        limit=call.limit(page.limit),
    )
    return Answer(200, found)


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/groups",
    who="signed in",
    others="group.change",
    summary="Make a group: its members may, or its owners alone, as the workspace says",
    body=groups.NewGroup,
    answers={201: Group},
    errors=(403, 404, 409, 422),
    repeatable=True,
)
async def create_group(call: Call) -> Answer:
    """Make a group."""
    given = call.body(groups.NewGroup)
    return Answer(201, await groups.create(call.house, call.user_id, call.path("workspace"), given))


@routes.add(
    "PATCH",
    "/api/v1/workspaces/{workspace}/groups/{group}",
    who="signed in",
    others="group.change",
    summary="Change a group's name, handle or people; what is left out stays",
    body=groups.GroupChange,
    answers={200: Group},
    errors=(403, 404, 409, 422),
)
async def change_group(call: Call) -> Answer:
    """Change a group."""
    given = call.body(groups.GroupChange)
    changed = await groups.change(call.house, call.user_id, call.path("workspace"), call.path("group"), given)
    return Answer(200, changed)


@routes.add(
    "DELETE",
    "/api/v1/workspaces/{workspace}/groups/{group}",
    who="signed in",
    others="group.change",
    summary="Delete a group",
    answers={204: None},
    errors=(403, 404),
)
async def delete_group(call: Call) -> Answer:
    """Delete a group."""
    await groups.remove(call.house, call.user_id, call.path("workspace"), call.path("group"))
    return Answer(204)
