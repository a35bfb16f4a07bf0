"""What is to leave the house survives whatever is killed: nothing is lost, and what came twice is on record."""

import asyncio
from datetime import datetime

from deploy.stack import Stack
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import DeviceId, UserId, WorkspaceId, new_id
from parlour.core.model.notifications import Dispatch
from parlour.core.store.devices import DeviceRecord
from parlour.core.store.dispatches import Filter
from tests.bench.people import Maker, Member
from tests.faults.under_load.outage import kill_for_good
from tests.outside.push_service import PushService, Subscriber
from tests.person import Person, eventually

PEOPLE, CHANNELS = 100, 10
VICTIMS = ("redis", "temporal", "rabbitmq")
RECOVERED_S = 120


async def register(house: House, pushes: PushService, user_id: str) -> Subscriber:
    browser = pushes.subscribe()
    await house.devices.put(
        DeviceRecord(
            id=DeviceId(new_id()),
            user_id=UserId(user_id),
            kind="webpush",
            target=browser.endpoint,
            keys=browser.keys,
            name="Firefox on Linux",
            created_at=now(),
        )
    )
    return browser


async def pushes_of(house: House, workspace: str, *, user_id: str | None = None) -> list[Dispatch]:
    wanted = Filter(user_id=UserId(user_id) if user_id else None)
    found = await house.dispatches.page(WorkspaceId(workspace), wanted, before=None, limit=5000)
    return [dispatch for dispatch in found if dispatch.way == "push"]


async def test_a_worker_killed_over_an_attempt_makes_it_again_and_that_is_on_record(
    ada: Person, ben: Person, house: House, pushes: PushService, stack: Stack
) -> None:
    browser = await register(house, pushes, ben.id)
    mine = f"/api/v1/workspaces/{ben.workspace['id']}/notification-preferences"
    assert (await ben.ask("PATCH", mine, {"push_after": 5})).status == 200
    pushes.script.then_slowly(3)
    await ada.send(await ada.make_channel("direct", ben), "hello")

    async def is_asked() -> bool:
        return pushes.script.asked > 0

    await eventually(is_asked, within_s=60)
    stack.kill("worker")
    await asyncio.to_thread(stack.wait_ready)

    async def is_sent() -> Dispatch | None:
        [dispatch] = await pushes_of(house, ben.workspace["id"], user_id=ben.id)
        return dispatch if dispatch.state == "sent" else None

    dispatch: Dispatch = await eventually(is_sent, within_s=RECOVERED_S)
    assert [attempt.answered for attempt in dispatch.attempts] == ["unknown", "sent"]
    assert 1 <= len(browser.received) <= 2
    assert len({(p["tag"], p["dispatch_id"]) for p in browser.payloads}) == 1, (
        "the second takes the first's place"
    )


async def test_a_thousand_pending_pushes_outlive_the_servers(
    ada: Person, house: House, pushes: PushService, stack: Stack
) -> None:
    workspace = WorkspaceId(ada.workspace["id"])
    maker = Maker(house)
    people = await maker.people(workspace, PEOPLE)
    browsers = [await register(house, pushes, person.user_id) for person in people]
    owner = Member(UserId(ada.id), ada.token)
    channels = [await maker.channel(workspace, [owner, *people]) for _ in range(CHANNELS)]
    for channel in channels:
        body = {"text": "@channel look", "confirm_everyone": True}
        await ada.post(f"/api/v1/channels/{channel}/messages", body)

    async def are_pending() -> bool:
        return len(await _rows(house, people)) >= PEOPLE * CHANNELS

    await eventually(are_pending, within_s=60)

    async def have_all() -> bool:
        return all(len({p["tag"] for p in browser.payloads}) == CHANNELS for browser in browsers)

    for victim in VICTIMS:
        assert not await have_all(), f"{victim} is to be killed while pushes are pending"
        await kill_for_good(stack, victim)
        await asyncio.to_thread(stack.start_program, victim)
        await asyncio.to_thread(stack.wait_ready)
    began = now()
    await eventually(have_all, within_s=RECOVERED_S)
    _tell(began)
    sent = await pushes_of(house, workspace)
    again = [d for d in sent if len(d.attempts) > 1]
    assert sum(len(browser.received) for browser in browsers) <= PEOPLE * CHANNELS + len(again)
    assert all(len(browser.received) <= 2 * CHANNELS for browser in browsers)


async def _rows(house: House, people: list[Member]) -> list[object]:
    found = await asyncio.gather(
        *(house.notifications.open_rows(person.user_id, limit=CHANNELS + 1) for person in people)
    )
    return [row for rows in found for row in rows]


def _tell(began: datetime) -> None:
    print(f"all had theirs {(now() - began).total_seconds():.1f} s after the last server was back")  # noqa: T201
