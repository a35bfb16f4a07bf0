"""How commands are declared: a family of them a file, each with its usage, its help and its rule.

A new command is a function decorated with `@commands.add(…)`; a new family is named in `commands.FAMILIES`.
"""

from collections.abc import Awaitable, Callable
from typing import Literal

from msgspec import Struct

from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.model.chat import Entry

Dialog = Literal["shortcuts", "commands", "channel", "approval"]


class Called(Struct, frozen=True, kw_only=True):
    """A command as someone gave it: who, where, and `words`, the text behind its name."""

    house: House
    user_id: UserId
    channel_id: ChannelId
    workspace_id: WorkspaceId
    words: str
    thread_root_id: EntryId | None = None
    client_id: str | None = None
    confirm_everyone: bool = False


class Outcome(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a command led to, told to the caller alone: a message it sent, a notice, where to go, what to open.

    `answered_by` names the workspace's own command whose answer the notice is.
    """

    message: Entry | None = None
    notice: str | None = None
    channel_id: ChannelId | None = None
    dialog: Dialog | None = None
    answered_by: str | None = None


Rule = Callable[[Called], Awaitable[Outcome]]


class Command(Struct, frozen=True):
    """A declared command. `usage` is what follows its name, empty if nothing does."""

    name: str
    usage: str
    help: str
    run: Rule


class CommandView(Struct, frozen=True):
    """A command as it is offered to people; the workspace's `own`, or one of Parlour's."""

    name: str
    usage: str
    help: str
    own: bool = False


class Commands:
    """The commands of one family."""

    def __init__(self) -> None:
        self.all: dict[str, Command] = {}

    def add(self, name: str, usage: str, help: str) -> Callable[[Rule], Rule]:  # noqa: A002
        """Declare the decorated function as the rule of `/name`."""

        def declare(run: Rule) -> Rule:
            self.all[name] = Command(name, usage, help, run)
            return run

        return declare
