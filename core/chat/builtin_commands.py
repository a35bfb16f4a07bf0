"""Parlour's own commands, all families of them. Their names are nobody else's."""

from parlour.core.chat import channel_commands, people_commands, talk_commands
from parlour.core.chat.command_registry import Command, Commands
from parlour.core.integrations import approve_command
from parlour.core.later import remind_command

general = Commands()
"""Those about commands themselves; their rules are in `commands`."""
FAMILIES: tuple[Commands, ...] = (
    talk_commands.commands,
    channel_commands.commands,
    people_commands.commands,
    remind_command.commands,
    approve_command.commands,
    general,
)
RESERVED = frozenset({"help", "shortcuts", "parlour"})
"""Names that are Parlour's whether or not there is a rule for them yet."""


def built_in() -> dict[str, Command]:
    """Return Parlour's own commands by name."""
    return {name: command for family in FAMILIES for name, command in family.all.items()}


BUILT_IN = RESERVED | built_in().keys()
"""The names that nobody else's command has."""
