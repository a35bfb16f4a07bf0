"""`WebhookDelivery` with skipped time: what a receiver may do for hours and days, and what comes of it."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from msgspec.structs import replace
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.webhooks import WebhookActivities
from parlour.core.chat.access import enter
from parlour.core.chat.create import create as create_channel
from parlour.core.chat.edit import delete
from parlour.core.chat.send import Draft, compose
from parlour.core.clock import now
from parlour.core.house import House, open_house
from parlour.core.ids import ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.model.promises import SweepRequest
from parlour.core.model.webhooks import RedriveWanted, Webhook, WebhookDelivery
from parlour.core.onboarding.quick import create as create_workspace
from parlour.core.people import accounts
from parlour.core.settings import Settings
from parlour.core.webhooks import outgoing
from parlour.core.webhooks.feed import feed_entries
from parlour.core.webhooks.outcome import pause
from parlour.core.webhooks.sending import Reply
from parlour.workflows import webhook_delivery
from parlour.workflows.links import webhook_delivery_id
from parlour.workflows.teller import TemporalTeller
from tests.hooks.receiver import Receiver, saying
from tests.person import PASSWORD, eventually

HOUR = timedelta(hours=1)


@dataclass
class Place:
    """A channel of a workspace with one webhook. Time passes by `later`, for its workflow alone."""

    house: House
    environment: WorkflowEnvironment
    receiver: Receiver
    owner: UserId
    workspace: WorkspaceId
    channel: ChannelId
    hook: Webhook

    @property
    def run(self) -> WorkflowHandle[Any, Any]:
        client = self.environment.client
        return client.get_workflow_handle_for(
            webhook_delivery.WebhookDelivery.run, webhook_delivery_id(self.hook.id)
        )

    async def is_pending(self) -> bool:
        try:
            described = await self.run.describe()
        except Exception:
            return False
        return described.status is not None and described.status.name == "RUNNING"

    async def later(self, span: timedelta) -> None:
        """Let time pass, if anything waits for it."""
        if await self.is_pending():
            await self.environment.fast_forward(self.run, span)

    async def ends(self) -> None:
        """Wait until nothing is left to do."""

        async def is_over() -> bool:
            return not await self.is_pending()

        await eventually(is_over)

    async def said(self, *texts: str) -> list[str]:
        """Have something said, and routed; return the ids of the messages."""
        access, entries = await enter(self.house, self.channel, self.owner), []
        for text in texts:
            entry, origin = await compose(self.house, self.owner, access, Draft(text=text))
            entries.append((await self.house.log.append(entry, origin)).entry)
        await feed_entries(self.house, self.workspace, self.channel, entries)
        return [entry.id for entry in entries]

    def told(self) -> list[str]:
        """The ids of the messages that the receiver was told of, in their order, each as often as it came."""
        return [body["data"]["message"]["id"] for _, body in self.receiver.got]

    async def state(self) -> Webhook:
        found = await self.house.webhooks.get(self.hook.id)
        assert found is not None
        return found[0]

    async def log(self) -> list[WebhookDelivery]:
        """All deliveries, the oldest first."""
        return (await self.house.webhooks.log(self.hook.id, [], behind=None, limit=1000))[::-1]

    async def attempted(self, count: int) -> None:
        """Wait until so many attempts were made in all, and are on record."""

        async def are_made() -> bool:
            log = await self.log()
            return sum(one.tries for one in log) >= count and all(one.state != "sending" for one in log)

        await eventually(are_made)


@dataclass
class World:
    house: House
    environment: WorkflowEnvironment

    async def place(self, receiver: Receiver, **given: Any) -> Place:
        email = f"ada-{uuid.uuid4().hex}@example.com"
        made = await accounts.register(self.house, email=email, password=PASSWORD, name="ada")
        owner = made.user.id
        workspace = await create_workspace(self.house, owner, name="Analytical Engines")
        channel, _ = await create_channel(
            self.house, owner, workspace.id, name="builds", kind="public", user_ids=[]
        )
        wanted = outgoing.NewWebhook(name="CI", url=receiver.address, events=["message.sent"], **given)
        hook = await outgoing.make(self.house, owner, workspace.id, wanted)
        return Place(self.house, self.environment, receiver, owner, workspace.id, channel.id, hook.webhook)


@asynccontextmanager
async def telling(
    environment: WorkflowEnvironment, settings: Settings, **changes: Any
) -> AsyncIterator[World]:
    """Run a worker for webhooks alone, on skipped time, in a database of its own."""
    name = uuid.uuid4().hex
    own = settings.model_copy(
        update={
            "mongo_database": f"skipped_{name}",
            "temporal_task_queue": f"webhooks-{name}",
            "webhook_allowed_ranges": "127.0.0.1/32",
            "webhook_retry_first": 5,
            "webhook_timeout": 2,
            **changes,
        }
    )
    async with open_house(own) as house:
        await house.prepare()
        house.teller = TemporalTeller(own, environment.client)
        activities = WebhookActivities(house)
        worker = Worker(
            environment.client,
            task_queue=own.temporal_task_queue,
            workflows=[webhook_delivery.WebhookDelivery],
            activities=[activities.deliver_webhook],
        )
        async with worker:
            with environment.with_time_skipping_disabled():
                yield World(house, environment)
        await house.database.client.drop_database(own.mongo_database)


@pytest.fixture(scope="module")
async def world(temporal: WorkflowEnvironment, stack_settings: Settings) -> AsyncIterator[World]:
    async with telling(temporal, stack_settings) as opened:
        yield opened


@pytest.fixture
async def patient(temporal: WorkflowEnvironment, stack_settings: Settings) -> AsyncIterator[World]:
    """A world that tries each event for longer than it takes until a webhook is disabled."""
    async with telling(temporal, stack_settings, webhook_retry_for=10 * 86_400) as opened:
        yield opened


async def test_a_receiver_that_is_away_for_six_hours_gets_everything_in_its_order(
    world: World, receiver: Receiver
) -> None:
    place = await world.place(receiver)
    receiver.always = saying(503)
    sent = await place.said("m0")
    await place.attempted(1)
    for hour in range(6):
        sent += await place.said(*(f"{hour}.{n}" for n in range(5)))
        await place.later(HOUR)
    asked = len(receiver.raw)
    assert asked < 40, "it is asked now and then, and not for every event"
    receiver.always = None
    sent += await place.said("the last")
    await place.later(HOUR)
    await place.ends()
    told = place.told()
    assert sorted(told) == sorted(sent)
    assert [one for one in sent if one != told[0]] == told[1:], (
        "all but the one that found it back came in order"
    )
    assert {one.state for one in await place.log()} == {"delivered"}
    assert (await place.state()).failures == 0


async def test_one_event_that_is_never_taken_holds_up_no_other_and_is_given_up_after_a_day(
    world: World, receiver: Receiver
) -> None:
    place = await world.place(receiver)
    poison: list[str] = []

    async def choosy(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        return web.Response(status=500 if body["data"]["message"]["id"] in poison else 200)

    receiver.always = choosy
    access = await enter(world.house, place.channel, place.owner)
    bad, origin = await compose(world.house, place.owner, access, Draft(text="poison"))
    poison.append(bad.id)
    entry = (await world.house.log.append(bad, origin)).entry
    await feed_entries(world.house, place.workspace, place.channel, [entry])
    others = await place.said("m1", "m2")

    async def none_waits_behind_it() -> bool:
        return len(place.told()) == len(others)

    await eventually(none_waits_behind_it)
    for _ in range(11):
        others += await place.said("another")
        await place.later(2 * HOUR)
        await eventually(none_waits_behind_it)
    assert place.told() == others
    while await place.is_pending():
        await place.later(HOUR)
    dead = [one for one in await place.log() if one.state == "dead"]
    assert [one.subject for one in dead] == poison
    assert "tried" in dead[0].words
    assert (await place.state()).enabled
    receiver.always = None
    assert await outgoing.redrive(
        world.house, place.owner, place.workspace, place.hook.id, RedriveWanted(ids=[dead[0].id])
    )
    await place.ends()
    assert place.told()[-1] == poison[0]


async def test_two_days_of_nothing_but_failures_disable_it_and_its_maker_is_told(
    patient: World, receiver: Receiver
) -> None:
    place = await patient.place(receiver)
    receiver.always = saying(500)
    await place.said("m0")
    await place.attempted(1)
    for hour in range(60):
        if hour % 10 == 0:
            await place.said(f"m{hour}")
        await place.later(HOUR)
        if not (await place.state()).enabled:
            break
    await place.ends()
    state = await place.state()
    assert not state.enabled
    assert "nothing could be delivered" in state.disabled_why
    assert {one.state for one in await place.log()} == {"dead"}
    maker = await patient.house.users.by_id(place.owner)
    assert maker is not None
    mails = patient.house.database.account_mails
    assert await mails.count_documents({"to": maker.email, "kind": "webhook_disabled"}) == 1
    await place.said("told to nobody")
    assert len(await place.log()) == len([one for one in await place.log() if one.state == "dead"])


async def test_a_receiver_that_asks_to_wait_is_left_alone_for_so_long(
    world: World, receiver: Receiver
) -> None:
    place = await world.place(receiver)
    receiver.script.append(saying(429, Retry_After="7200"))
    sent = await place.said("m0", "m1")
    await place.attempted(1)
    await place.later(timedelta(minutes=110))
    assert len(receiver.raw) == 1
    await place.later(timedelta(minutes=20))
    await place.ends()
    assert place.told() == sent


async def test_the_same_events_routed_again_are_told_once(world: World, receiver: Receiver) -> None:
    place = await world.place(receiver)
    access = await enter(world.house, place.channel, place.owner)
    made = [await compose(world.house, place.owner, access, Draft(text=f"m{n}")) for n in range(5)]
    entries = [(await world.house.log.append(entry, origin)).entry for entry, origin in made]
    for _ in range(3):
        await feed_entries(world.house, place.workspace, place.channel, entries)
        await place.ends()
    assert place.told() == [entry.id for entry in entries]
    assert len(set(receiver.ids())) == 5


async def test_a_worker_that_died_between_attempt_and_record_makes_it_again_as_the_same(
    world: World, receiver: Receiver
) -> None:
    place = await world.place(receiver)
    [message] = await place.said("hello")
    await place.ends()
    [delivery] = await place.log()
    # As it stands when a worker dies after the receiver took it, and before that is on record.
    await world.house.database.webhook_deliveries.update_one(
        {"_id": delivery.id}, {"$set": {"state": "sending", "open": True, "due_at": now()}}
    )
    assert world.house.teller is not None
    await world.house.teller.deliver(place.hook.id, place.workspace)
    await place.ends()
    assert place.told() == [message, message]
    assert len(set(receiver.ids())) == 1, "the receiver knows it by its webhook-id"
    [again] = await place.log()
    assert again.state == "delivered"
    assert "nobody knows" in again.attempts[0].words


async def test_what_was_left_behind_is_found_by_the_sweep(world: World, receiver: Receiver) -> None:
    place = await world.place(receiver)
    teller, world.house.teller = world.house.teller, None
    sent = await place.said("nobody was told of this")
    assert not await place.is_pending()
    world.house.teller = teller
    late = {"$set": {"due_at": now() - timedelta(minutes=1)}}
    await world.house.database.webhook_deliveries.update_many({"webhook_id": place.hook.id}, late)
    swept = await WebhookActivities(world.house).sweep_webhooks(SweepRequest(100))
    assert swept.webhooks >= 1
    await place.ends()
    assert place.told() == sent


async def test_a_webhook_that_is_busy_for_long_goes_on_in_a_new_run(world: World, receiver: Receiver) -> None:
    place = await world.place(receiver)
    receiver.always = saying(503)
    sent = await place.said("m0")
    await place.attempted(1)
    first = (await place.run.describe()).run_id
    assert world.house.teller is not None

    async def is_another_run() -> bool:
        await world.house.teller.deliver(place.hook.id, place.workspace)  # type: ignore[union-attr]
        return (await place.run.describe()).run_id != first

    await eventually(is_another_run, within_s=60)
    receiver.always = None
    await place.later(HOUR)
    await place.ends()
    assert place.told() == sent


async def test_a_webhook_whose_maker_left_is_disabled_and_says_so(world: World, receiver: Receiver) -> None:
    place = await world.place(receiver)
    await place.said("hello")
    await place.ends()
    await world.house.workspaces.remove_member(place.workspace, place.owner)
    await place.said("told to nobody")
    await place.ends()
    state = await place.state()
    assert not state.enabled
    assert "left the workspace" in state.disabled_why
    assert len(receiver.got) == 1


async def test_what_a_deleted_message_said_leaves_the_house_no_more(world: World, receiver: Receiver) -> None:
    place = await world.place(receiver)
    receiver.always = saying(503)
    [message] = await place.said("a secret said by mistake")
    await place.attempted(1)
    await delete(world.house, place.owner, EntryId(message))
    receiver.always = None
    await place.later(HOUR)
    await place.ends()
    [(_, body)] = receiver.got
    assert body["data"]["message"]["text"] == ""


def test_a_pause_doubles_up_to_the_longest_and_heeds_what_is_asked_for() -> None:
    settings = Settings(webhook_retry_first=5)
    plain = Reply(status=500, words="")
    pauses = [pause(settings, tries, plain).total_seconds() for tries in range(1, 13)]
    assert pauses[:3] == [5, 10, 20]
    assert pauses[-1] == 3600
    asked = replace(plain, headers={"retry-after": "7200"})
    assert pause(settings, 1, asked) == timedelta(hours=2)
