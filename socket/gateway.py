"""The gateway: people's sockets on one side, the rules of `core` on the other."""

import asyncio
import time
from collections.abc import Iterable
from typing import Any

import msgspec
from socketio.exceptions import ConnectionRefusedError as Refused

from parlour.core.chat.access import enter
from parlour.core.chat.channel_state import COMINGS
from parlour.core.chat.overview import overview
from parlour.core.errors import NotFoundError, TooManyError
from parlour.core.failures import translate
from parlour.core.house import House
from parlour.core.ids import ChannelId, SessionId, UserId, WorkspaceId
from parlour.core.live import (
    Inbox,
    Live,
    channel_topic,
    packet,
    user_topic,
    workspace_topic,
)
from parlour.core.model.chat import CHANGED
from parlour.core.model.people import Identity, Workspace
from parlour.core.origin import AGENT_MAX_LENGTH, origin
from parlour.core.people.identify import identify
from parlour.core.people.scopes import check_scope
from parlour.core.settings import Settings
from parlour.core.store.mongo import StoreError
from parlour.core.tasks import Tasks
from parlour.core.telemetry import correlation, correlation_id, log
from parlour.socket import changes, channels, commands, messages, presence, workflows
from parlour.socket.connections import EVENT, Bucket, Connection, Connections
from parlour.socket.feed import Feeds
from parlour.socket.requests import Handler, count, refusal
from parlour.socket.roster import Roster
from parlour.socket.server import Server
from parlour.socket.sights import Sights
from parlour.socket.transport import frame

HANDLERS: dict[str, Handler] = (
    channels.events.all
    | changes.events.all
    | commands.events.all
    | presence.events.all
    | workflows.events.all
)


def whence(environ: dict[str, Any]) -> dict[str, str]:
    """Return the network address and the browser or program that a socket was opened from."""
    scope = environ.get("asgi.scope", {})
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    address = forwarded or str((scope.get("client") or ("",))[0])
    return {"address": address, "agent": environ.get("HTTP_USER_AGENT", "")[:AGENT_MAX_LENGTH]}


def _sends(settings: Settings, identity: Identity) -> Bucket:
    """Return how fast a connection may send: programs are held to less than people's devices."""
    if identity.kind == "session":
        return Bucket(settings.sends_per_second, settings.sends_burst)
    return Bucket(settings.token_sends_per_second, settings.token_sends_per_second * 5)


