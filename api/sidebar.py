"""How I arrange a workspace's channels."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, Routes
from parlour.core.chat import sidebar
from parlour.core.chat.sidebar import SectionPatch
from parlour.core.model.sidebar import Section, Sidebar

routes = Routes("Sidebar", family="channels")


class NewSection(Struct, frozen=True, forbid_unknown_fields=True):
    """A new section."""

    name: str


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/sidebar",
    who="signed in",
    summary="My sections of a workspace's channels, in order",
    answers={200: Sidebar},
    errors=(404,),
)
async def get_sidebar(call: Call) -> Answer:
    """Return the caller's sidebar."""
    return Answer(200, await sidebar.get(call.house, call.user_id, call.path("workspace")))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/sections",
    who="signed in",
    summary="Make a section",
    body=NewSection,
    answers={201: Section},
    errors=(404, 409, 422),
    repeatable=True,
)
async def add_section(call: Call) -> Answer:
    """Make a section behind the others."""
    name = call.body(NewSection).name
    return Answer(201, await sidebar.add_section(call.house, call.user_id, call.path("workspace"), name))


@routes.add(
    "PATCH",
    "/api/v1/workspaces/{workspace}/sections/{section}",
    who="signed in",
    summary="Rename, move or collapse a section; starred, channels and direct are collapsed only",
    body=SectionPatch,
    answers={200: Sidebar},
    errors=(403, 404, 422),
)
async def change_section(call: Call) -> Answer:
    """Change a section."""
    changed = await sidebar.change_section(
        call.house, call.user_id, call.path("workspace"), call.path("section"), call.body(SectionPatch)
    )
    return Answer(200, changed)


@routes.add(
    "DELETE",
    "/api/v1/workspaces/{workspace}/sections/{section}",
    who="signed in",
    summary="Delete a section; its channels stay",
    answers={204: None},
    errors=(403, 404),
)
async def remove_section(call: Call) -> Answer:
    """Delete a section."""
    await sidebar.remove_section(call.house, call.user_id, call.path("workspace"), call.path("section"))
    return Answer(204)
