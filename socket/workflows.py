"""Following workflow runs live. Who started one hears `workflow.changed` of it anyway; others follow by their right."""

from typing import TYPE_CHECKING

from msgspec import Struct

from parlour.core.errors import TooManyError
from parlour.core.ids import RunId, WorkspaceId
from parlour.core.people.rights import may, require
from parlour.core.runs import see
from parlour.core.runs.telling import FOLLOWED, change_of, run_topic, workspace_of, workspace_topic
from parlour.socket.connections import Connection
from parlour.socket.requests import OK, Events, ok

if TYPE_CHECKING:
    from parlour.socket.gateway import Gateway

events = Events("workflows")


class Followed(Struct, frozen=True, forbid_unknown_fields=True):
    """What is followed: one run of a workspace, or all of them."""

    workspace_id: WorkspaceId
    run_id: RunId | None = None


@events.on("workflow.follow", Followed, who="connected", others="workflow.read_any", access="read")
async def follow(gateway: "Gateway", connection: Connection, asked: Followed) -> bytes:
    """Let the caller hear of a run, or of all runs of a workspace; return how the run stands."""
    house, user_id = gateway.house, connection.user_id
    if asked.run_id is None:
        await require(house, asked.workspace_id, user_id, "workflow.read_any")
        await _join(gateway, connection, workspace_topic(asked.workspace_id))
        return OK
    found = await see.find(house, user_id, asked.run_id, asked.workspace_id)
    if not found.is_own:
        await _join(gateway, connection, run_topic(asked.workspace_id, asked.run_id))
    return ok(run=change_of((await see.refreshed(house, found)).record))


@events.on("workflow.unfollow", Followed, who="connected", others="workflow.read_any", access="read")
async def unfollow(gateway: "Gateway", connection: Connection, asked: Followed) -> bytes:
    """Let the caller hear of it no more."""
    if asked.run_id is None:
        await require(gateway.house, asked.workspace_id, connection.user_id, "workflow.read_any")
        gateway.leave(connection, workspace_topic(asked.workspace_id))
    else:
        await see.find(gateway.house, connection.user_id, asked.run_id, asked.workspace_id)
        gateway.leave(connection, run_topic(asked.workspace_id, asked.run_id))
    return OK


async def drop_unseen(gateway: "Gateway", connection: Connection) -> None:
    """Let a socket hear no more of what its person may not see any more."""
    for topic in [topic for topic in connection.topics if topic.startswith(FOLLOWED)]:
        if not await may(gateway.house, workspace_of(topic), connection.user_id, "workflow.read_any"):
            gateway.leave(connection, topic)


async def _join(gateway: "Gateway", connection: Connection, topic: str) -> None:
    most = gateway.house.settings.follows_per_connection
    if sum(known.startswith(FOLLOWED) for known in connection.topics - {topic}) >= most:
        raise TooManyError(
            "too_many_follows", f"A connection follows at most {most} (follows_per_connection)."
        )
    await gateway.join(connection, [topic])
