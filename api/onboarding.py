"""Setting up workspaces, their templates, and the first steps of newcomers."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, Routes
from parlour.core.model.onboarding import Onboarding, Welcome, WorkspaceTemplate
from parlour.core.model.page import Page
from parlour.core.onboarding import begin, welcome
from parlour.core.onboarding.begin import NewOnboarding
from parlour.core.onboarding.templates import templates
from parlour.workflows.links import any_link

routes = Routes("Onboarding", family="workspaces")


class Address(Struct, frozen=True):
    """Whether an address is free for a workspace."""

    slug: str
    free: bool


@routes.add(
    "GET",
    "/api/v1/workspace-templates",
    who="signed in",
    summary="What a workspace may begin with",
    answers={200: Page[WorkspaceTemplate]},
)
async def list_workspace_templates(_call: Call) -> Answer:
    """List the templates."""
    return Answer(200, Page(list(templates().values())))


@routes.add(
    "GET",
    "/api/v1/workspace-addresses/{slug}",
    who="signed in",
    summary="Whether an address is free for a workspace",
    answers={200: Address},
    errors=(422,),
)
async def get_workspace_address(call: Call) -> Answer:
    """Tell whether an address is free."""
    slug = begin.checked_slug(call.path("slug"))
    return Answer(200, Address(slug, not await call.house.workspaces.is_slug_taken(slug)))


@routes.add(
    "POST",
    "/api/v1/onboardings",
    who="signed in",
    summary="Set up a workspace: channels, invitations, welcome; goes on by itself, step by step",
    body=NewOnboarding,
    answers={202: Onboarding},
    errors=(409, 422),
    repeatable=True,
)
async def begin_onboarding(call: Call) -> Answer:
    """Set up a workspace."""
    wanted = call.body(NewOnboarding)
    return Answer(202, await begin.begin(call.house, call.user_id, wanted, any_link(call.house.settings)))


@routes.add(
    "GET",
    "/api/v1/onboardings",
    who="signed in",
    summary="The workspaces I set up lately",
    answers={200: Page[Onboarding]},
)
async def list_onboardings(call: Call) -> Answer:
    """List the caller's."""
    return Answer(200, Page(await begin.mine(call.house, call.user_id, any_link(call.house.settings))))


@routes.add(
    "GET",
    "/api/v1/onboardings/{onboarding}",
    who="signed in",
    others="operations.act",
    summary="How far a workspace is, step by step",
    answers={200: Onboarding},
    errors=(404,),
)
async def get_onboarding(call: Call) -> Answer:
    """Tell how far one is."""
    house, link_to = call.house, any_link(call.house.settings)
    return Answer(200, await begin.get(house, call.user_id, call.path("onboarding"), link_to))


@routes.add(
    "POST",
    "/api/v1/onboardings/{onboarding}/continue",
    who="signed in",
    others="operations.act",
    summary="Go on with a workspace that waits for somebody",
    answers={202: Onboarding},
    errors=(404, 409),
)
async def continue_onboarding(call: Call) -> Answer:
    """Go on with one."""
    house, link_to = call.house, any_link(call.house.settings)
    return Answer(202, await begin.go_on(house, call.user_id, call.path("onboarding"), link_to))


@routes.add(
    "POST",
    "/api/v1/onboardings/{onboarding}/undo",
    who="signed in",
    others="operations.act",
    summary="Take back all that was begun of a workspace",
    answers={202: Onboarding},
    errors=(404, 409),
)
async def undo_onboarding(call: Call) -> Answer:
    """Take one back."""
    house, link_to = call.house, any_link(call.house.settings)
    return Answer(202, await begin.undo(house, call.user_id, call.path("onboarding"), link_to))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/welcome",
    who="signed in",
    summary="My first steps in a workspace",
    answers={200: Welcome},
    errors=(404,),
)
async def get_welcome(call: Call) -> Answer:
    """Return the caller's first steps."""
    return Answer(200, await welcome.mine(call.house, call.user_id, call.path("workspace")))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/welcome/stop",
    who="signed in",
    summary="Be reminded of first steps no more, and see them no more",
    answers={200: Welcome},
    errors=(404,),
)
async def stop_welcome(call: Call) -> Answer:
    """End the caller's welcome."""
    return Answer(200, await welcome.stop(call.house, call.user_id, call.path("workspace")))
