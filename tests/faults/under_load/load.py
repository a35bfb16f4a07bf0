"""A steady load: talkers who send until they are acknowledged, and listeners who miss nothing for long."""

import asyncio
import time
import uuid
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from tests.faults.under_load.line import ANSWER_S, BACKOFF_S, BROKEN, Line, RefusedError, sign_in
from tests.person import Json, Person

PAUSE_S = 1 / 15
PATIENCE_S = 60.0
"""How long a talker tries one message, and a listener to be connected."""


@dataclass(frozen=True)
class Ack:
    """What was acknowledged: the entry, and when its last attempt began and ended (monotonic seconds)."""

    id: str
    seq: int
    began: float
    ended: float


class Way(Protocol):
    """How a talker's messages reach Parlour."""

    async def send(self, channel_id: str, text: str, client_id: str) -> Json:
        """Return the message as acknowledged, or raise `RefusedError`."""

    async def close(self) -> None:
        """Hang up."""


class BySocket:
    """By a device on one gateway, connected anew when its line broke."""

    def __init__(self, person: Person, address: str) -> None:
        self._person = person
        self._address = address
        self._line: Line | None = None

    async def send(self, channel_id: str, text: str, client_id: str) -> Json:
        if self._line is None or self._line.ended.is_set():
            await self.close()
            self._line = await Line.to(self._person, self._address)
        payload = {"channel_id": channel_id, "text": text, "client_id": client_id}
        return dict((await self._line.ask("message.send", payload))["message"])

    async def close(self) -> None:
        if self._line is not None:
            await self._line.close()


class ByHttp:
    """By HTTP, through the front door."""

    def __init__(self, person: Person) -> None:
        self._person = person

    async def send(self, channel_id: str, text: str, client_id: str) -> Json:
        path = f"/api/v1/channels/{channel_id}/messages"
        try:
            async with asyncio.timeout(ANSWER_S):
                answer = await self._person.ask("POST", path, {"text": text, "client_id": client_id})
        except BROKEN as error:
            raise RefusedError(type(error).__name__) from None
        if answer.status not in (200, 201):
            if answer.status == 401:
                await sign_in(self._person)
            raise RefusedError(answer.code)
        return dict(answer.body)

    async def close(self) -> None:
        """Nothing: the person hangs up."""


class Talker:
    """Sends numbered messages to one channel, each until it is acknowledged, before the next."""

    def __init__(self, person: Person, channel_id: str, way: Way) -> None:
        self.person = person
        self.channel_id = channel_id
        self.acks: dict[str, Ack] = {}
        self.sent: list[str] = []
        self.refusals: list[tuple[float, str]] = []
        self._way = way

    async def talk(
        self, *, until: asyncio.Event | None = None, count: int | None = None, pause_s: float = PAUSE_S
    ) -> None:
        """Talk until told to stop, or `count` messages."""
        try:
            while not (until and until.is_set()) and len(self.sent) != count:
                await self._say(f"{len(self.sent) + 1}")
                await asyncio.sleep(pause_s)
        finally:
            await self._way.close()

    def acknowledged(self, since: float, until: float) -> int:
        """Return how many messages were sent and acknowledged within a span of time."""
        return sum(since <= ack.began and ack.ended <= until for ack in self.acks.values())

    @property
    def longest_pause_s(self) -> float:
        times = [ack.ended for ack in self.acks.values()]
        return max((later - earlier for earlier, later in pairwise(times)), default=0.0)

    async def _say(self, text: str) -> None:
        client_id = uuid.uuid4().hex
        self.sent.append(client_id)
        deadline = time.monotonic() + PATIENCE_S
        while client_id not in self.acks:
            began = time.monotonic()
            try:
                message = await self._way.send(self.channel_id, text, client_id)
            except RefusedError as refused:
                self.refusals.append((began, refused.code))
                assert time.monotonic() < deadline, (
                    f"not acknowledged in {PATIENCE_S} s: {self.refusals[-3:]}"
                )
                await asyncio.sleep(BACKOFF_S)
            else:
                assert (message["client_id"], message["text"]) == (client_id, text)
                self.acks[client_id] = Ack(message["id"], message["seq"], began, time.monotonic())


