"""Bots of a workspace, for those who run its integrations. Only a session makes them and their tokens."""

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.integrations import bots
from parlour.core.model.integrations import Bot, MadeBot
from parlour.core.model.page import Page

listing = Routes("Bots", family="integrations")
routes = Routes("Bots")


@listing.add(
    "GET",
    "/api/v1/workspaces/{workspace}/bots",
    who="signed in",
    needs="integration.manage",
    summary="A workspace's bots, the oldest first",
    query=PageQuery,
    answers={200: Page[Bot]},
    errors=(403, 404),
)
async def list_bots(call: Call) -> Answer:
    """List the bots, with what their tokens open and when they were last used."""
    query = call.query(PageQuery)
    page = await bots.bots(
        call.house,
        call.user_id,
        call.path("workspace"),
        after=query.cursor,
        limit=call.limit(query.limit),
    )
    return Answer(200, page)


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/bots",
    who="signed in",
    needs="integration.manage",
    summary="Make a bot; its token is in this answer alone",
    body=bots.NewBot,
    answers={201: MadeBot},
    errors=(403, 404, 409, 422),
)
async def make_bot(call: Call) -> Answer:
    """Make a bot; add it to channels as anybody else."""
    given = call.body(bots.NewBot)
    return Answer(201, await bots.make(call.house, call.user_id, call.path("workspace"), given))


@routes.add(
    "PATCH",
    "/api/v1/workspaces/{workspace}/bots/{bot}",
    who="signed in",
    needs="integration.manage",
    summary="Change a bot's name, description or scopes",
    body=bots.BotChange,
    answers={200: Bot},
    errors=(403, 404, 422),
)
async def change_bot(call: Call) -> Answer:
    """Change a bot; other scopes cut its connections, which may come back with them."""
    given = call.body(bots.BotChange)
    changed = await bots.change(call.house, call.user_id, call.path("workspace"), call.path("bot"), given)
    return Answer(200, changed)


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/bots/{bot}/token",
    who="signed in",
    needs="integration.manage",
    summary="Give a bot another token, which also brings back one that was deactivated",
    answers={201: MadeBot},
    errors=(403, 404),
)
async def rotate_bot_token(call: Call) -> Answer:
    """End a bot's token, and make another one."""
    made = await bots.rotate(call.house, call.user_id, call.path("workspace"), call.path("bot"))
    return Answer(201, made)


@routes.add(
    "DELETE",
    "/api/v1/workspaces/{workspace}/bots/{bot}",
    who="signed in",
    needs="integration.manage",
    summary="Deactivate a bot: nothing lets it in any more, what it said stays",
    answers={200: Bot},
    errors=(403, 404),
)
async def deactivate_bot(call: Call) -> Answer:
    """Deactivate a bot."""
    gone = await bots.deactivate(call.house, call.user_id, call.path("workspace"), call.path("bot"))
    return Answer(200, gone)
