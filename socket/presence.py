"""Who is online and who is typing. Best effort: without Redis these requests are answered and tell nobody."""

from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from parlour.core import presence
from parlour.core.errors import NotFoundError, UnavailableError
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.live import FAILURES, Live, channel_topic, packet, workspace_topic
from parlour.socket.connections import Connection
from parlour.socket.requests import OK, Events, ok

if TYPE_CHECKING:
    from parlour.socket.gateway import Gateway

events = Events()


class InChannel(Struct, frozen=True, forbid_unknown_fields=True):
    """Where."""

    channel_id: ChannelId


class InWorkspace(Struct, frozen=True, forbid_unknown_fields=True):
    """Where."""

    workspace_id: WorkspaceId


class State(Struct, frozen=True, forbid_unknown_fields=True):
    """How the person is."""

    state: Literal["active", "away"]


class Online(Struct, frozen=True):
    """Someone who is online."""

    user_id: UserId
    state: presence.PresenceState


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


@events.on("typing.list", InChannel, who="member")
async def typing_list(gateway: "Gateway", _connection: Connection, where: InChannel) -> bytes:
    """Return who types in a channel right now."""
    try:
        return ok(user_ids=await presence.typing_in(gateway.house.redis, where.channel_id))
    except FAILURES:
        raise UnavailableError.of("Redis") from None


@events.on("presence.set", State, who="connected")
async def presence_set(gateway: "Gateway", connection: Connection, wanted: State) -> bytes:
    """Say that the caller is active or away."""
    workspaces = gateway.workspaces_of(connection)
    with suppress(*FAILURES):
        await presence.set_away(
            gateway.house.redis, connection.user_id, workspaces, away=wanted.state == "away"
        )
    for workspace_id in workspaces:
        announce(gateway, workspace_id, connection.user_id, wanted.state)
    return OK


@events.on("presence.list", InWorkspace, who="connected")
async def presence_list(gateway: "Gateway", connection: Connection, where: InWorkspace) -> bytes:
    """Return who is online in a workspace of the caller's."""
    if workspace_topic(where.workspace_id) not in connection.topics:
        raise NotFoundError.of("workspace")
    try:
        found = await presence.online(gateway.house.redis, where.workspace_id)
    except FAILURES:
        raise UnavailableError.of("Redis") from None
    return ok(online=[Online(user_id, state) for user_id, state in found.items()])


def announce(
    gateway: "Gateway", workspace_id: WorkspaceId, user_id: UserId, state: presence.PresenceState
) -> None:
    """Tell a workspace how someone is."""
    changed = packet("presence.changed", {"user_id": user_id, "state": state})
    topic = workspace_topic(workspace_id)
    gateway.house.live.publish(Live(topic, "presence.changed", changed, user_id=user_id))
