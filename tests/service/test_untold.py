"""A process that dies between storing a message and telling anyone of it: the log is the truth, and others find it."""

import uuid

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, new_id
from parlour.core.model.chat import MESSAGE, Entry
from parlour.core.store.entries import document_of
from tests.person import Person, eventually

SHOWN_S = 25.0
"""Gateways look into the log once a heartbeat of 15 s."""
SETTLED_S = 60.0


async def stored_but_untold(house: House, author: Person, channel: str) -> Entry:
    """Store a message as a process does that is killed in the next moment."""
    channel_id = ChannelId(channel)
    tail = await house.entries.tail(channel_id)
    entry = Entry(
        id=EntryId(new_id()),
        channel_id=channel_id,
        seq=tail.seq + 1,
        n=tail.n + 1,
        kind=MESSAGE,
        author_id=UserId(author.id),
        created_at=now(),
        client_id=uuid.uuid4().hex,
        text="stored, and nobody was told",
    )
    await house.entries.collection.insert_one(document_of(entry))
    return entry


async def test_a_message_whose_process_died_before_telling_anyone_is_shown_and_settled(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben = await ben.device()
    entry = await stored_but_untold(house, ada, channel)

    async def shown() -> bool:
        return [m["id"] for m in at_ben.messages(channel)] == [entry.id]

    async def settled() -> bool:
        return (await house.deliveries.settled(entry.channel_id)).settled_seq == entry.seq

    await eventually(shown, within_s=SHOWN_S)
    await eventually(settled, within_s=SETTLED_S)


async def test_sending_again_what_was_stored_but_untold_tells_everyone(
    ada: Person, ben: Person, house: House
) -> None:
    channel = await ada.make_channel("private", ben)
    at_ben = await ben.device()
    entry = await stored_but_untold(house, ada, channel)
    body = {"text": entry.text, "client_id": entry.client_id}
    again = await ada.ask("POST", f"/api/v1/channels/{channel}/messages", body)
    assert (again.status, again.body["id"]) == (200, entry.id)
    heard = await at_ben.wait_for("message.sent")
    assert heard["message"] == again.body
