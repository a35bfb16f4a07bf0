"""The people of this gateway's sockets: what their devices say is told to Redis, and who hears of whom.

Changes are gathered: the first after a quiet time leaves at once, further ones a `presence_gather` later, together. So
a thousand arrivals within a second are two calls of Redis and two writes to a socket, whatever their number. What Redis
tells (`hear`) is remembered, so that looking costs no call at all.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress

import msgspec

from parlour.core import presence
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.live import FAILURES, packet, workspace_topic
from parlour.core.model.people import PresenceState
from parlour.core.people.activity import Activity
from parlour.core.presence import Changed, PresenceBook
from parlour.socket.connections import EVENT, Connection, Connections, DeviceState
from parlour.socket.transport import frame

People = dict[UserId, PresenceState]
_decode = msgspec.json.Decoder(Changed).decode


class Roster:
    """Who is here, by workspace. `run` and `keep` must be running."""

    def __init__(self, house: House, connections: Connections) -> None:
        self._redis = house.redis
        self._settings = house.settings
        self._connections = connections
        self._book = PresenceBook(house.redis, house.live.gateway, seconds=house.settings.presence_seconds)
        self.activity = Activity(house.users, every=house.settings.last_active_every)
        self._active: set[UserId] = set()
        self._set_away: set[UserId] = set()
        self._lingering: dict[UserId, tuple[float, DeviceState]] = {}
        self._due: dict[WorkspaceId, dict[UserId, bool]] = {}
        self._wake = asyncio.Event()
        self._known: dict[WorkspaceId, People] = {}
        self._watchers: dict[tuple[WorkspaceId, UserId], set[Connection]] = {}

    # What devices say.

    def moved(self, user_id: UserId, workspaces: Iterable[WorkspaceId], *, to_all: bool = False) -> None:
        """Note that someone may be different now; `to_all`: tell it even if they are not."""
        for workspace_id in workspaces:
            due = self._due.setdefault(workspace_id, {})
            due[user_id] = to_all or due.get(user_id, False)
        self._wake.set()

    def left(self, connection: Connection) -> None:
        """Note that a device goes; whoever is back within `presence_linger`, as after a reload, never left."""
        loop, linger = asyncio.get_running_loop(), self._settings.presence_linger
        user_id = connection.user_id
        self._lingering[user_id] = (loop.time() + linger, connection.state)
        loop.call_later(linger, self._has_left, user_id, connection.workspaces)

    def _has_left(self, user_id: UserId, workspaces: list[WorkspaceId]) -> None:
        until, _ = self._lingering.get(user_id, (0.0, None))
        if until <= asyncio.get_running_loop().time():
            self._lingering.pop(user_id, None)
        self.moved(user_id, workspaces)

    def set_away(self, user_id: UserId, *, away: bool) -> None:
        """Know whether someone said that they are away, whatever their devices say."""
        if away != (user_id in self._set_away):
            (self._set_away.add if away else self._set_away.discard)(user_id)
            workspaces = {w for c in self._connections.of_user(user_id) for w in c.workspaces}
            self.moved(user_id, workspaces)

    async def run(self) -> None:
        """Tell Redis what is due until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, {}
            for workspace_id, people in due.items():
                try:
                    await self._say(workspace_id, people)
                except FAILURES:
                    self._again(workspace_id, people)
            await asyncio.sleep(self._settings.presence_gather)

    async def keep(self) -> None:
        """Renew what was said once a heartbeat until cancelled; what Redis lost is said again."""
        while True:
            await asyncio.sleep(self._settings.heartbeat)
            here = [w for w in self._known if self._connections.of_topic(workspace_topic(w))]
            for workspace_id in self._known.keys() - set(here):
                del self._known[workspace_id]
            with suppress(*FAILURES):
                for workspace_id in await self._book.keep(here):
                    self._again(workspace_id, self._everyone_here(workspace_id))

    async def _say(self, workspace_id: WorkspaceId, people: dict[UserId, bool]) -> None:
        said = {user_id: self._here(workspace_id, user_id) for user_id in people}
        await self._book.say(workspace_id, said, to_all=[u for u, to_all in people.items() if to_all])
        if workspace_id not in self._known:
            await self._learn(workspace_id)

    def _again(self, workspace_id: WorkspaceId, people: dict[UserId, bool]) -> None:
        self._due[workspace_id] = people | self._due.get(workspace_id, {})
        self._wake.set()

    def _everyone_here(self, workspace_id: WorkspaceId) -> dict[UserId, bool]:
        return {c.user_id: False for c in self._connections.of_topic(workspace_topic(workspace_id))}

    def _here(self, workspace_id: WorkspaceId, user_id: UserId) -> PresenceState:
        """Return how someone is by the devices connected here: active if any is."""
        topic = workspace_topic(workspace_id)
        devices = [device for device in self._connections.of_user(user_id) if device.is_persons]
        states = [device.state for device in devices]
        if not devices and user_id in self._lingering:
            states = [self._lingering[user_id][1]]
        self._note_activity(user_id, states)
        here = [c.state for c in devices if topic in c.topics] if devices else states
        if not here:
            return "offline"
        is_away = user_id in self._set_away or all(state == "away" for state in here)
        return "away" if is_away else "active"

    def _note_activity(self, user_id: UserId, states: Sequence[DeviceState]) -> None:
        """Record that someone was active until now, who is so at no device here any more."""
        if any(state != "away" for state in states):
            self._active.add(user_id)
        elif user_id in self._active:
            self._active.discard(user_id)
            self.activity.note(user_id)
        if not states:
            self._set_away.discard(user_id)

    # What everyone says.

    def hear(self, message: bytes) -> None:
        """Take what a gateway, maybe this one, told of a workspace's people."""
        told = _decode(message)
        self._take(told.workspace_id, dict(told.people))

    async def people(self, workspace_id: WorkspaceId, among: Iterable[UserId] | None = None) -> People:
        """Return those of a workspace's people, or of those `among` them, who are not offline.

        Raises:
            RedisError: it is not known yet, and Redis does not answer.
        """
        known = self._known.get(workspace_id)
        if known is None:
            known = await presence.online(self._redis, workspace_id)
        wanted = known.keys() if among is None else among
        return {user_id: state for user_id in wanted if (state := known.get(user_id, "offline")) != "offline"}

    async def learn_again(self) -> None:
        """Tell what was not heard while Redis was away."""
        for workspace_id in list(self._known):
            before = self._known[workspace_id]
            with suppress(*FAILURES):
                await self._say(workspace_id, self._everyone_here(workspace_id))
                none: People = dict.fromkeys(before, "offline")
                now = none | await presence.online(self._redis, workspace_id)
                self._take(workspace_id, {u: s for u, s in now.items() if before.get(u, "offline") != s})

    async def _learn(self, workspace_id: WorkspaceId) -> None:
        """Begin to remember a workspace, and tell its first sockets what they could not hear until now.

        What is heard meanwhile is as new as what is read, or newer.
        """
        heard: People = {}
        self._known[workspace_id] = heard
        try:
            found = await presence.online(self._redis, workspace_id)
        except FAILURES:
            del self._known[workspace_id]
            raise
        self._known[workspace_id] = found | heard
        self._tell(workspace_id, {u: state for u, state in found.items() if u not in heard})

    def _take(self, workspace_id: WorkspaceId, people: People) -> None:
        known = self._known.get(workspace_id)
        if known is not None:
            known.update(people)
        if people:
            self._tell(workspace_id, people)

    # Who hears of whom.

    def watch(self, connection: Connection, workspace_id: WorkspaceId, user_ids: frozenset[UserId]) -> None:
        """Let a socket hear of these people of a workspace, and from now on of no others."""
        self.forget(connection)
        connection.watching = (workspace_id, user_ids)
        for user_id in user_ids:
            self._watchers.setdefault((workspace_id, user_id), set()).add(connection)

    def forget(self, connection: Connection) -> None:
        """Let a socket hear of nobody it watched."""
        if connection.watching is None:
            return
        workspace_id, user_ids = connection.watching
        for key in ((workspace_id, user_id) for user_id in user_ids):
            watchers = self._watchers.get(key, set())
            watchers.discard(connection)
            if not watchers:
                self._watchers.pop(key, None)

    def _tell(self, workspace_id: WorkspaceId, people: People) -> None:
        """Write every change to whom it concerns, to each socket at once."""
        frames = {user_id: _changed(user_id, state) for user_id, state in people.items()}
        room = self._connections.of_topic(workspace_topic(workspace_id))
        hearing = [connection for connection in room if connection.watching is None]
        hears_all = [connection for connection in hearing if workspace_id not in connection.knows]
        self._connections.write(hears_all, b"".join(frames.values()), events=len(frames))
        for connection in hearing:
            known = connection.knows.get(workspace_id)
            if known is not None and (some := [frames[user_id] for user_id in frames.keys() & known]):
                self._connections.write([connection], b"".join(some), events=len(some))
        for connection, wanted in self._by_watcher(workspace_id, frames).items():
            self._connections.write([connection], b"".join(wanted), events=len(wanted))

    def _by_watcher(
        self, workspace_id: WorkspaceId, frames: dict[UserId, bytes]
    ) -> dict[Connection, list[bytes]]:
        wanted: dict[Connection, list[bytes]] = {}
        for user_id, framed in frames.items():
            for connection in self._watchers.get((workspace_id, user_id), ()):
                is_here = workspace_topic(workspace_id) in connection.topics
                if is_here and connection.may_know(workspace_id, user_id):
                    wanted.setdefault(connection, []).append(framed)
        return wanted


def _changed(user_id: UserId, state: PresenceState) -> bytes:
    return frame(EVENT + packet("presence.changed", {"user_id": user_id, "state": state}))
