"""Someone who tries to load files all along, and what must be true of the file store in the end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import aiohttp

from parlour.core.house import House
from parlour.core.ids import FileId
from parlour.core.model.files import CLEAN
from parlour.core.model.uploads import segments_of
from tests.person import Person

PREFIXES = ("content", "quarantine", "previews")
OK = (200, 206)


class Reader:
    """Tries to load files, and looks behind the contract whether they may be loaded."""

    def __init__(self, house: House, person: Person) -> None:
        self._house = house
        self._person = person
        self.file_ids: list[FileId] = []
        self.tries = 0
        self.loaded: set[FileId] = set()
        self.wrong: list[str] = []

    async def look(self) -> None:
        """Try all files once."""
        for file_id in list(self.file_ids):
            status = (await self._person.load(f"/api/v1/files/{file_id}/content")).status
            self.tries += 1
            # Looked up after it was loaded: no verdict is taken back while the files of a test are taken in.
            if status in OK:
                self.loaded.add(file_id)
                await self._check(file_id, f"loaded ({status})")
        for record in (await self._house.files.many(self.file_ids)).values():
            if record.state in CLEAN:
                await self._check(record.id, record.state)

    async def _check(self, file_id: FileId, what: str) -> None:
        record = await self._house.files.get(file_id)
        content = await self._house.contents.get(record.content_id) if record and record.content_id else None
        verdict = content.verdict if content else None
        if content is None or content.quarantined or verdict is None or verdict.result != "clean":
            self.wrong.append(f"{file_id} {what}: {verdict}")


@asynccontextmanager
async def reading(house: House, person: Person) -> AsyncIterator[Reader]:
    """Have someone try all along; whoever is away meanwhile does not end it."""
    reader = Reader(house, person)

    async def go_on() -> None:
        while True:
            # The API may be away itself.
            with suppress(OSError, TimeoutError, aiohttp.ClientError):
                await reader.look()
            await asyncio.sleep(0.1)

    trying = asyncio.create_task(go_on())
    try:
        yield reader
    finally:
        assert not trying.done(), "it ended: " + repr(trying.exception())
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)
    assert not reader.wrong
    assert reader.tries


async def everything_stored(house: House) -> set[str]:
    """Return the keys of all objects, uploads under way apart."""
    return {found.key for prefix in PREFIXES for found in [o async for o in house.objects.listed(prefix)]}


async def assert_no_orphans(house: House, before: set[str], file_ids: Sequence[FileId]) -> None:
    """Check that whatever came into the store belongs to a record, and that nothing is left of the uploads."""
    records = (await house.files.many(file_ids)).values()
    contents = await house.contents.many(list({r.content_id for r in records if r.content_id}))
    known = {content.key for content in contents.values()}
    known |= {each.key for content in contents.values() for each in content.renditions}
    assert await everything_stored(house) - before - known == set()
    assert known <= await everything_stored(house)
    left = [o.key for file_id in file_ids async for o in house.objects.listed(segments_of(file_id))]
    assert left == []
