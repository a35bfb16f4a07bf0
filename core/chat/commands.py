"""Commands: what someone writes that begins with a slash. Their outcome is told to the caller alone."""

from difflib import get_close_matches

from msgspec import Struct

from parlour.core.chat.access import enter
from parlour.core.chat.builtin_commands import built_in, general
from parlour.core.chat.command_registry import Called, CommandView, Outcome
from parlour.core.chat.send import Draft, send
from parlour.core.errors import InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.integrations import slash
from parlour.core.people.rights import require, standing


class CommandText(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command as it was written, in a channel or a thread; `client_id` is for what it sends."""

    text: str
    thread_root_id: EntryId | None = None
    client_id: str | None = None
    confirm_everyone: bool = False


async def run(house: House, user_id: UserId, channel_id: ChannelId, given: CommandText) -> Outcome:
    """Do what a command says. Two slashes send what follows as text that begins with one.

    Raises:
        NotFoundError: the channel is not the caller's, or `unknown_command`, with what may have been meant.
        ForbiddenError: `missing_right`.
        InvalidError: it does not begin with a slash, or lacks what the command needs.
        ParlourError: whatever the command's own rule says.
    """
    access = await enter(house, channel_id, user_id)
    await require(house, access.workspace_id, user_id, "command.run")
    text = given.text.strip()
    if not text.startswith("/") or text[1:2].isspace() or text == "/":
        raise InvalidError.field("text", "A command is a slash and its name; /help lists them.")
    if text.startswith("//"):
        draft = Draft(
            text=text[1:],
            client_id=given.client_id,
            thread_root_id=given.thread_root_id,
            confirm_everyone=given.confirm_everyone,
        )
        return Outcome(message=(await send(house, user_id, channel_id, draft)).entry)
    name, *rest = text[1:].split(maxsplit=1)
    called = Called(
        house=house,
        user_id=user_id,
        channel_id=channel_id,
        workspace_id=access.workspace_id,
        words=rest[0] if rest else "",
        thread_root_id=given.thread_root_id,
        client_id=given.client_id,
        confirm_everyone=given.confirm_everyone,
    )
    return await _run(called, name.lower())


async def _run(called: Called, name: str) -> Outcome:
    """Run Parlour's own command of that name, else the workspace's."""
    known = built_in()
    if name in known:
        return await known[name].run(called)
    outcome = await slash.run(called, name)
    if outcome is None:
        raise _unknown(name, [command.name for command in await _all(called.house, called.workspace_id)])
    return outcome


def listed() -> list[CommandView]:
    """Return Parlour's own commands by name."""
    found = sorted(built_in().values(), key=lambda command: command.name)
    return [CommandView(command.name, command.usage, command.help) for command in found]


async def listed_in(house: House, user_id: UserId, workspace_id: WorkspaceId) -> list[CommandView]:
    """Return all commands of a workspace by name, Parlour's and its own.

    Raises:
        NotFoundError: the workspace is not theirs.
    """
    await standing(house, workspace_id, user_id)
    return await _all(house, workspace_id)


async def _all(house: House, workspace_id: WorkspaceId) -> list[CommandView]:
    most = house.settings.slash_commands_per_workspace
    own = await house.slash_commands.of(workspace_id, limit=most)
    views = [CommandView(command.name, command.usage, command.help, own=True) for command in own]
    return sorted([*listed(), *views], key=lambda view: view.name)


def _unknown(name: str, known: list[str]) -> NotFoundError:
    near = [f"/{other}" for other in get_close_matches(name, known, n=3, cutoff=0.6)]
    meant = f" Did you mean {' or '.join(near)}?" if near else " /help lists what there is."
    return NotFoundError(
        "unknown_command",
        f"There is no command /{name}.{meant} To send text that begins with a slash, begin with two: //{name}",
    )


@general.add("help", "[command]", "Say what commands there are, or what one does")
async def _help(called: Called) -> Outcome:
    known = {view.name: view for view in await _all(called.house, called.workspace_id)}
    if not called.words:
        return Outcome(dialog="commands", notice="\n".join(map(_line, known.values())))
    name = called.words.removeprefix("/").lower()
    if name not in known:
        raise _unknown(name, list(known))
    return Outcome(notice=_line(known[name]))


@general.add("shortcuts", "", "Show the keyboard shortcuts")
async def _shortcuts(_called: Called) -> Outcome:
    return Outcome(dialog="shortcuts")


def _line(command: CommandView) -> str:
    return f"/{command.name} {command.usage}".strip() + f": {command.help}"
