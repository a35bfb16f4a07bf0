"""Files that are taken in while servers and workers go: each ends where it belongs, and nothing is served unscanned."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable

import pytest

from deploy.stack import Stack
from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import FileId
from parlour.core.settings import Settings
from parlour.workflows.teller import TemporalTeller
from tests import uploaded
from tests.faults.files.watch import Reader, assert_no_orphans, everything_stored, reading
from tests.faults.under_load.outage import kill_for_good
from tests.hanging import hanging
from tests.person import Person, eventually
from tests.uploaded import EICAR, MB, over, upload
from tests.uploading import Tus

RECOVERED_S = 120
Begin = Callable[[Person, list[bytes]], Awaitable[list[FileId]]]


@pytest.fixture
def begin(house: House, stack_settings: Settings) -> Begin:
    """Upload contents, and have all of them taken in."""
    teller = TemporalTeller(stack_settings)

    async def begun(person: Person, contents: list[bytes]) -> list[FileId]:
        ids = [await upload(house, person, each, segment_bytes=2 * MB) for each in contents]
        await asyncio.gather(*(teller.take_in(file_id, person.workspace["id"]) for file_id in ids))
        return ids

    return begun


def mixed(copies: int) -> list[tuple[bytes, str]]:
    """Return contents of all fates, none twice, and the state that each ends in."""
    found = []
    for _ in range(copies):
        salt = os.urandom(16).hex().encode()
        found += [
            (b"hello " + salt, "ready"),
            (os.urandom(5 * MB), "ready"),
            (uploaded.zipped(b"hello", salt), "ready"),
            (uploaded.zipped(EICAR, salt), "quarantined"),
            (uploaded.pdf(EICAR + salt), "quarantined"),
            (uploaded.program() + salt, "failed"),
        ]
    return found


async def waits_for(house: House, file_id: FileId, what: str) -> None:
    """Wait until a file says what it waits for."""

    async def says_so() -> bool:
        record = await house.files.get(file_id)
        return bool(record and record.waiting and record.detail == f"Waiting for {what}.")

    await eventually(says_so, within_s=60)


async def states(house: House, file_ids: list[FileId]) -> list[str]:
    return [(await over(house, file_id, seconds=RECOVERED_S)).state for file_id in file_ids]


@pytest.fixture
async def stored_before(house: House) -> set[str]:
    return await everything_stored(house)


async def test_while_the_scanner_is_away_files_wait_visibly_and_are_served_when_it_has_seen_them(
    ada: Person, ben: Person, house: House, stack: Stack, begin: Begin, stored_before: set[str]
) -> None:
    channel, at_ben = await ada.make_channel("private", ben), await ben.device()
    await kill_for_good(stack, "clamav")
    fates = mixed(1)
    async with reading(house, ada) as reader:
        ids = await begin(ada, [content for content, _ in fates])
        reader.file_ids = ids
        sent = await ada.post(f"/api/v1/channels/{channel}/messages", {"text": "soon", "file_ids": ids})
        assert sent["file_ids"] == ids
        for file_id, (_, fate) in zip(ids, fates, strict=True):
            if fate != "failed":
                await waits_for(house, file_id, "the virus scanner")
        told = await at_ben.wait_for("file.changed", lambda p: bool(p["file"].get("waiting")))
        assert told["file"]["state"] == "scanning"
        answer = await ada.ask("GET", "/readyz")
        assert (answer.status, answer.body["dependencies"]["clamav"]["state"]) == (200, "down")
        await asyncio.to_thread(stack.start_program, "clamav")
        assert await states(house, ids) == [fate for _, fate in fates]
        await eventually(lambda: has_loaded(reader, ids, fates))
    await assert_no_orphans(house, stored_before, ids)


async def test_while_the_file_store_is_away_files_wait_for_it(
    ada: Person, house: House, stack: Stack, begin: Begin, stored_before: set[str]
) -> None:
    fates = mixed(2)
    async with reading(house, ada) as reader:
        reader.file_ids = ids = await begin(ada, [content for content, _ in fates])
        await kill_for_good(stack, "seaweedfs")
        await asyncio.sleep(3)
        with pytest.raises(UnavailableError):
            await house.objects.probe()
        await asyncio.to_thread(stack.start_program, "seaweedfs")
        await asyncio.to_thread(stack.wait_ready)
        assert await states(house, ids) == [fate for _, fate in fates]
        await eventually(lambda: has_loaded(reader, ids, fates))
    await assert_no_orphans(house, stored_before, ids)


async def test_workers_killed_at_any_step_leave_nothing_half_done(
    ada: Person, house: House, stack: Stack, begin: Begin, stored_before: set[str]
) -> None:
    fates = mixed(4)
    async with reading(house, ada) as reader:
        reader.file_ids = ids = await begin(ada, [content for content, _ in fates])
        for _ in range(4):
            await asyncio.sleep(random.uniform(0.1, 2))  # noqa: S311 - no secret
            stack.kill("worker")
            await asyncio.to_thread(stack.wait_ready)
        assert await states(house, ids) == [fate for _, fate in fates]
        await eventually(lambda: has_loaded(reader, ids, fates))
    await assert_no_orphans(house, stored_before, ids)


async def test_an_api_killed_while_files_come_in_and_are_loaded_loses_none(
    ada: Person, house: House, stack: Stack, stored_before: set[str]
) -> None:
    fates = mixed(1)
    async with reading(house, ada) as reader:
        uploads = [(Tus(ada), content) for content, _ in fates]
        for tus, content in uploads:
            assert (await tus.create(len(content))).status == 201
        reader.file_ids = ids = [tus.id for tus, _ in uploads]
        sending = [asyncio.create_task(send_whole(tus, content)) for tus, content in uploads]
        for _ in range(3):
            await asyncio.sleep(random.uniform(0.1, 0.6))  # noqa: S311 - no secret
            stack.kill("api-1")
            await asyncio.to_thread(stack.wait_ready)
        await asyncio.gather(*sending)
        # Of what it was told right before the last kill, Temporal may not have heard: whoever asks again sees to it.
        await asyncio.gather(*(tus.ask("HEAD") for tus, _ in uploads))
        assert await states(house, ids) == [fate for _, fate in fates]
        await eventually(lambda: has_loaded(reader, ids, fates))
    await assert_no_orphans(house, stored_before, ids)


async def send_whole(tus: Tus, content: bytes) -> None:
    """Send an upload in parts, from wherever it is, until all has arrived, and ask once more whether it has."""
    while (told := await tus.ask("HEAD")).headers.get("Upload-Offset") != str(len(content)):
        if told.status == 200:
            offset = int(told.headers["Upload-Offset"])
            await tus.patch(offset, content[offset : offset + MB])
        else:
            await asyncio.sleep(0.2)


async def has_loaded(reader: Reader, ids: list[FileId], fates: list[tuple[bytes, str]]) -> bool:
    """Whether the reader got all files that became ready, in the end."""
    return reader.loaded == {
        file_id for file_id, (_, fate) in zip(ids, fates, strict=True) if fate == "ready"
    }


async def test_a_frozen_scanner_is_a_scanner_that_is_away(
    ada: Person, house: House, stack: Stack, begin: Begin
) -> None:
    with hanging(stack, "clamav"):
        [file_id] = await begin(ada, [b"hello"])
        await waits_for(house, file_id, "the virus scanner")
    assert await states(house, [file_id]) == ["ready"]