class Listener:
    """Hears some channels on one gateway, and after each interruption asks for what it missed.

    `ids` is what it holds, by channel and seq. `faults` is what no connection may do: an entry twice, out of
    order or after a hole, and another entry under a known seq.
    """

    def __init__(self, person: Person, address: str, channel_ids: list[str]) -> None:
        self.ids: dict[str, dict[int, str]] = {channel_id: {} for channel_id in channel_ids}
        self.faults: list[str] = []
        self.connections = 0
        self._person = person
        self._address = address
        self._heard: dict[str, int] = {}
        self._line: Line | None = None

    async def listen(self) -> None:
        """Hear until cancelled."""
        try:
            while True:
                line = await self._connected()
                try:
                    for channel_id in self.ids:
                        await self.sync(channel_id)
                except RefusedError:
                    await asyncio.sleep(BACKOFF_S)
                else:
                    await line.ended.wait()
        finally:
            if self._line is not None:
                await self._line.close()

    async def sync(self, channel_id: str) -> None:
        """Ask for all behind the last entry without a hole before it.

        Raises:
            RefusedError: it is not there to be asked.
        """
        assert self._line is not None
        since = self.contiguous(channel_id)
        answer = await self._line.ask("channel.sync", {"channel_id": channel_id, "since_seq": since})
        assert not answer["reset"], "the load is larger than what a client may catch up with"
        assert [entry["seq"] for entry in answer["items"]] == list(range(since + 1, answer["last_seq"] + 1))
        for entry in answer["items"]:
            self._hold(entry)

    def contiguous(self, channel_id: str) -> int:
        """Return the last seq up to which it holds everything."""
        seq = 0
        while seq + 1 in self.ids[channel_id]:
            seq += 1
        return seq

    async def _connected(self) -> Line:
        if self._line is not None:
            if not self._line.ended.is_set():
                return self._line
            await self._line.close()
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self._heard = {}
            self.connections += 1
            try:
                self._line = await Line.to(self._person, self._address, self._hear)
            except RefusedError as refused:
                assert time.monotonic() < deadline, f"not connected in {PATIENCE_S} s: {refused}"
                await asyncio.sleep(BACKOFF_S)
            else:
                return self._line

    def _hear(self, _name: str, payload: Json) -> None:
        entry = payload.get("message") or payload.get("entry")
        if entry is None or entry["channel_id"] not in self.ids:
            return
        channel_id, seq = entry["channel_id"], entry["seq"]
        before = self._heard.get(channel_id, seq - 1)
        if seq != before + 1:
            self.faults.append(f"connection {self.connections} of {self._address}: {seq} after {before}")
        self._heard[channel_id] = seq
        self._hold(entry)

    def _hold(self, entry: Json) -> None:
        held = self.ids[entry["channel_id"]].setdefault(entry["seq"], entry["id"])
        if held != entry["id"]:
            self.faults.append(f"{entry['seq']} is {held} and {entry['id']}")


class Load:
    """Talkers and listeners at work together."""

    def __init__(self, talkers: list[Talker], listeners: list[Listener]) -> None:
        self.talkers = talkers
        self.listeners = listeners
        self._enough = asyncio.Event()
        self._talking: list[asyncio.Task[None]] = []
        self._listening: list[asyncio.Task[None]] = []

    @property
    def channel_ids(self) -> list[str]:
        return sorted({talker.channel_id for talker in self.talkers})

    def start(self, *, count: int | None = None, pause_s: float = PAUSE_S) -> None:
        """Begin: steadily, or `count` messages each."""
        self._listening = [asyncio.create_task(listener.listen()) for listener in self.listeners]
        self._talking = [
            asyncio.create_task(talker.talk(until=self._enough, count=count, pause_s=pause_s))
            for talker in self.talkers
        ]

    async def run(self, seconds: float) -> None:
        """Let it go on for a while; what failed meanwhile is raised."""
        done, _ = await asyncio.wait(
            [*self._talking, *self._listening], timeout=seconds, return_when=asyncio.FIRST_EXCEPTION
        )
        for task in done:
            task.result()

    async def all_said(self) -> None:
        """Return when every talker has said, and heard acknowledged, all they had to say."""
        await asyncio.gather(*self._talking)

    async def hush(self) -> None:
        """Let the talkers finish the message they are at."""
        self._enough.set()
        await self.all_said()

    async def end(self) -> None:
        """Stop everything."""
        tasks = [*self._talking, *self._listening]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def acknowledged(self, since: float, until: float) -> int:
        return sum(talker.acknowledged(since, until) for talker in self.talkers)
