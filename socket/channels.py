"""Catching up with a channel, and marking what was received and read."""

from typing import TYPE_CHECKING

from msgspec import Struct

from parlour.core.chat import history, read
from parlour.core.ids import ChannelId
from parlour.socket.connections import Connection
from parlour.socket.requests import OK, Events, ok

if TYPE_CHECKING:
    from parlour.socket.gateway import Gateway

events = Events("messages")


class Since(Struct, frozen=True, forbid_unknown_fields=True):
    """Which entries: those behind `since_seq`."""

    channel_id: ChannelId
    since_seq: int


class Mark(Struct, frozen=True, forbid_unknown_fields=True):
    """Up to which message."""

    channel_id: ChannelId
    n: int


@events.on("channel.sync", Since, who="member", access="read")
async def sync(gateway: "Gateway", connection: Connection, asked: Since) -> bytes:
    """Return every entry since a seq, in order, or `reset` when there are too many."""
    changes = await history.changes(
        gateway.house,
        connection.user_id,
        asked.channel_id,
        since_seq=asked.since_seq,
        limit=gateway.house.settings.sync_max,
    )
    return ok(items=changes.items, last_seq=changes.last_seq, reset=changes.reset)


@events.on("channel.read", Mark, who="member")
async def mark_read(gateway: "Gateway", connection: Connection, mark: Mark) -> bytes:
    """Raise the caller's read mark."""
    await read.mark_read(gateway.house, connection.user_id, mark.channel_id, mark.n)
    return OK


@events.on("channel.received", Mark, who="member")
async def mark_received(gateway: "Gateway", connection: Connection, mark: Mark) -> bytes:
    """Raise the caller's received mark."""
    await read.mark_received(gateway.house, connection.user_id, mark.channel_id, mark.n)
    return OK
