"""An erasure that was asked for is done, whatever is killed meanwhile, and asked for while Temporal is away too."""

import asyncio

from temporalio.client import Client

from deploy.stack import Stack
from parlour.core.house import House
from parlour.core.settings import Settings
from tests.faults.under_load.outage import kill_for_good
from tests.person import Person, eventually
from tests.service.test_erasure import ask, erased, let_grace_pass, link_of

MESSAGES = 600
KILLS = 3


async def test_a_worker_killed_again_and_again_erases_every_message_once(
    ada: Person, ben: Person, house: House, stack: Stack, temporal_client: Client, stack_settings: Settings
) -> None:
    channel = await ada.make_channel("private", ben)
    for start in range(0, MESSAGES, 50):
        await asyncio.gather(*(ben.send(channel, f"message {number}") for number in range(start, start + 50)))
    await ask(ben, "delete")
    link = await link_of(stack_settings, ben.email)
    await let_grace_pass(house, temporal_client, ben)
    deleted = 0
    for _ in range(KILLS):

        async def has_gone_on(before: int = deleted) -> int:
            record = await house.database.erasures.find_one({"open_of": ben.id}, {"cursor": 1})
            if record is None:
                return MESSAGES
            count = (record.get("cursor") or {}).get("deleted", 0)
            return int(count) if count > before else 0

        deleted = await eventually(has_gone_on, within_s=90)
        stack.kill("worker")
        await asyncio.to_thread(stack.wait_ready)
    report = await erased(ada, link)
    counts = {part["what"]: part["count"] for part in report["erased"]}
    assert counts["Messages"] == MESSAGES
    left = {"channel_id": channel, "author_id": ben.id, "kind": "message.sent", "text": {"$exists": True}}
    assert await house.database.entries.count_documents(left) == 0
    once = {"channel_id": channel, "author_id": ben.id, "kind": "message.deleted"}
    assert await house.database.entries.count_documents(once) == MESSAGES


async def test_one_that_is_asked_for_while_temporal_is_away_is_done_later(
    ada: Person, ben: Person, house: House, stack: Stack, temporal_client: Client, stack_settings: Settings
) -> None:
    await kill_for_good(stack, "temporal")
    begun = await ask(ben)
    assert begun["state"] == "waiting"
    await asyncio.to_thread(stack.start_program, "temporal")
    await asyncio.to_thread(stack.wait_ready)
    await let_grace_pass(house, temporal_client, ben)
    report = await erased(ada, await link_of(stack_settings, ben.email))
    assert all(part["done"] for part in report["erased"])
