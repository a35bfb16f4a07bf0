"""A client that keeps a channel: it folds what it hears and what it catches up with into what it holds."""

from typing import Any

import msgspec

from parlour.core.chat.fold import folded
from parlour.core.model.chat import MESSAGE, REPLY, Entry
from tests.person import Device, Json, Person, eventually

CHANGING = {"name": "", "topic": "", "purpose": "", "posting": "everyone", "kind": "", "archived": False}
"""What may change of a channel, and what it is where it is not told."""


class Mirror:
    """What one device of a person holds of a channel, by the public contract alone."""

    def __init__(self, person: Person, channel_id: str) -> None:
        self.person = person
        self.channel_id = channel_id
        self.seq = 0
        self.messages: dict[str, Entry] = {}
        self.channel: Json = {}
        self.member_ids: set[str] = set()
        self.device: Device | None = None
        self._taken = 0

    async def come(self) -> None:
        """Connect, then catch up: what happens in between arrives twice and is taken once."""
        if not self.seq:
            self.channel, self.member_ids = await fresh_channel(self.person, self.channel_id)
        self.device = await self.person.device()
        self._taken = 0
        await self.sync()

    async def go(self) -> None:
        """Take what was heard so far, and drop off."""
        if self.device is not None:
            self.listen()
            await self.device.close()
            self.device = None

    async def sync(self) -> None:
        assert self.device is not None
        while True:
            payload = {"channel_id": self.channel_id, "since_seq": self.seq}
            answer = await self.device.call("channel.sync", payload)
            assert answer["ok"]
            assert not answer["reset"]
            for item in answer["items"]:
                self.take(item)
            if self.seq >= answer["last_seq"]:
                return

    def listen(self) -> None:
        """Fold in what the device heard since the last time."""
        assert self.device is not None
        heard = list(self.device.heard)[self._taken :]
        self._taken += len(heard)
        for name, payload in heard:
            item = payload.get("message") if name == MESSAGE else payload.get("entry")
            if item and item["channel_id"] == self.channel_id:
                self.take(item)

    async def reaches(self, seq: int) -> None:
        async def reached() -> bool:
            self.listen()
            return self.seq >= seq

        await eventually(reached)

    def take(self, item: Any) -> None:
        entry = msgspec.convert(item, Entry)
        if entry.seq <= self.seq:
            return
        assert entry.seq == self.seq + 1, f"a hole: {entry.seq} after {self.seq}"
        self.seq = entry.seq
        for message_id in (entry.message_id, entry.thread_root_id):
            if message_id in self.messages:
                self.messages[message_id] = folded(self.messages[message_id], entry)
        if entry.kind in (MESSAGE, REPLY):
            self.messages[entry.id] = entry
        self.channel |= entry.changes or {}
        if entry.kind == "member.joined":
            self.member_ids.add(str(entry.user_id))
        if entry.kind == "member.left":
            self.member_ids.discard(str(entry.user_id))


async def fresh_channel(person: Person, channel_id: str) -> tuple[Json, set[str]]:
    """Return what may change of a channel, and who is in it, as a new reader gets them."""
    channel = await person.get(f"/api/v1/channels/{channel_id}")
    members = await person.get(f"/api/v1/channels/{channel_id}/members?limit=200")
    shown = {name: channel.get(name, usual) for name, usual in CHANGING.items()}
    return shown, {member["user_id"] for member in members["items"]}


async def fresh(person: Person, channel_id: str) -> dict[str, Entry]:
    """Return every message of a channel, its threads included, as a new reader gets them."""
    page = await person.get(f"/api/v1/channels/{channel_id}/messages?limit=200")
    assert page["next"] is None
    found = list(page["items"])
    for root in page["items"]:
        if root.get("last_reply_at"):
            thread = await person.get(f"/api/v1/messages/{root['id']}/thread?limit=200")
            assert thread["root"] == root
            assert thread["next"] is None
            found += thread["items"]
    return {entry.id: entry for entry in (msgspec.convert(item, Entry) for item in found)}
