"""The file store, against the real S3 of the stack."""

import asyncio
import hashlib
import os
import resource
import uuid
from collections.abc import AsyncIterator

import pytest

from deploy.stack import Stack
from parlour.core.errors import NotFoundError, UnavailableError
from parlour.core.house import House
from parlour.core.outside.objects import BLOCK_BYTES, PART_BYTES, Objects
from parlour.core.settings import Settings
from tests.person import eventually

MB = 1_000_000


@pytest.fixture
async def key(house: House) -> AsyncIterator[str]:
    """A key of the test's own; what it stored there is deleted."""
    folder = f"content/{uuid.uuid4().hex}"
    yield folder
    await house.objects.delete([found.key async for found in house.objects.listed(folder)])


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES, BLOCK_BYTES + 1, PART_BYTES, PART_BYTES + 1])
async def test_what_was_stored_is_read_byte_for_byte(house: House, key: str, size: int) -> None:
    data = os.urandom(size)
    await house.objects.put(f"{key}/whole", data, media_type="image/png")
    await house.objects.put(f"{key}/parts", chunks(data))
    assert await house.objects.read(f"{key}/whole") == data
    assert await house.objects.read(f"{key}/parts") == data
    assert (await house.objects.stat(f"{key}/whole")).size == size


async def test_a_part_of_an_object_is_streamed_alone(house: House, key: str) -> None:
    data = os.urandom(3 * BLOCK_BYTES + 17)
    await house.objects.put(f"{key}/a", data)
    for start, end in ((0, 1), (5, 5), (BLOCK_BYTES - 1, BLOCK_BYTES + 1), (17, 3 * BLOCK_BYTES), (7, None)):
        found = [block async for block in house.objects.stream(f"{key}/a", start=start, end=end)]
        assert b"".join(found) == data[start:end]


async def test_a_thread_reads_an_object_like_a_file_and_seeks_in_it(house: House, key: str) -> None:
    data = os.urandom(2 * BLOCK_BYTES + 5)
    await house.objects.put(f"{key}/a", data)

    def read() -> tuple[bytes, bytes, bytes]:
        with house.objects.open(f"{key}/a") as file:
            whole = file.read()
            file.seek(10)
            some = file.read(4)
            file.seek(-3, os.SEEK_END)
            return whole, some, file.read()

    assert await asyncio.to_thread(read) == (data, data[10:14], data[-3:])


async def test_a_moved_object_has_its_new_key_alone_and_moving_it_again_is_no_error(
    house: House, key: str
) -> None:
    await house.objects.put(f"{key}/old", b"moved")
    await house.objects.move(f"{key}/old", f"{key}/new")
    await house.objects.move(f"{key}/old", f"{key}/new")
    assert await house.objects.read(f"{key}/new") == b"moved"
    assert await keys(house, key) == [f"{key}/new"]


async def test_objects_are_listed_below_a_path_and_deleted_once_or_twice(house: House, key: str) -> None:
    for name in ("a/1", "a/2", "ab/1"):
        await house.objects.put(f"{key}/{name}", b"x" * 3)
    listed = [found async for found in house.objects.listed(f"{key}/a/")]
    assert [(found.key, found.size) for found in listed] == [(f"{key}/a/1", 3), (f"{key}/a/2", 3)]
    await house.objects.delete([found.key for found in listed])
    await house.objects.delete([found.key for found in listed])
    await house.objects.delete([])
    assert await keys(house, key) == [f"{key}/ab/1"]


async def test_what_is_not_there_is_not_found(house: House, key: str) -> None:
    for asking in (
        house.objects.read(f"{key}/no"),
        house.objects.stat(f"{key}/no"),
        house.objects.move(f"{key}/no", f"{key}/new"),
        asyncio.to_thread(house.objects.open, f"{key}/no"),
    ):
        with pytest.raises(NotFoundError):
            await asking


async def test_an_upload_that_breaks_off_stores_nothing(house: House, key: str) -> None:
    async def broken() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield os.urandom(MB)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await house.objects.put(f"{key}/a", broken())
    assert await keys(house, key) == []


async def test_a_large_object_passes_through_in_little_memory(house: House, key: str) -> None:
    sent, received = hashlib.sha256(), hashlib.sha256()

    async def large() -> AsyncIterator[bytes]:
        block = os.urandom(MB)
        for number in range(200):
            chunk = number.to_bytes(4) + block
            sent.update(chunk)
            yield chunk

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await house.objects.put(f"{key}/a", large())
    async for block in house.objects.stream(f"{key}/a"):
        received.update(block)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert received.digest() == sent.digest()
    assert grown < 64 * MB


async def test_wrong_keys_are_a_file_store_that_does_not_serve(
    stack_settings: Settings, house: House, key: str
) -> None:
    await house.objects.put(f"{key}/a", b"secret")
    for changed in ({"s3_secret_key": "wrong"}, {"s3_access_key": "wrong"}, {"s3_bucket": "no-such-bucket"}):
        settings = Settings(**{**stack_settings.model_dump(), **changed})
        with pytest.raises(UnavailableError):
            await Objects(settings).probe()


async def test_data_outlive_a_killed_store_and_without_it_every_call_says_so(house: House, key: str) -> None:
    stack = Stack.here()
    await house.objects.put(f"{key}/a", os.urandom(3 * MB))
    await house.objects.put(f"{key}/b", chunks(os.urandom(20 * MB)))
    stack.kill("seaweedfs")
    stack.stop_program("seaweedfs")
    try:
        began = asyncio.get_running_loop().time()
        for asking in (
            house.objects.put(f"{key}/c", b"x"),
            house.objects.put(f"{key}/c", chunks(os.urandom(20 * MB))),
            house.objects.read(f"{key}/a"),
            house.objects.move(f"{key}/a", f"{key}/c"),
            house.objects.delete([f"{key}/a"]),
            house.objects.probe(),
            keys(house, key),
            asyncio.to_thread(house.objects.open, f"{key}/a"),
        ):
            with pytest.raises(UnavailableError):
                await asking
        assert asyncio.get_running_loop().time() - began < 30
    finally:
        stack.start_program("seaweedfs")
    await eventually(lambda: served(house))
    assert [(found.key, found.size) async for found in house.objects.listed(key)] == [
        (f"{key}/a", 3 * MB),
        (f"{key}/b", 20 * MB),
    ]


async def chunks(data: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(data), 700_001):
        yield data[at : at + 700_001]


async def keys(house: House, prefix: str) -> list[str]:
    return [found.key async for found in house.objects.listed(prefix)]


async def served(house: House) -> bool:
    try:
        return bool(await house.objects.probe())
    except UnavailableError:
        return False
