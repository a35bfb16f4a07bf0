"""The gateway: people's sockets on one side, the rules of `core` on the other."""

import asyncio
import time
from collections.abc import Iterable
from typing import Any

import msgspec
from socketio.exceptions import ConnectionRefusedError as Refused

from parlour.core.chat.access import enter
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
from parlour.core.people import accounts
from parlour.core.store.mongo import StoreError
from parlour.core.tasks import Tasks
from parlour.core.telemetry import correlation, correlation_id, log
from parlour.socket import changes, channels, commands, messages, presence
from parlour.socket.connections import Bucket, Connection, Connections
from parlour.socket.feed import Feeds
from parlour.socket.requests import Handler, count, refusal
from parlour.socket.roster import Roster
from parlour.socket.server import Server

HANDLERS: dict[str, Handler] = (
    channels.events.all | changes.events.all | commands.events.all | presence.events.all
)


class Gateway:
    """One gateway process. `run` must be running; `connect` and `disconnect` are called by the server."""

    def __init__(self, house: House, server: Server) -> None:
        self.house = house
        self.tasks = Tasks()
        self._server = server
        self.connections = Connections(unread_max=house.settings.socket_unread_bytes, slow=self._cut_slow)
        self.feeds = Feeds(house.entries, house.log, self.tasks, self._deliver_entry)
        self.roster = Roster(house, self.connections)
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

    async def connect(self, sid: str, _environ: dict[str, Any], auth: Any) -> None:
        """Let a socket in whose token is good, and tell it `ready`."""
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            identity = await accounts.identify(self.house, token if isinstance(token, str) else "")
        except Exception as error:
            known = translate(error)
            raise Refused(known.detail, {"code": known.code, "detail": known.detail}) from None
        settings = self.house.settings
        connection = Connection(
            sid,
            self._server.socket_of(sid),
            identity,
            sends=Bucket(settings.sends_per_second, settings.sends_burst),
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
        await self._join(connection, [user_topic(user_id)])
        mine = [m.channel_id for m in await house.channels.memberships_of(user_id)]
        workspaces = await house.workspaces.of(user_id)
        for channel_id in mine:
            self.feeds.open(channel_id)
        topics = [*map(channel_topic, mine), *(workspace_topic(w.id) for w in workspaces)]
        await self._join(connection, topics)
        view = await overview(house, user_id, workspaces, mine)
        for channel in view.channels:
            self.feeds.start(channel.id, channel.last_seq)
        connection.tell(packet("ready", view))
        self.roster.set_away(user_id, away=view.user.set_away)
        self.roster.moved(user_id, [w.id for w in workspaces])

    async def _join(self, connection: Connection, topics: Iterable[str]) -> None:
        if self.connections.get(connection.eio.sid) is not connection:
            return
        wanted = list(topics)
        self.connections.join(connection, wanted)
        await self.inbox.need(wanted)

    def _leave(self, connection: Connection, topic: str) -> None:
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
            answer = refusal(error)
            count(label, "refused")
        connection.acknowledge(ack_id, answer)

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
        if event.topic.startswith("u:"):
            self._follow(event)
        self.connections.hear(event.topic, event.packet)

    def _deliver_entry(self, event: Live) -> None:
        if event.name == CHANGED:
            self.house.open_channels.forget(ChannelId(event.topic[2:]))
        self.connections.hear(event.topic, event.packet)
        if event.name == "member.left" and event.user_id:
            self._lose_channel(event.user_id, ChannelId(event.topic[2:]))

    def _follow(self, event: Live) -> None:
        """Let a person's sockets follow what changed for that person."""
        user_id = UserId(event.topic[2:])
        payload = msgspec.json.decode(event.packet)[1]
        if event.name == "channel.joined":
            channel_id = ChannelId(payload["channel"]["id"])
            self.tasks.start(self._gain_channel(user_id, channel_id, event.seq), "gain-channel")
        elif event.name == "channel.left":
            self._lose_channel(user_id, ChannelId(payload["channel_id"]))
        elif event.name == "workspace.joined":
            self.tasks.start(self._gain_workspace(user_id, payload["workspace"]["id"]), "gain-workspace")
        elif event.name == "workspace.left":
            for connection in self.connections.of_user(user_id):
                self._leave(connection, workspace_topic(payload["workspace_id"]))
            self.roster.moved(user_id, [payload["workspace_id"]])
        elif event.name == "me.changed":
            self.roster.set_away(user_id, away=payload["user"]["set_away"])
        elif event.name == "session.ended":
            self.tasks.start(self._cut_session(user_id, payload["session_id"]), "cut-session")

    async def _gain_channel(self, user_id: UserId, channel_id: ChannelId, seq: int) -> None:
        self.house.access.forget(channel_id, user_id)
        self.feeds.open(channel_id)
        for connection in self.connections.of_user(user_id):
            await self._join(connection, [channel_topic(channel_id)])
        self.feeds.start(channel_id, seq)
        await self.feeds.repair(channel_id)

    def _lose_channel(self, user_id: UserId, channel_id: ChannelId) -> None:
        self.house.access.forget(channel_id, user_id)
        for connection in self.connections.of_user(user_id):
            self._leave(connection, channel_topic(channel_id))

    async def _gain_workspace(self, user_id: UserId, workspace_id: WorkspaceId) -> None:
        for connection in self.connections.of_user(user_id):
            await self._join(connection, [workspace_topic(workspace_id)])
        self.roster.moved(user_id, [workspace_id])

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