class Gateway:
    """One gateway process. `run` must be running; `connect` and `disconnect` are called by the server."""

    def __init__(self, house: House, server: Server) -> None:
        self.house = house
        self.tasks = Tasks()
        self._server = server
        self.connections = Connections(unread_max=house.settings.socket_unread_bytes, slow=self._cut_slow)
        self.feeds = Feeds(house.entries, house.log, self.tasks, self._deliver_entry)
        self.roster = Roster(house, self.connections)
        self.sights = Sights(house, self.connections, self._leave_workspace)
        self.inbox = Inbox(house.redis, house.live.gateway, house.settings, presence=self.roster.hear)
        house.live.local = self.hear
        server.dispatch = self.dispatch
        server.on("connect", self.connect)
        server.on("disconnect", self.disconnect)

    def start(self) -> None:
        """Start to listen to other processes, and to keep what is said in Redis alive."""
        self.tasks.start(self.inbox.run(self.hear, regained=self._regained), "inbox")
        self.tasks.start(self.inbox.keep(), "interest")
        self.tasks.start(self.roster.run(), "presence")
        self.tasks.start(self.roster.keep(), "keep-presence")
        self.tasks.start(self.roster.activity.run(), "activity")
        self.tasks.start(self._watch_log(), "watch-log")
        self.tasks.start(self._watch_sessions(), "watch-sessions")

    # Coming and going.

    async def connect(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        """Let a socket in whose token is good, and tell it `ready`."""
        token = auth.get("token") if isinstance(auth, dict) else None
        place = whence(environ)
        try:
            identity = await identify(self.house, token if isinstance(token, str) else "", **place)
            check_scope(identity, "messages:read")
        except Exception as error:
            known = translate(error)
            self.house.security_log.refused(known, door="connect", user_id=None, address=place["address"])
            raise Refused(known.detail, {"code": known.code, "detail": known.detail}) from None
        settings = self.house.settings
        connection = Connection(
            sid,
            self._server.socket_of(sid),
            identity,
            origin.get(),
            sends=_sends(settings, identity),
            requests=Bucket(settings.requests_per_second, settings.requests_per_second),
        )
        self.connections.add(connection)
        self.tasks.start(self._welcome(connection), "welcome")

    async def disconnect(self, sid: str, _reason: str) -> None:
        """Forget a socket, and say that its person is gone if this was their last."""
        eio_sid = self._server.manager.eio_sid_from_sid(sid, "/")
        connection = self.connections.get(eio_sid)
        if connection is None:
            return
        if connection.is_persons:
            self.roster.left(connection)
        self.roster.forget(connection)
        unheard = self.connections.remove(connection)
        self._close_feeds(unheard)
        await self.inbox.drop(unheard)

    async def _welcome(self, connection: Connection) -> None:
        """Join first, then look: nothing that happens in between is missed."""
        try:
            await self._welcome_or_fail(connection)
        except Exception as error:
            known = translate(error)
            log.warning("welcome.failed", code=known.code, user_id=connection.user_id)
            await self._server.disconnect(connection.sid)

    async def _welcome_or_fail(self, connection: Connection) -> None:
        house, user_id = self.house, connection.user_id
        await connection.eio.queue.join()  # engine.io's "connected" goes before anything of ours
        await self.join(connection, [user_topic(user_id)])
        mine = [m.channel_id for m in await house.channels.memberships_of(user_id)]
        workspaces = await house.workspaces.of(user_id)
        for workspace in workspaces:
            await self.sights.learn(connection, workspace)
        for channel_id in mine:
            self.feeds.open(channel_id)
        topics = [*map(channel_topic, mine), *(workspace_topic(w.id) for w in workspaces)]
        await self.join(connection, topics)
        view = await overview(house, user_id, workspaces, mine)
        for channel in view.channels:
            self.feeds.start(channel.id, channel.last_seq)
        connection.tell(packet("ready", view))
        if connection.is_persons:
            self.roster.set_away(user_id, away=view.user.set_away)
            self.roster.moved(user_id, [w.id for w in workspaces])

    async def join(self, connection: Connection, topics: Iterable[str]) -> None:
        """Let a socket hear topics, of this process and of others."""
        if self.connections.get(connection.eio.sid) is not connection:
            return
        wanted = list(topics)
        self.connections.join(connection, wanted)
        await self.inbox.need(wanted)

    def leave(self, connection: Connection, topic: str) -> None:
        """Let a socket hear a topic no more."""
        if self.connections.leave(connection, topic):
            self._close_feeds([topic])
            self.tasks.start(self.inbox.drop([topic]), "drop-interest")

    def _close_feeds(self, topics: Iterable[str]) -> None:
        for topic in topics:
            if topic.startswith("c:"):
                self.feeds.close(ChannelId(topic[2:]))

    # Requests.

    def dispatch(self, eio_sid: str, ack_id: int | None, data: list[Any]) -> None:
        """Answer one request of a socket."""
        connection = self.connections.get(eio_sid)
        if connection is None:
            return
        name, payload = data[0], data[1] if len(data) > 1 else None
        if name == messages.SEND:
            messages.send(self, connection, ack_id, payload)
        else:
            self.tasks.start(self._run(connection, ack_id, name, payload), str(name))

    async def _run(self, connection: Connection, ack_id: int | None, name: object, payload: object) -> None:
        handler = HANDLERS.get(name) if isinstance(name, str) else None
        label = handler.name if handler else "unknown"
        try:
            answer = await self._handled(connection, handler, payload)
            count(label, "ok")
        except Exception as error:
            answer = self.refused(connection, label, error)
            count(label, "refused")
        connection.acknowledge(ack_id, answer)

    def refused(self, connection: Connection, door: str, error: BaseException) -> bytes:
        """Return a failure as JSON, and note it where it is one of access or of input."""
        known = translate(error)
        address = connection.origin.address if connection.origin else ""
        self.house.security_log.refused(known, door=door, user_id=connection.user_id, address=address)
        return refusal(known)

    async def _handled(self, connection: Connection, handler: Handler | None, payload: object) -> bytes:
        if handler is None:
            raise NotFoundError("unknown_event", "There is no such event.")
        if not connection.requests.take():
            limit = self.house.settings.requests_per_second
            raise TooManyError(
                "too_many_requests",
                f"At most {limit} requests a second (requests_per_second).",
                retry_after=1,
            )
        correlation_id.set(correlation(None))
        check_scope(connection.identity, handler.scope)
        origin.set(connection.origin)
        asked: Any = msgspec.convert(payload if payload is not None else {}, handler.payload)
        if handler.who == "member":
            await enter(self.house, asked.channel_id, connection.user_id)
        return await handler.run(self, connection, asked)

    # Events.

    def hear(self, event: Live) -> None:
        """Take an event of this process or of another one to the sockets it is for."""
        if event.seq and event.topic.startswith("c:"):
            self.feeds.accept(ChannelId(event.topic[2:]), event)
            return
        if event.topic.startswith("w:"):
            self.connections.write(self.sights.room(event), frame(EVENT + event.packet))
            return
        if event.topic.startswith("u:"):
            self._follow(event)
        self.connections.hear(event.topic, event.packet)

    def _deliver_entry(self, event: Live) -> None:
        if event.name == CHANGED:
            self.house.open_channels.forget(ChannelId(event.topic[2:]))
        self.connections.hear(event.topic, event.packet)
        if event.name == "member.left" and event.user_id:
            self._lose_channel(event.user_id, ChannelId(event.topic[2:]))
        if event.name in COMINGS:
            self._learn_again(self.sights.narrow_in(event.topic))

    def _learn_again(self, connections: Iterable[Connection]) -> None:
        """Look again whom these sockets may hear of: who shares a channel with them changed."""
        for connection in connections:
            for workspace_id in list(connection.knows):
                self.tasks.start(self.sights.learn_again(connection, workspace_id), "learn-again")

    def _follow(self, event: Live) -> None:
        """Let a person's sockets follow what changed for that person."""
        user_id = UserId(event.topic[2:])
        payload = msgspec.json.decode(event.packet)[1]
        if event.name == "channel.joined":
            channel_id = ChannelId(payload["channel"]["id"])
            self.tasks.start(self._gain_channel(user_id, channel_id, event.seq), "gain-channel")
        elif event.name == "channel.left":
            self._lose_channel(user_id, ChannelId(payload["channel_id"]))
            self._learn_again(c for c in self.connections.of_user(user_id) if c.knows)
        elif event.name == "workspace.joined":
            workspace = msgspec.convert(payload["workspace"], Workspace)
            self.tasks.start(self._gain_workspace(user_id, workspace), "gain-workspace")
        elif event.name == "workspace.standing_changed":
            workspace = msgspec.convert(payload["workspace"], Workspace)
            self.tasks.start(self._stand_anew(user_id, workspace), "stand-anew")
        elif event.name == "workspace.left":
            for connection in self.connections.of_user(user_id):
                self.leave(connection, workspace_topic(payload["workspace_id"]))
                self.tasks.start(workflows.drop_unseen(self, connection), "drop-follows")
            self.roster.moved(user_id, [payload["workspace_id"]])
        elif event.name == "me.changed":
            self.roster.set_away(user_id, away=payload["user"]["set_away"])
        elif event.name == "session.ended":
            self.tasks.start(self._cut_session(user_id, payload["session_id"]), "cut-session")

    async def _gain_channel(self, user_id: UserId, channel_id: ChannelId, seq: int) -> None:
        self.house.access.forget(channel_id, user_id)
        self.feeds.open(channel_id)
        for connection in self.connections.of_user(user_id):
            await self.join(connection, [channel_topic(channel_id)])
            self._learn_again([connection])
        self.feeds.start(channel_id, seq)
        await self.feeds.repair(channel_id)

    def _lose_channel(self, user_id: UserId, channel_id: ChannelId) -> None:
        self.house.access.forget(channel_id, user_id)
        for connection in self.connections.of_user(user_id):
            self.leave(connection, channel_topic(channel_id))

    async def _gain_workspace(self, user_id: UserId, workspace: Workspace) -> None:
        for connection in self.connections.of_user(user_id):
            await self.sights.learn(connection, workspace)
            await self.join(connection, [workspace_topic(workspace.id)])
        self.roster.moved(user_id, [workspace.id])

    async def _stand_anew(self, user_id: UserId, workspace: Workspace) -> None:
        for connection in self.connections.of_user(user_id):
            # Until when they are let in may be another time now.
            for topic in connection.topics:
                if topic.startswith("c:"):
                    self.house.access.forget(ChannelId(topic[2:]), user_id)
            await self.sights.learn(connection, workspace)

    async def _leave_workspace(self, connection: Connection, workspace_id: WorkspaceId) -> None:
        """Have a socket begin anew whose person's time in a workspace is over: it is let in without that."""
        connection.tell(
            packet("workspace.left", {"workspace_id": workspace_id, "user_id": connection.user_id})
        )
        await self._server.disconnect(connection.sid)

    async def _cut_session(self, user_id: UserId, session_id: SessionId) -> None:
        for connection in self.connections.of_user(user_id):
            if connection.session_id == session_id:
                await self._server.disconnect(connection.sid)

    def _cut_slow(self, connection: Connection) -> None:
        log.warning("socket.slow", user_id=connection.user_id)
        connection.cut()

    # Healing.

    async def _regained(self) -> None:
        await self._catch_up()
        await self.roster.learn_again()

    async def _catch_up(self) -> None:
        """Bring everyone here up to what MongoDB says, whatever Redis told or did not."""
        try:
            await self._reconcile_memberships()
        except Exception as error:
            log.warning("gateway.catch_up_failed", code=translate(error).code)
        await self._repair()

    async def _repair(self) -> None:
        try:
            await self.feeds.repair_all()
        except StoreError as error:
            log.warning("gateway.repair_failed", code=translate(error).code)

    async def _watch_log(self) -> None:
        """Look into the log itself: often while Redis is away, else once a heartbeat.

        A process may have died after it stored an entry and before it told anyone.
        """
        settings, looked_at = self.house.settings, time.monotonic()
        while True:
            await asyncio.sleep(settings.repair_interval)
            if not self.inbox.listening:
                await self._catch_up()
            elif time.monotonic() > looked_at + settings.heartbeat:
                await self._repair()
                looked_at = time.monotonic()

    async def _reconcile_memberships(self) -> None:
        user_ids = self.connections.user_ids()
        found = await self.house.channels.memberships_of_many(user_ids) if user_ids else {}
        for user_id, mine in found.items():
            for connection in self.connections.of_user(user_id):
                heard = {ChannelId(topic[2:]) for topic in connection.topics if topic.startswith("c:")}
                for channel_id in heard - mine:
                    # Asked once more: they may have joined between the question and its answer.
                    if await self.house.channels.access(channel_id, user_id) is None:
                        self._lose_channel(user_id, channel_id)
                        connection.tell(packet("channel.left", {"channel_id": channel_id}))
                if mine - heard:
                    await self._welcome(connection)

    async def _watch_sessions(self) -> None:
        """Cut sockets whose session ended while nobody could tell this gateway."""
        while True:
            await asyncio.sleep(self.house.settings.heartbeat * 4)
            try:
                alive = await self.house.sessions.alive({c.session_id for c in self.connections})
            except Exception as error:
                log.warning("gateway.sessions_unknown", code=translate(error).code)
                continue
            for connection in self.connections:
                if connection.session_id not in alive:
                    await self._server.disconnect(connection.sid)
            await self._watch_follows()

    async def _watch_follows(self) -> None:
        """End what people follow by a right that they have lost."""
        try:
            for connection in self.connections:
                await workflows.drop_unseen(self, connection)
        except StoreError as error:
            log.warning("gateway.follows_unknown", code=translate(error).code)
