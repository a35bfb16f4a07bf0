"""Slash commands of a workspace's own, for those who run its integrations; and their later answers."""

from parlour.api.routing import Answer, Call, Routes
from parlour.core.integrations import slash, slash_commands
from parlour.core.model.page import Page
from parlour.core.model.slash_commands import MadeSlashCommand, SlashCommand

routes = Routes("Slash commands", family="integrations")


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/slash-commands",
    who="signed in",
    needs="integration.manage",
    summary="A workspace's own commands, by name",
    answers={200: Page[SlashCommand]},
    errors=(403, 404),
)
async def list_slash_commands(call: Call) -> Answer:
    """List the commands, with why each last failed."""
    return Answer(200, await slash_commands.commands(call.house, call.user_id, call.path("workspace")))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/slash-commands",
    who="signed in",
    needs="integration.manage",
    summary="Make a command; the secret that signs its calls is in this answer alone",
    body=slash_commands.NewSlashCommand,
    answers={201: MadeSlashCommand},
    errors=(403, 404, 409, 422),
)
async def make_slash_command(call: Call) -> Answer:
    """Make a command that calls an address of yours."""
    given = call.body(slash_commands.NewSlashCommand)
    made = await slash_commands.make(call.house, call.user_id, call.path("workspace"), given)
    return Answer(201, made)


@routes.add(
    "PATCH",
    "/api/v1/workspaces/{workspace}/slash-commands/{command}",
    who="signed in",
    needs="integration.manage",
    summary="Change a command",
    body=slash_commands.SlashCommandChange,
    answers={200: SlashCommand},
    errors=(403, 404, 409, 422),
)
async def change_slash_command(call: Call) -> Answer:
    """Change a command's name, address or words."""
    given = call.body(slash_commands.SlashCommandChange)
    changed = await slash_commands.change(
        call.house, call.user_id, call.path("workspace"), call.path("command"), given
    )
    return Answer(200, changed)


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/slash-commands/{command}/secret",
    who="signed in",
    needs="integration.manage",
    summary="Give a command another secret, in this answer alone",
    answers={201: MadeSlashCommand},
    errors=(403, 404),
)
async def rotate_slash_command_secret(call: Call) -> Answer:
    """Sign with another secret from now on."""
    made = await slash_commands.rotate(call.house, call.user_id, call.path("workspace"), call.path("command"))
    return Answer(201, made)


@routes.add(
    "DELETE",
    "/api/v1/workspaces/{workspace}/slash-commands/{command}",
    who="signed in",
    needs="integration.manage",
    summary="Delete a command",
    answers={204: None},
    errors=(403, 404),
)
async def remove_slash_command(call: Call) -> Answer:
    """Delete a command; what it said stays."""
    await slash_commands.remove(call.house, call.user_id, call.path("workspace"), call.path("command"))
    return Answer(204)


@routes.add(
    "POST",
    "/api/v1/command-answers/{run}/{secret}",
    who="anyone",
    summary="Answer a command later, by the response_url that was given along",
    body=slash.CommandAnswer,
    answers={204: None},
    errors=(403, 404, 410, 422),
)
async def answer_command(call: Call) -> Answer:
    """Answer whoever ran the command, or in the channel; the address itself is the permission."""
    given = call.body(slash.CommandAnswer)
    await slash.later(call.house, call.path("run"), call.path("secret"), given)
    return Answer(204)
