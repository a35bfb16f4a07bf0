"""An existing client of tus, `tuspy`, uploads, is interrupted, and goes on."""

import asyncio
from pathlib import Path

import pytest
from tusclient.exceptions import TusCommunicationError, TusUploadFailed
from tusclient.storage.filestorage import FileStorage

from parlour.core.house import House
from tests.browser.line import Line
from tests.person import Json, Person, eventually
from tests.uploading import noise, stored, tus_of, tuspy

SIZE = 20_000_000


@pytest.mark.parametrize("checksum", [False, True])
async def test_it_uploads_a_file(ada: Person, house: House, checksum: bool) -> None:
    data = noise(SIZE)
    upload = tuspy(ada, data, chunk_size=3_000_000, upload_checksum=checksum)
    await asyncio.to_thread(upload.upload)
    assert await stored(house, tus_of(ada, upload).id) == data


async def test_it_goes_on_where_a_line_was_cut(ada: Person, house: House, tmp_path: Path) -> None:
    data = noise(SIZE)
    known = FileStorage(str(tmp_path / "urls.json"))
    async with Line.to(ada.address) as line:
        kept: Json = {"address": line.address, "store_url": True, "url_storage": known}
        upload = tuspy(ada, data, chunk_size=500_000, **kept)
        running = asyncio.create_task(asyncio.to_thread(upload.upload))

        async def is_under_way() -> bool:
            return upload.offset > 2_000_000

        await eventually(is_under_way)
        line.cut()
        with pytest.raises((TusUploadFailed, TusCommunicationError)):
            await running
        line.mend()
        assert 0 < await tus_of(ada, upload).offset() < SIZE
        # As after a new start of its program: where the upload is, it has kept in a file.
        options = kept | {"chunk_size": 5_000_000, "retries": 20, "retry_delay": 1}
        again = await asyncio.to_thread(lambda: tuspy(ada, data, **options))
        assert again.url == upload.url
        assert again.offset > 0
        await asyncio.to_thread(again.upload)
    known.close()
    assert await stored(house, tus_of(ada, again).id) == data
