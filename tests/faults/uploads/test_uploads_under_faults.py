"""Uploads while what they need is killed, stopped or hung: nothing that counts is lost, and nothing is mixed up."""

import asyncio

from deploy.stack import Stack
from parlour.core.house import House
from parlour.core.settings import Settings
from tests.hanging import hanging
from tests.person import Person, eventually
from tests.uploading import Tus, form, noise, objects_of, stored, tus_of, tuspy

API = "api-1"
STORE = "seaweedfs"
AT_ONCE_S = 10


async def is_ahead(tus: Tus, offset: int) -> None:
    async def check() -> bool:
        answer = await tus.ask("HEAD")
        return answer.status == 200 and int(answer.headers["Upload-Offset"]) >= offset

    await eventually(check)


async def goes_on(tus: Tus, data: bytes) -> None:
    """Send the rest as a client does: ask where to go on, and again while that does not work."""

    async def is_taken() -> bool:
        told = await tus.ask("HEAD")
        if told.status != 200:
            return False
        offset = int(told.headers["Upload-Offset"])
        return (await tus.patch(offset, data[offset:])).status == 204

    await eventually(is_taken, within_s=60)


async def test_a_killed_api_loses_at_most_the_segment_in_memory(
    ada: Person, house: House, stack: Stack, stack_settings: Settings
) -> None:
    segment = stack_settings.upload_segment_bytes
    data = noise(4 * segment)
    stalls = asyncio.Event()

    async def stalling():
        for begin in range(0, 3 * segment - 1000, 100_000):
            yield data[begin : min(begin + 100_000, 3 * segment - 1000)]
        await stalls.wait()

    tus = Tus(ada)
    await tus.create(len(data))
    sending = asyncio.create_task(tus.patch(0, stalling()))
    await is_ahead(tus, 2 * segment)
    stack.kill(API)
    assert (await sending).status == 503
    await asyncio.to_thread(stack.wait_ready)
    assert await tus.offset() == 2 * segment
    await goes_on(tus, data)
    assert await stored(house, tus.id) == data


async def test_an_api_that_is_told_to_stop_keeps_all_that_came(
    ada: Person, house: House, stack: Stack, stack_settings: Settings
) -> None:
    data = noise(2 * stack_settings.upload_segment_bytes)
    came = stack_settings.upload_segment_bytes + 300_000
    stalls = asyncio.Event()

    async def stalling():
        yield data[:came]
        await stalls.wait()

    tus = Tus(ada)
    await tus.create(len(data))
    sending = asyncio.create_task(tus.patch(0, stalling()))
    await is_ahead(tus, stack_settings.upload_segment_bytes)
    await asyncio.to_thread(stack.stop_program, API)
    refused = await sending
    assert (refused.status, refused.code) == (503, "stopping")
    assert "Retry-After" in refused.headers
    stack.start_program(API)
    await asyncio.to_thread(stack.wait_ready)
    assert await tus.offset() == came
    assert (await tus.patch(came, data[came:])).status == 204
    assert await stored(house, tus.id) == data


async def test_an_existing_client_goes_on_after_the_api_was_killed(
    ada: Person, house: House, stack: Stack
) -> None:
    data = noise(30_000_000)
    upload = tuspy(ada, data, chunk_size=500_000, retries=60, retry_delay=1)
    running = asyncio.create_task(asyncio.to_thread(upload.upload))

    async def is_under_way() -> bool:
        return upload.offset > 2_000_000

    await eventually(is_under_way)
    stack.kill(API)
    await running
    assert await stored(house, tus_of(ada, upload).id) == data


async def test_without_the_file_store_uploads_are_refused_at_once_and_go_on_later(
    ada: Person, house: House, stack: Stack, stack_settings: Settings
) -> None:
    data = noise(stack_settings.upload_segment_bytes + 500_000)
    tus = Tus(ada)
    await tus.create(len(data))
    await tus.patch(0, data[:300_000])
    stack.stop_program(STORE)
    async with asyncio.timeout(AT_ONCE_S):
        for refused in (
            await tus.patch(300_000, data[300_000:]),
            await Tus(ada).create(10),
            await form(ada, b"small"),
        ):
            assert (refused.status, refused.code) == (503, "unavailable")
            assert int(refused.headers["Retry-After"]) > 0
        assert await tus.offset() == 300_000
    stack.start_program(STORE)
    await asyncio.to_thread(stack.wait_ready)
    await goes_on(tus, data)
    assert await stored(house, tus.id) == data


async def test_a_file_store_that_ends_in_the_middle_keeps_what_counted(
    ada: Person, house: House, stack: Stack, stack_settings: Settings
) -> None:
    segment = stack_settings.upload_segment_bytes
    data = noise(3 * segment)
    store_is_gone = asyncio.Event()

    async def in_two_parts():
        yield data[: segment + 1000]
        await store_is_gone.wait()
        yield data[segment + 1000 :]

    tus = Tus(ada)
    await tus.create(len(data))
    sending = asyncio.create_task(tus.patch(0, in_two_parts()))
    await is_ahead(tus, segment)
    stack.stop_program(STORE)
    store_is_gone.set()
    refused = await sending
    assert (refused.status, refused.code) == (503, "unavailable")
    assert await tus.offset() == segment
    stack.start_program(STORE)
    await asyncio.to_thread(stack.wait_ready)
    await goes_on(tus, data)
    assert await stored(house, tus.id) == data

    async def nothing_is_left() -> bool:
        return not await objects_of(house, tus.id)

    await eventually(nothing_is_left)


async def test_a_file_store_that_hangs_is_told_before_anything_is_sent(ada: Person, stack: Stack) -> None:
    tus = Tus(ada)
    await tus.create(10)
    with hanging(stack, STORE):
        async with asyncio.timeout(2 * AT_ONCE_S):
            refused = await tus.patch(0, b"0123456789")
            assert (refused.status, refused.code) == (503, "unavailable")
            assert (await Tus(ada).create(10)).status == 503
    await goes_on(tus, b"0123456789")


async def test_what_counts_survives_a_database_that_hangs(
    ada: Person, house: House, stack: Stack, stack_settings: Settings
) -> None:
    segment = stack_settings.upload_segment_bytes
    data = noise(2 * segment + 1000)
    hangs = asyncio.Event()

    async def in_two_parts():
        yield data[: segment + 1000]
        await hangs.wait()
        yield data[segment + 1000 :]

    tus = Tus(ada)
    await tus.create(len(data))
    sending = asyncio.create_task(tus.patch(0, in_two_parts()))
    await is_ahead(tus, segment)
    with hanging(stack, "mongo"):
        hangs.set()
        assert (await sending).status == 503
    await goes_on(tus, data)
    assert await stored(house, tus.id) == data


async def test_without_temporal_an_upload_ends_as_ever(ada: Person, house: House, stack: Stack) -> None:
    data = noise(100_000)
    tus = Tus(ada)
    await tus.create(len(data))
    stack.stop_program("temporal")
    try:
        assert (await tus.patch(0, data)).status == 204
        record = await house.files.get(tus.id)
        assert record is not None
        assert record.state == "scanning"
        assert (await form(ada, data)).status == 201
    finally:
        stack.start_program("temporal")
        await asyncio.to_thread(stack.wait_ready)
