"""What those who run a workspace look at: channels in numbers, storage, health."""

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.chat.manage import ChannelPatch
from parlour.core.console import channels, storage
from parlour.core.console.health import HealthOfHouse
from parlour.core.model.console import ChannelSummary, HouseHealth, Storage
from parlour.core.model.page import Page

routes = Routes("Administration", family="workspaces")


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/channel-summaries",
    who="signed in",
    needs="channel.manage",
    summary="All channels in numbers, private ones too; what is said in them stays their members'",
    query=PageQuery,
    answers={200: Page[ChannelSummary]},
    errors=(403, 404, 422),
)
async def list_channel_summaries(call: Call) -> Answer:
    """List a workspace's channels."""
    page = call.query(PageQuery)
    found = await channels.channels(
        call.house, call.user_id, call.path("workspace"), after=page.cursor, limit=call.limit(page.limit)
    )
    return Answer(200, found)


@routes.add(
    "PATCH",
    "/api/v1/workspaces/{workspace}/channel-summaries/{channel}",
    who="signed in",
    needs="channel.manage",
    summary="Change a channel without being in it: archive or restore it, say who posts, rename it",
    body=ChannelPatch,
    answers={200: ChannelSummary},
    errors=(403, 404, 409, 422),
)
async def administer_channel(call: Call) -> Answer:
    """Change a channel of the workspace."""
    patch = call.body(ChannelPatch)
    changed = await channels.change(
        call.house, call.user_id, call.path("workspace"), call.path("channel"), patch
    )
    return Answer(200, changed)


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/storage",
    who="signed in",
    needs="operations.read",
    summary="What the files of a workspace take: by kind, by person, the largest",
    answers={200: Storage},
    errors=(403, 404),
)
async def get_storage(call: Call) -> Answer:
    """Return what takes how much."""
    return Answer(200, await storage.storage(call.house, call.user_id, call.path("workspace")))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/health",
    who="signed in",
    needs="operations.read",
    summary="How everything is that the workspace runs on: each process and server, queues, backlogs, sizes",
    answers={200: HouseHealth},
    errors=(403, 404),
)
async def get_health(call: Call) -> Answer:
    """Return how everything is."""
    health: HealthOfHouse = call.request.app.ctx.house_health
    return Answer(200, await health.look(call.house, call.user_id, call.path("workspace")))
