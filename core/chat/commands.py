"""Commands: what someone writes that begins with a slash. Their outcome is told to the caller alone."""

from difflib import get_close_matches

from msgspec import Struct

from parlour.core.chat import channel_commands, people_commands, talk_commands
from parlour.core.chat.access import enter
from parlour.core.chat.command_registry import Called, Command, Commands, CommandView, Outcome
from parlour.core.chat.send import Draft, send
from parlour.core.errors import InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId
from parlour.core.later import remind_command

general = Commands()
FAMILIES: tuple[Commands, ...] = (
    talk_commands.commands,
    channel_commands.commands,
    people_commands.commands,
    remind_command.commands,
    general,
)


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
        InvalidError: it does not begin with a slash, or lacks what the command needs.
        ParlourError: whatever the command's own rule says.
    """
    access = await enter(house, channel_id, user_id)
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
    return await _named(name.lower()).run(called)


def listed() -> list[CommandView]:
    """Return all commands by name."""
    found = sorted(_all().values(), key=lambda command: command.name)
    return [CommandView(command.name, command.usage, command.help) for command in found]


def _all() -> dict[str, Command]:
    return {name: command for family in FAMILIES for name, command in family.all.items()}


def _named(name: str) -> Command:
    known = _all()
    if name in known:
        return known[name]
    near = [f"/{other}" for other in get_close_matches(name, known, n=3, cutoff=0.6)]
    meant = f" Did you mean {' or '.join(near)}?" if near else " /help lists what there is."
    raise NotFoundError(
        "unknown_command",
        f"There is no command /{name}.{meant} To send text that begins with a slash, begin with two: //{name}",
    )


@general.add("help", "[command]", "Say what commands there are, or what one does")
async def _help(called: Called) -> Outcome:
    if not called.words:
        return Outcome(dialog="commands", notice="\n".join(_line(command) for command in listed()))
    command = _named(called.words.removeprefix("/").lower())
    return Outcome(notice=_line(CommandView(command.name, command.usage, command.help)))


@general.add("shortcuts", "", "Show the keyboard shortcuts")
async def _shortcuts(_called: Called) -> Outcome:
    return Outcome(dialog="shortcuts")


def _line(command: CommandView) -> str:
    return f"/{command.name} {command.usage}".strip() + f": {command.help}"
