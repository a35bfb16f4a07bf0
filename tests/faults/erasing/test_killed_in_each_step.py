"""A worker that is killed within a step of an erasure leaves it to be taken again: in each step, at one blow.

Twelve people are erased at once. Of each a record is locked in MongoDB, which one step alone writes: so that their
erasure gets as far as that step, and no further, until the worker is killed and the locks are let go.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple
from uuid import uuid4

from temporalio.api.enums.v1 import PendingActivityState, TimeoutType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from deploy.stack import Stack
from parlour.core.erasure.steps import STEPS
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.workflows.links import erasure_id
from tests.conftest import Signup
from tests.person import Person, eventually
from tests.service.test_erasure import ask, let_grace_pass
from tests.stored import store_file

NAMES = [step.name for step in STEPS]
FIRST = "begin"
"""What the workflow calls the step that nobody named yet."""
KEPT = ("entries", "threads", "files", "workspace_members", "users")
"""Where a record stays, without what was its person's."""
RECOVERED_S = 150


class Held(NamedTuple):
    """A record that one step writes and no other."""

    collection: str
    query: dict[str, Any]


class Erased(NamedTuple):
    """Somebody whose account is erased, and who is to be in a step when the worker dies."""

    person: Person
    step: str
    erasure: str
    held: Held


Hold = Callable[[House, Person, Person], Awaitable[Held]]


def record(collection: str, *, keyed: bool = False) -> Hold:
    """A record of somebody's that is found by their id alone, or (`keyed`) by a key that begins with it."""

    async def make(house: House, person: Person, _ada: Person) -> Held:
        key = f"{person.id}:{uuid4().hex}" if keyed else uuid4().hex
        await house.database[collection].insert_one({"_id": key, "user_id": person.id})
        return Held(collection, {"_id": key})

    return make


def known(collection: str, field: str) -> Hold:
    """A record that there is of everybody."""

    async def make(_house: House, person: Person, _ada: Person) -> Held:
        return Held(collection, {field: person.id})

    return make


async def a_message(_house: House, person: Person, ada: Person) -> Held:
    channel = await ada.make_channel("private", person)
    return Held("entries", {"_id": (await person.send(channel, "to be erased"))["id"]})


async def a_thread(_house: House, person: Person, ada: Person) -> Held:
    channel = await ada.make_channel("private", person)
    root = (await ada.send(channel, "root"))["id"]
    reply = {"text": "reply", "thread_root_id": root}
    await person.post(f"/api/v1/channels/{channel}/messages", reply)
    return Held("threads", {"_id": root})


async def a_file(house: House, person: Person, _ada: Person) -> Held:
    return Held("files", {"_id": (await store_file(house, person, f"of {person.id}".encode())).id})


HOLDS: dict[str, Hold] = {
    "sessions": record("devices"),
    "later": record("saved"),
    "notifications": record("notifications"),
    "habits": record("recent_searches", keyed=True),
    "messages": a_message,
    "threads": a_thread,
    "files": a_file,
    "channels": record("welcomes"),
    "second": record("linked_accounts"),
    "mails": record("account_mails"),
    "workspaces": known("workspace_members", "user_id"),
    "account": known("users", "_id"),
}


@asynccontextmanager
async def locked(house: House, held: list[Held]) -> AsyncIterator[None]:
    """Hold records in transactions that are not ended: whoever writes one waits."""
    async with AsyncExitStack() as stack:
        for one in held:
            session = await stack.enter_async_context(await house.database.client.start_session())
            session.start_transaction()
            stack.push_async_callback(session.abort_transaction)
            result = await house.database[one.collection].update_one(
                one.query, {"$set": {"held": True}}, session=session
            )
            assert result.modified_count == 1, one
        yield


async def asked_for(house: House, ada: Person, sign_up: Signup) -> list[Erased]:
    """Let somebody ask for their erasure for each step, with something that the step erases."""
    found = []
    for step, hold in HOLDS.items():
        person = await sign_up(step)
        await person.join(ada)
        held = await hold(house, person, ada)
        found.append(Erased(person, step, (await ask(person, "delete"))["id"], held))
    return found


async def done_of(house: House, erasure: str) -> list[str]:
    document = await house.database.erasures.find_one({"_id": erasure})
    return list(document["done"])


async def history_of(client: Client, person: Person) -> list[HistoryEvent]:
    history = await client.get_workflow_handle(erasure_id(UserId(person.id))).fetch_history()
    return list(history.events)


def scheduled(history: list[HistoryEvent]) -> dict[int, tuple[str, str]]:
    """Return the activity and the step of each event that had a step begin."""
    found = {}
    for event in history:
        if event.HasField("activity_task_scheduled_event_attributes"):
            said = event.user_metadata.summary.data.decode().strip('"')
            activity = event.activity_task_scheduled_event_attributes.activity_id
            found[event.event_id] = (activity, NAMES[0] if said == FIRST else said)
    return found


async def under_way(client: Client, person: Person) -> list[str]:
    """Return the steps of somebody's erasure that a worker is in now."""
    description = await client.get_workflow_handle(erasure_id(UserId(person.id))).describe()
    taken = {
        activity.activity_id
        for activity in description.raw_description.pending_activities
        if activity.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
    }
    history = await history_of(client, person)
    return [step for activity, step in scheduled(history).values() if activity in taken]


async def deaths(client: Client, person: Person) -> list[str]:
    """Return the steps that somebody's erasure was in when nothing was heard of the worker any more."""
    history = await history_of(client, person)
    steps = scheduled(history)
    started = [
        event.activity_task_started_event_attributes
        for event in history
        if event.HasField("activity_task_started_event_attributes")
    ]
    silent = TimeoutType.TIMEOUT_TYPE_HEARTBEAT
    return [
        steps[one.scheduled_event_id][1]
        for one in started
        if one.last_failure.timeout_failure_info.timeout_type == silent
    ]


async def test_a_worker_that_is_killed_within_any_step_erases_everything_once_it_is_back(
    ada: Person, sign_up: Signup, house: House, stack: Stack, temporal_client: Client
) -> None:
    assert list(HOLDS) == NAMES
    everybody = await asked_for(house, ada, sign_up)
    async with locked(house, [one.held for one in everybody]):
        await asyncio.gather(*(let_grace_pass(house, temporal_client, one.person) for one in everybody))
        for one in everybody:

            async def is_within(one: Erased = one) -> bool:
                before = await done_of(house, one.erasure) == NAMES[: NAMES.index(one.step)]
                return before and await under_way(temporal_client, one.person) == [one.step]

            await eventually(is_within, within_s=40)
        stack.kill("worker")
    await asyncio.to_thread(stack.wait_ready)
    for one in everybody:

        async def is_erased(one: Erased = one) -> bool:
            document = await house.database.erasures.find_one({"_id": one.erasure})
            return str(document["state"]) == "erased"

        await eventually(is_erased, within_s=RECOVERED_S)
        assert await done_of(house, one.erasure) == NAMES, one.step
        document = await house.database.erasures.find_one({"_id": one.erasure})
        assert document["counted"][one.step] >= 1 or one.step == "threads", one.step
        left = await house.database[one.held.collection].find_one(one.held.query)
        assert left is None or one.held.collection in KEPT, one.step
        assert await deaths(temporal_client, one.person) == [one.step]
