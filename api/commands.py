"""Commands: what there are, and running one."""

from parlour.api.routing import Answer, Call, Routes
from parlour.core.chat import commands
from parlour.core.chat.command_registry import CommandView, Outcome
from parlour.core.chat.commands import CommandText
from parlour.core.model.page import Page

routes = Routes("Commands", family="messages")


@routes.add(
    "GET",
    "/api/v1/commands",
    who="signed in",
    summary="The commands that a text can begin with",
    answers={200: Page[CommandView]},
)
async def list_commands(_call: Call) -> Answer:
    """List all commands."""
    return Answer(200, Page(commands.listed()))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/commands",
    who="signed in",
    summary="The commands of a workspace: Parlour's, and its own",
    answers={200: Page[CommandView]},
    errors=(404,),
)
async def list_workspace_commands(call: Call) -> Answer:
    """List the commands that a text can begin with in this workspace."""
    found = await commands.listed_in(call.house, call.user_id, call.path("workspace"))
    return Answer(200, Page(found))


@routes.add(
    "POST",
    "/api/v1/channels/{channel}/commands",
    who="signed in",
    needs="command.run",
    summary="Run a command in a channel: /topic, /invite …",
    body=CommandText,
    answers={200: Outcome},
    errors=(403, 404, 409, 422, 503),
)
async def run_command(call: Call) -> Answer:
    """Run a command; what it says is for the caller alone."""
    given = call.body(CommandText)
    return Answer(200, await commands.run(call.house, call.user_id, call.path("channel"), given))
