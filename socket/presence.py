"""Who is online and who is typing. Best effort: without Redis these requests are answered and tell nobody."""

from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from parlour.core import presence
from parlour.core.errors import InvalidError, NotFoundError, UnavailableError
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.live import FAILURES, Live, channel_topic, packet, workspace_topic
from parlour.core.model.people import PresenceState
from parlour.socket.connections import Connection
from parlour.socket.requests import OK, Events, ok

if TYPE_CHECKING:
    from parlour.socket.gateway import Gateway

events = Events("people")


class InChannel(Struct, frozen=True, forbid_unknown_fields=True):
    """Where."""

    channel_id: ChannelId


class InWorkspace(Struct, frozen=True, forbid_unknown_fields=True):
    """Where."""

    workspace_id: WorkspaceId


class State(Struct, frozen=True, forbid_unknown_fields=True):
    """How the person is at this device."""

    state: Literal["active", "away"]


class Watch(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose presence the device shows."""

    workspace_id: WorkspaceId
    user_ids: list[UserId]


class Online(Struct, frozen=True):
    """Someone who is online."""

    user_id: UserId
    state: PresenceState


@events.on("typing.start", InChannel, who="member")
async def typing_start(gateway: "Gateway", connection: Connection, where: InChannel) -> bytes:
    """Tell the channel that the caller types; it lasts `typing_seconds`."""
    seconds = gateway.house.settings.typing_seconds
    payload = {"channel_id": where.channel_id, "user_id": connection.user_id}
    topic = channel_topic(where.channel_id)
    gateway.house.live.publish(Live(topic, "typing.started", packet("typing.started", payload)))
    with suppress(*FAILURES):
        await presence.start_typing(
            gateway.house.redis, where.channel_id, connection.user_id, seconds=seconds
        )
    return OK


@events.on("typing.list", InChannel, who="member", access="read")
async def typing_list(gateway: "Gateway", _connection: Connection, where: InChannel) -> bytes:
    """Return who types in a channel right now."""
    try:
        return ok(user_ids=await presence.typing_in(gateway.house.redis, where.channel_id))
    except FAILURES:
        raise UnavailableError.of("Redis") from None


@events.on("presence.set", State, who="connected")
async def presence_set(gateway: "Gateway", connection: Connection, wanted: State) -> bytes:
    """Say how the caller is at this device. They are active while any of their devices is."""
    if connection.is_persons and connection.state != wanted.state:
        connection.state = wanted.state
        gateway.roster.moved(connection.user_id, connection.workspaces, to_all=True)
    return OK


@events.on("presence.watch", Watch, who="connected", access="read")
async def presence_watch(gateway: "Gateway", connection: Connection, wanted: Watch) -> bytes:
    """Hear of these people of a workspace alone, and return those of them who are online.

    A device that never asks hears of everyone, in all its workspaces. People of elsewhere are as if offline.
    """
    _check_in(connection, wanted.workspace_id)
    most = gateway.house.settings.presence_watch_max
    if len(wanted.user_ids) > most:
        raise InvalidError.field("user_ids", f"At most {most} people can be watched (presence_watch_max).")
    watched = frozenset(wanted.user_ids)
    gateway.roster.watch(connection, wanted.workspace_id, watched)
    known = connection.knows.get(wanted.workspace_id)
    return await _online(gateway, wanted.workspace_id, watched if known is None else watched & known)


@events.on("presence.list", InWorkspace, who="connected", access="read")
async def presence_list(gateway: "Gateway", connection: Connection, where: InWorkspace) -> bytes:
    """Return who is online in a workspace of the caller's."""
    _check_in(connection, where.workspace_id)
    return await _online(gateway, where.workspace_id, connection.knows.get(where.workspace_id))


def _check_in(connection: Connection, workspace_id: WorkspaceId) -> None:
    if workspace_topic(workspace_id) not in connection.topics:
        raise NotFoundError.of("workspace")


async def _online(
    gateway: "Gateway", workspace_id: WorkspaceId, among: Collection[UserId] | None = None
) -> bytes:
    try:
        people = await gateway.roster.people(workspace_id, among)
    except FAILURES:
        raise UnavailableError.of("Redis") from None
    return ok(online=[Online(user_id, state) for user_id, state in people.items()])
