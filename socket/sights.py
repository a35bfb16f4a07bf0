"""Which sockets may know only some people of a workspace: those of guests hear of whom they share a channel with."""

import asyncio
from collections.abc import Awaitable, Callable, Collection

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import WorkspaceId
from parlour.core.live import Live, workspace_topic
from parlour.core.model.people import Workspace
from parlour.socket.connections import Connection, Connections

OPEN_TO_ALL = frozenset(
    {"workspace.changed", "emoji.added", "emoji.removed", "notification_defaults.changed"}
)
"""What of a workspace everybody in it hears; the rest is about people, or about its groups."""


class Sights:
    """Keeps what each socket `knows`. `over` is called for one whose person's time in a workspace is over."""

    def __init__(
        self,
        house: House,
        connections: Connections,
        over: Callable[[Connection, WorkspaceId], Awaitable[None]],
    ) -> None:
        self._house = house
        self._connections = connections
        self._over = over

    async def learn(self, connection: Connection, workspace: Workspace) -> None:
        """Know whom a socket may hear of in a workspace, before it hears of anybody there."""
        if "people.see" in workspace.rights:
            connection.knows.pop(workspace.id, None)
        else:
            connection.knows.setdefault(workspace.id, set())
            await self.learn_again(connection, workspace.id)
        if workspace.ends_at:
            left = (workspace.ends_at - now()).total_seconds()
            asyncio.get_running_loop().call_later(max(left, 0), self._end, connection, workspace.id)

    async def learn_again(self, connection: Connection, workspace_id: WorkspaceId) -> None:
        """Look again with whom a socket's person shares a channel."""
        if workspace_id in connection.knows:
            companions = await self._house.channels.companions(connection.user_id, workspace_id)
            connection.knows[workspace_id] = companions

    def narrow_in(self, topic: str) -> list[Connection]:
        """Return the sockets of a topic that do not hear of everybody."""
        return [connection for connection in self._connections.of_topic(topic) if connection.knows]

    def room(self, event: Live) -> Collection[Connection]:
        """Return the sockets that may hear an event of a workspace."""
        workspace_id = WorkspaceId(event.topic[2:])
        room = self._connections.of_topic(workspace_topic(workspace_id))
        if event.name in OPEN_TO_ALL:
            return room
        return [c for c in room if workspace_id not in c.knows or event.user_id in c.knows[workspace_id]]

    def _end(self, connection: Connection, workspace_id: WorkspaceId) -> None:
        if self._connections.get(connection.eio.sid) is connection:
            self._house.tasks.start(self._look(connection, workspace_id), "guest-over")

    async def _look(self, connection: Connection, workspace_id: WorkspaceId) -> None:
        """End what a socket hears, unless the stay was prolonged meanwhile."""
        if await self._house.workspaces.standing(workspace_id, connection.user_id) is None:
            await self._over(connection, workspace_id)
