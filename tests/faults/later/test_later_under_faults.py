"""What is to be sent at a time is sent once, whatever is killed when the time comes."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from deploy.stack import Stack
from tests.faults.under_load.outage import kill_for_good
from tests.person import Json, Person, eventually

MESSAGES = 30
DUE_S = 6
SPACING_S = 0.1
RECOVERED_S = 90


async def schedule(ada: Person, channel: str) -> list[str]:
    """Schedule messages that are due shortly after each other; return their texts."""
    texts = [f"message {number}" for number in range(MESSAGES)]
    first = datetime.now(UTC) + timedelta(seconds=DUE_S)
    for number, text in enumerate(texts):
        at = (first + timedelta(seconds=SPACING_S * number)).isoformat()
        await ada.post(f"/api/v1/channels/{channel}/scheduled", {"text": text, "at": at})
    return texts


async def sent(ada: Person, channel: str) -> Counter[str]:
    found = await ada.get(f"/api/v1/channels/{channel}/messages?limit=200")
    return Counter(message["text"] for message in found["items"])


async def assert_each_is_sent_once(ada: Person, channel: str, texts: list[str]) -> None:
    async def are_all_sent() -> bool:
        return len(await sent(ada, channel)) == MESSAGES

    async def is_nothing_left() -> bool:
        listed = await ada.get(f"/api/v1/workspaces/{ada.workspace['id']}/scheduled")
        return listed["items"] == []

    await eventually(are_all_sent, within_s=RECOVERED_S)
    await eventually(is_nothing_left, within_s=RECOVERED_S)
    assert await sent(ada, channel) == Counter(texts)


async def test_a_worker_killed_while_messages_are_due_sends_each_once(
    ada: Person, ben: Person, stack: Stack
) -> None:
    channel = await ada.make_channel("private", ben)
    texts = await schedule(ada, channel)

    async def are_some_sent() -> bool:
        return bool(await sent(ada, channel))

    await eventually(are_some_sent, within_s=60)
    stack.kill("worker")
    await asyncio.to_thread(stack.wait_ready)
    await assert_each_is_sent_once(ada, channel, texts)


@pytest.mark.parametrize("victim", ["temporal", "mongo"])
async def test_a_server_that_is_away_when_they_are_due_delays_them(
    victim: str, ada: Person, ben: Person, stack: Stack
) -> None:
    channel = await ada.make_channel("private", ben)
    texts = await schedule(ada, channel)
    all_due = datetime.now(UTC) + timedelta(seconds=DUE_S + MESSAGES * SPACING_S)

    async def are_due() -> bool:
        return datetime.now(UTC) > all_due

    await kill_for_good(stack, victim)
    await eventually(are_due)
    await asyncio.to_thread(stack.start_program, victim)
    await asyncio.to_thread(stack.wait_ready)
    await assert_each_is_sent_once(ada, channel, texts)


async def test_a_worker_killed_while_approvals_are_due_ends_each_once(
    ada: Person, ben: Person, stack: Stack
) -> None:
    channel = await ada.make_channel("private", ben)
    path = f"/api/v1/workspaces/{ada.workspace['id']}/approvals"
    asked = {"channel_id": channel, "user_ids": [ben.id], "answer_within": DUE_S, "remind_every": DUE_S - 2}
    made = [await ada.post(path, asked | {"text": f"question {number}"}) for number in range(10)]

    async def ended() -> list[str]:
        found = [await ada.get(f"/api/v1/approvals/{approval['id']}") for approval in made]
        return [approval["id"] for approval in found if approval["state"] != "open"]

    await eventually(ended, within_s=60)
    stack.kill("worker")
    await asyncio.to_thread(stack.wait_ready)

    async def are_all_ended_and_shown() -> bool:
        messages = [await ada.get(f"/api/v1/messages/{approval['message_id']}") for approval in made]
        return all(message["approval"]["state"] == "expired" for message in messages)

    async def said_of(approval: Json) -> Counter[str]:
        thread = await ada.get(f"/api/v1/messages/{approval['message_id']}/thread")
        return Counter("reminded" if "still waits" in one["text"] else "ended" for one in thread["items"])

    async def is_each_end_said() -> bool:
        return all([(await said_of(approval))["ended"] for approval in made])

    await eventually(are_all_ended_and_shown, within_s=RECOVERED_S)
    await eventually(is_each_end_said, within_s=RECOVERED_S)
    for approval in made:
        assert await said_of(approval) == {"reminded": 1, "ended": 1}
    messages = (await ada.get(f"/api/v1/channels/{channel}/messages?limit=200"))["items"]
    assert Counter(m["text"] for m in messages if "approval" in m) == Counter(a["text"] for a in made)
