"""What webhooks are told survives whatever is killed: nothing is lost, and what came twice has the same id."""

import asyncio

from deploy.stack import Stack
from tests.hooks.receiver import Receiver, hanging
from tests.person import Json, Person, eventually

RECOVERED_S = 120
VICTIMS = ("redis", "temporal", "rabbitmq", "mongo")


async def webhook(person: Person, receiver: Receiver) -> str:
    hooks = f"/api/v1/workspaces/{person.workspace['id']}/webhooks"
    wanted = {"name": "CI", "url": receiver.address, "events": ["message.sent"]}
    made = await person.post(hooks, wanted)
    receiver.secrets.append(made["secret"])
    return f"{hooks}/{made['webhook']['id']}"


async def test_a_worker_killed_over_an_attempt_makes_it_again_and_that_is_on_record(
    ada: Person, receiver: Receiver, stack: Stack
) -> None:
    hook = await webhook(ada, receiver)
    receiver.script.append(hanging(6))
    await ada.send(await ada.general(), "hello")

    async def is_asked() -> bool:
        return bool(receiver.raw)

    await eventually(is_asked, within_s=60)
    stack.kill("worker")
    await asyncio.to_thread(stack.wait_ready)

    async def is_delivered() -> Json | None:
        [entry] = (await ada.get(f"{hook}/deliveries"))["items"]
        return entry if entry["state"] == "delivered" else None

    entry = await eventually(is_delivered, within_s=RECOVERED_S)
    assert "nobody knows" in entry["attempts"][0]["words"]
    assert entry["attempts"][-1]["status"] == 200
    assert len({headers["webhook-id"] for headers, _ in receiver.raw}) == 1
    assert receiver.faults == []


async def test_every_event_is_told_though_each_server_is_killed_meanwhile(
    ada: Person, receiver: Receiver, stack: Stack
) -> None:
    await webhook(ada, receiver)
    channel, sent = await ada.general(), list[str]()

    async def say(count: int) -> None:
        for n in range(count):
            client_id = f"said-{len(sent)}-{n}"

            async def is_sent(client_id: str = client_id) -> Json | None:
                body = {"text": client_id, "client_id": client_id}
                answer = await ada.ask("POST", f"/api/v1/channels/{channel}/messages", body)
                return answer.body if answer.status in (200, 201) else None

            sent.append((await eventually(is_sent, within_s=RECOVERED_S))["id"])

    for victim in (*VICTIMS, "worker"):
        await say(5)
        stack.kill(victim)
        await say(5)
        await asyncio.to_thread(stack.wait_ready)

    async def all_came() -> bool:
        return {event["data"]["message"]["id"] for event in receiver.events("message.sent")} >= set(sent)

    await eventually(all_came, within_s=RECOVERED_S)
    told = [event["data"]["message"]["id"] for event in receiver.events("message.sent")]
    assert sorted(told) == sorted(sent), "by its webhook-id each came once"
    assert receiver.faults == []
