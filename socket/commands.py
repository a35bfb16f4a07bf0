"""Running a command."""

from typing import TYPE_CHECKING

import msgspec

from parlour.core.chat import commands as rule
from parlour.core.ids import ChannelId
from parlour.socket.connections import Connection
from parlour.socket.requests import Events, ok

if TYPE_CHECKING:
    from parlour.socket.gateway import Gateway

events = Events("messages")


class CommandText(rule.CommandText, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command, and where."""

    channel_id: ChannelId


@events.on("command.run", CommandText, who="member", needs="command.run")
async def run(gateway: "Gateway", connection: Connection, given: CommandText) -> bytes:
    """Run a command; what it says is for the caller alone."""
    outcome = await rule.run(gateway.house, connection.user_id, given.channel_id, given)
    return ok(**msgspec.to_builtins(outcome))
