"""A world that fails again and again is left alone, tried once in a while, and trusted again."""

import asyncio
from datetime import datetime, timedelta

import pytest

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import new_id
from parlour.core.live import connect
from parlour.core.outside.answer import Answer
from parlour.core.outside.circuit import Circuit

FAILED = Answer(answered="retry", code="503", words="the push service is in trouble")
SENT = Answer(answered="sent", code="201", words="taken")
GONE = Answer(answered="gone", code="410", words="gone")


@pytest.fixture
def circuit(house: House) -> Circuit:
    known = {"circuit_failures": 3, "circuit_first": 10.0, "circuit_longest": 60.0}
    return Circuit(house.redis, house.settings.model_copy(update=known))


@pytest.fixture
def world() -> str:
    return f"webpush:{new_id()}.test"


async def fail(circuit: Circuit, world: str, at: datetime, *, times: int = 3) -> None:
    for _ in range(times):
        await circuit.note(world, FAILED, at)


async def test_it_opens_after_failures_one_after_the_other(circuit: Circuit, world: str) -> None:
    at = now()
    await fail(circuit, world, at, times=2)
    await circuit.note(world, GONE, at)
    await fail(circuit, world, at, times=2)
    assert await circuit.closed_until(world, at) is None
    await circuit.note(world, FAILED, at)
    assert await circuit.closed_until(world, at) == at + timedelta(seconds=10)
    assert await circuit.closed_until(world, at + timedelta(seconds=9)) == at + timedelta(seconds=10)
    assert await circuit.closed_until(f"{world}.another", at) is None


async def test_after_the_pause_one_attempt_tells(circuit: Circuit, world: str) -> None:
    at = now()
    await fail(circuit, world, at)
    later = at + timedelta(seconds=10)
    tried = await asyncio.gather(*(circuit.closed_until(world, later) for _ in range(10)))
    assert tried.count(None) == 1
    assert all(until > later for until in tried if until)
    await circuit.note(world, SENT, later)
    assert await circuit.closed_until(world, later) is None
    assert world not in {state.world for state in await circuit.states(later)}


async def test_pauses_double_up_to_the_longest(circuit: Circuit, world: str) -> None:
    at = now()
    await fail(circuit, world, at)
    pauses = []
    for _ in range(5):
        until = await circuit.closed_until(world, at)
        assert until is not None
        pauses.append((until - at).total_seconds())
        at = until
        assert await circuit.closed_until(world, at) is None
        await circuit.note(world, FAILED, at)
    assert pauses == [10, 20, 40, 60, 60]


async def test_attempts_that_were_under_way_make_the_pause_no_longer(circuit: Circuit, world: str) -> None:
    at = now()
    await fail(circuit, world, at, times=20)
    assert await circuit.closed_until(world, at) == at + timedelta(seconds=10)


async def test_a_trial_that_nobody_tells_of_is_made_again(circuit: Circuit, world: str) -> None:
    at = now()
    await fail(circuit, world, at)
    later = at + timedelta(seconds=10)
    assert await circuit.closed_until(world, later) is None
    again = await circuit.closed_until(world, later)
    assert again is not None
    assert await circuit.closed_until(world, again) is None


async def test_its_state_is_shown(circuit: Circuit, world: str) -> None:
    at = now()

    async def shown(moment: datetime) -> object:
        [state] = [state for state in await circuit.states(moment) if state.world == world]
        return state.state, state.failures, state.since, state.words

    await fail(circuit, world, at, times=1)
    words = "the push service is in trouble (503)"
    assert await shown(at) == ("closed", 1, None, words)
    await fail(circuit, world, at, times=2)
    assert await shown(at) == ("open", 3, at, words)
    assert await shown(at + timedelta(seconds=11)) == ("half_open", 3, at, words)


async def test_without_redis_every_circuit_is_closed(house: House, world: str) -> None:
    nowhere = house.settings.model_copy(update={"redis_url": "redis://127.0.0.1:9/0"})
    redis = connect(nowhere)
    circuit = Circuit(redis, nowhere)
    await fail(circuit, world, now(), times=20)
    assert await circuit.closed_until(world, now()) is None
    assert await circuit.states() == []
    await redis.aclose()
