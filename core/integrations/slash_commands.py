"""Managing slash commands: for whoever manages a workspace's integrations. Running them is `slash`."""

import re
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from parlour.core.chat.builtin_commands import BUILT_IN
from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import SlashCommandId, UserId, WorkspaceId, new_id
from parlour.core.model.page import Page
from parlour.core.model.people import Person, User
from parlour.core.model.rights import Right
from parlour.core.model.slash_commands import MadeSlashCommand, SlashCommand
from parlour.core.people.names import checked_line
from parlour.core.people.newcomers import tell_joined
from parlour.core.people.rights import require
from parlour.core.sealing import seal
from parlour.core.webhooks.allowed import check_address
from parlour.core.webhooks.signing import new_secret

MANAGES: Right = "integration.manage"
PURPOSE = "slash-command"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class NewSlashCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command to make: what is called, what follows its name (`usage`), and what it does (`help`)."""

    name: str
    url: str
    usage: str = ""
    help: str


class SlashCommandChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes of a command; what is left out stays."""

    name: str | None = None
    url: str | None = None
    usage: str | None = None
    help: str | None = None


async def commands(house: House, actor: UserId, workspace_id: WorkspaceId) -> Page[SlashCommand]:
    """Return a workspace's own commands by name.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, actor, MANAGES)
    most = house.settings.slash_commands_per_workspace
    return Page(await house.slash_commands.of(workspace_id, limit=most))


async def make(
    house: House, actor: UserId, workspace_id: WorkspaceId, given: NewSlashCommand
) -> MadeSlashCommand:
    """Make a command.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
        ConflictError: `command_taken`, or `too_many_commands` (setting `slash_commands_per_workspace`).
        InvalidError: `command_reserved`, `address_refused`, or something else that cannot be taken.
    """
    await require(house, workspace_id, actor, MANAGES)
    fields = _checked(house, given)
    most = house.settings.slash_commands_per_workspace
    if await house.slash_commands.count(workspace_id) >= most:
        raise ConflictError(
            "too_many_commands",
            f"A workspace has at most {most} commands of its own (slash_commands_per_workspace).",
        )
    secret = new_secret()
    command = SlashCommand(
        id=SlashCommandId(new_id()),
        workspace_id=workspace_id,
        bot_id=UserId(new_id()),
        created_by=actor,
        created_at=now(),
        **fields,
    )
    await house.slash_commands.add(command, sealed_secret=_sealed(house, command.id, secret))
    await _make_bot(house, command)
    words = f"Made the command /{command.name}"
    await house.audit.note(workspace_id, actor, "command.made", command.id, words)
    return MadeSlashCommand(secret=secret, command=command)


async def change(
    house: House,
    actor: UserId,
    workspace_id: WorkspaceId,
    command_id: SlashCommandId,
    wanted: SlashCommandChange,
) -> SlashCommand:
    """Change a command.

    Raises:
        NotFoundError: there is no such command in a workspace of the actor's.
        ForbiddenError: `missing_right`.
        ConflictError: `command_taken`.
        InvalidError: `command_reserved`, `address_refused`, or something else that cannot be taken.
    """
    command = await _managed(house, actor, workspace_id, command_id)
    fields = _checked(house, wanted)
    changed = await house.slash_commands.change(command_id, **fields) if fields else command
    if changed is None:
        raise NotFoundError.of("command")
    if "name" in fields:
        await house.users.change(command.bot_id, name=f"/{changed.name}")
    words = f"Changed the command /{changed.name}: {', '.join(fields)}"
    await house.audit.note(workspace_id, actor, "command.changed", command_id, words)
    return changed


async def rotate(
    house: House, actor: UserId, workspace_id: WorkspaceId, command_id: SlashCommandId
) -> MadeSlashCommand:
    """Give a command another secret; what is sent from now on is signed with it.

    Raises:
        NotFoundError: there is no such command in a workspace of the actor's.
        ForbiddenError: `missing_right`.
    """
    command = await _managed(house, actor, workspace_id, command_id)
    secret = new_secret()
    await house.slash_commands.change(command_id, secret=_sealed(house, command_id, secret))
    words = f"Gave the command /{command.name} another secret"
    await house.audit.note(workspace_id, actor, "command.secret_rotated", command_id, words)
    return MadeSlashCommand(secret=secret, command=command)


async def remove(house: House, actor: UserId, workspace_id: WorkspaceId, command_id: SlashCommandId) -> None:
    """Delete a command; what it said stays.

    Raises:
        NotFoundError: there is no such command in a workspace of the actor's.
        ForbiddenError: `missing_right`.
    """
    command = await _managed(house, actor, workspace_id, command_id)
    await house.slash_commands.remove(command_id)
    words = f"Deleted the command /{command.name}"
    await house.audit.note(workspace_id, actor, "command.removed", command_id, words)


async def _managed(
    house: House, actor: UserId, workspace_id: WorkspaceId, command_id: SlashCommandId
) -> SlashCommand:
    await require(house, workspace_id, actor, MANAGES)
    command = await house.slash_commands.get(workspace_id, command_id)
    if command is None:
        raise NotFoundError.of("command")
    return command


def _checked(house: House, given: NewSlashCommand | SlashCommandChange) -> dict[str, Any]:
    """Return the fields that are given, as they are stored."""
    fields = {name: value.strip() for name, value in asdict(given).items() if value is not None}
    if "name" in fields:
        fields["name"] = _checked_name(fields["name"])
    if "url" in fields:
        check_address(house.settings, fields["url"])
    longest = house.settings.slash_usage_max_length
    for name in [name for name in ("usage", "help") if name in fields]:
        fields[name] = checked_line(fields[name], field=name, longest=longest, limit="slash_usage_max_length")
    if fields.get("help") == "":
        raise InvalidError.field("help", "Say in a few words what the command does.")
    return fields


def _checked_name(given: str) -> str:
    name = given.removeprefix("/").lower()
    if not NAME.fullmatch(name):
        raise InvalidError.field(
            "name",
            "A command has 1 to 32 of a-z, 0-9, hyphen and underscore, and begins with a letter or number.",
        )
    if name in BUILT_IN:
        raise InvalidError.field("name", f"/{name} is Parlour's own.", "command_reserved")
    return name


def _sealed(house: House, command_id: SlashCommandId, secret: str) -> bytes:
    return seal(house.settings, secret.encode(), purpose=PURPOSE, of=command_id)


async def _make_bot(house: House, command: SlashCommand) -> None:
    """Make the account in whose name it answers in channels; nobody signs in as it."""
    handle, name = f"command-{command.bot_id[-12:]}", f"/{command.name}"
    bot = User(
        id=command.bot_id, name=name, handle=handle, email="", created_at=command.created_at, kind="bot"
    )
    await house.users.add_bot(bot, owner_id=command.created_by)
    await house.workspaces.add_member(command.workspace_id, bot.id, "bot", command.created_at)
    tell_joined(house, command.workspace_id, Person(bot.id, bot.name, bot.handle, kind="bot"))
