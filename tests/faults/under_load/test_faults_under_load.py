"""Each role and server is killed under a steady load: nothing is lost, nothing twice, order kept, all settled."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from deploy.stack import Stack
from parlour.core.house import House
from parlour.core.settings import Settings
from tests.conftest import Signup
from tests.faults.under_load.ledger import assert_nothing_lost_nothing_twice, seconds_until_settled
from tests.faults.under_load.line import Line, RefusedError
from tests.faults.under_load.load import ByHttp, BySocket, Listener, Load, Talker
from tests.faults.under_load.outage import kill_for_good
from tests.faults.under_load.outcome import Outcome
from tests.person import Person

BEFORE_S = 2.0
DOWN_S = 4.0
AFTER_S = 3.0
ROLES = ("api-1", "socket-1", "worker")
WITHOUT = ("rabbitmq", "redis", "temporal")
"""Servers that sending does without."""

Gather = Callable[..., Awaitable[Load]]


@pytest.fixture
async def gather(ada: Person, sign_up: Signup, gateways: list[str]) -> AsyncIterator[Gather]:
    """Gather talkers on each gateway, some by HTTP, and a listener on each gateway; all end with the test."""
    loads: list[Load] = []

    async def person(name: str) -> Person:
        made = await sign_up(name)
        await made.join(ada)
        return made

    async def gathered(*, channels: int, per_gateway: int, by_http: int = 0) -> Load:
        talking = [await person(f"talker-{i + 1}") for i in range(len(gateways) * per_gateway + by_http)]
        listening = [await person(f"listener-{i + 1}") for i in range(len(gateways))]
        channel_ids = [await ada.make_channel("private", *talking, *listening) for _ in range(channels)]
        talkers = []
        for i, talker in enumerate(talking):
            gateway, place = divmod(i, per_gateway)
            way = BySocket(talker, gateways[gateway]) if gateway < len(gateways) else ByHttp(talker)
            talkers.append(Talker(talker, channel_ids[place % channels], way))
        listeners = [Listener(p, at, channel_ids) for p, at in zip(listening, gateways, strict=True)]
        loads.append(Load(talkers, listeners))
        return loads[-1]

    yield gathered
    for load in loads:
        await load.end()


@pytest.mark.parametrize("victim", ROLES)
async def test_nothing_is_lost_when_a_role_is_killed(
    victim: str, stack: Stack, gather: Gather, ada: Person, house: House, outcomes: list[Outcome]
) -> None:
    load = await gather(channels=2, per_gateway=2, by_http=1)
    load.start()
    await load.run(BEFORE_S)
    killed = time.monotonic()
    stack.kill(victim)
    await asyncio.to_thread(stack.wait_ready)
    back = time.monotonic()
    assert load.acknowledged(killed, back) > 0
    await _finish(victim, load, house, ada, outcomes, back=back)


@pytest.mark.parametrize("victim", WITHOUT)
async def test_sending_goes_on_and_nothing_is_lost_while_a_server_is_down(
    victim: str, stack: Stack, gather: Gather, ada: Person, house: House, outcomes: list[Outcome]
) -> None:
    load = await gather(channels=2, per_gateway=2, by_http=1)
    load.start()
    await load.run(BEFORE_S)
    await kill_for_good(stack, victim)
    down = time.monotonic()
    await load.run(DOWN_S)
    for talker in load.talkers:
        assert talker.acknowledged(down, time.monotonic()) > 0
    await asyncio.to_thread(stack.start_program, victim)
    await asyncio.to_thread(stack.wait_ready)
    await _finish(victim, load, house, ada, outcomes, back=time.monotonic())


async def test_without_mongodb_nothing_is_acknowledged_and_everyone_is_told(
    stack: Stack,
    gather: Gather,
    ada: Person,
    house: House,
    gateways: list[str],
    stack_settings: Settings,
    outcomes: list[Outcome],
) -> None:
    load = await gather(channels=2, per_gateway=2, by_http=1)
    line = await Line.to(ada, gateways[0])
    load.start()
    await load.run(BEFORE_S)
    await kill_for_good(stack, "mongo")
    down = time.monotonic()
    try:
        await asyncio.gather(
            _assert_refused_by_http(ada, load.channel_ids[0]),
            _assert_refused_by_socket(line, load.channel_ids[0]),
            _assert_reported(ada, stack_settings),
        )
    finally:
        await line.close()
    await load.run(0)
    assert load.acknowledged(down, time.monotonic()) == 0
    codes = {code for talker in load.talkers for began, code in talker.refusals if began >= down}
    assert codes <= {"unavailable"}
    await asyncio.to_thread(stack.start_program, "mongo")
    await asyncio.to_thread(stack.wait_ready)
    await _finish("mongo", load, house, ada, outcomes, back=time.monotonic())


async def test_two_gateways_contending_for_one_channel_leave_no_gap(
    gather: Gather, ada: Person, house: House, outcomes: list[Outcome]
) -> None:
    load = await gather(channels=1, per_gateway=4)
    load.start(count=100, pause_s=0)
    await load.all_said()
    await assert_nothing_lost_nothing_twice(load, house, ada)
    settled = await seconds_until_settled(load, house, since=time.monotonic())
    outcomes.append(Outcome.of("none: two gateways, one channel", load, settled_after_s=settled))


async def _finish(
    victim: str, load: Load, house: House, reader: Person, outcomes: list[Outcome], *, back: float
) -> None:
    """See that what is there now gets settled, go on for a while, and do the books."""
    watching = asyncio.create_task(seconds_until_settled(load, house, since=back))
    await load.run(AFTER_S)
    await load.hush()
    settled = await watching
    await seconds_until_settled(load, house, since=back)
    await assert_nothing_lost_nothing_twice(load, house, reader)
    outcomes.append(Outcome.of(victim, load, settled_after_s=settled))


async def _assert_refused_by_http(person: Person, channel_id: str) -> None:
    answer = await person.ask("POST", f"/api/v1/channels/{channel_id}/messages", {"text": "anyone?"})
    assert (answer.status, answer.code) == (503, "unavailable")
    assert answer.headers["Content-Type"].startswith("application/problem+json")


async def _assert_refused_by_socket(line: Line, channel_id: str) -> None:
    with pytest.raises(RefusedError) as refused:
        await line.ask("message.send", {"channel_id": channel_id, "text": "anyone?"})
    assert refused.value.code == "unavailable"


async def _assert_reported(person: Person, settings: Settings) -> None:
    answer = await person.ask("GET", f"http://127.0.0.1:{settings.api_port}/readyz")
    assert answer.status == 503
    assert answer.body["dependencies"]["mongodb"]["state"] == "down"
