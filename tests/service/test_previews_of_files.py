"""What is made of a clean content is stored once, however often its maker was killed."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from hashlib import sha256

import pytest

from parlour.core.clock import now
from parlour.core.errors import NotFoundError
from parlour.core.files.making import PreviewMaker
from parlour.core.files.process import process
from parlour.core.house import House
from parlour.core.ids import ContentId, WorkspaceId, new_id
from parlour.core.model.files import Content, FileKind
from tests.files import documents, pictures
from tests.houses import with_
from tests.person import eventually

Stored = Callable[[FileKind, str, bytes], Awaitable[Content]]


@pytest.fixture
def stored(house: House) -> Stored:
    """Store bytes as a content of a workspace of their own."""

    async def store(kind: FileKind, mime_type: str, data: bytes) -> Content:
        content = Content(
            id=ContentId(new_id()),
            workspace_id=WorkspaceId(new_id()),
            sha256=sha256(data).hexdigest(),
            size=len(data),
            key=f"content/{uuid.uuid4().hex}",
            mime_type=mime_type,
            kind=kind,
            created_at=now(),
        )
        await house.objects.put(content.key, data)
        return await house.contents.add(content)

    return store


async def previews_there(house: House) -> set[str]:
    return {each.key async for each in house.objects.listed("previews")}


async def test_a_picture_has_previews_in_the_file_store_and_is_known_by_them(
    house: House, stored: Stored
) -> None:
    content = await stored("image", "image/jpeg", pictures.jpeg(orientation=6))
    made = await process(house, content)
    assert await house.contents.get(content.id) == made
    assert made.processed
    assert (made.media.width, made.media.height) == (40, 60)
    assert {each.name for each in made.renditions} == {"thumb", "large"}
    for each in made.renditions:
        data = await house.objects.read(each.key)
        assert data[8:12] == b"WEBP"
        assert (each.media_type, each.size) == ("image/webp", len(data))


async def test_processed_again_a_content_has_the_same_previews_and_no_others(
    house: House, stored: Stored
) -> None:
    content = await stored("pdf", "application/pdf", documents.pdf("Difference engine"))
    first = await process(house, content)
    there = await previews_there(house)
    assert await process(house, first) == first
    assert await process(house, content) == first, (
        "one who was killed before it said what it made begins anew"
    )
    assert await previews_there(house) == there
    assert (await house.file_texts.of([content.id]))[content.id].strip() == "Difference engine"


async def test_killed_in_the_middle_and_run_again_nothing_is_left_that_no_content_knows(
    house: House, stored: Stored
) -> None:
    before = await previews_there(house)
    content = await stored("image", "image/png", pictures.written(pictures.picture(1900, 900), "PNG"))
    task = asyncio.create_task(process(house, content))

    async def one_is_stored() -> bool:
        return len(await previews_there(house)) > len(before)

    await eventually(one_is_stored)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    known = await house.contents.get(content.id)
    assert known
    assert await previews_there(house) - before <= {each.key for each in known.renditions}
    made = await process(house, content)
    assert await previews_there(house) - before == {each.key for each in made.renditions}


async def test_what_a_later_maker_makes_otherwise_replaces_what_was_there(
    house: House, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = await stored("text", "text/plain", b"one\ntwo\nthree\n")
    first = await process(house, content)
    shorter = house.settings.model_copy(update={"head_lines": 1})
    second = await process(with_(house, preview_maker=PreviewMaker(shorter)), first)
    assert await house.objects.read(second.renditions[0].key) == b"one"
    assert first.renditions[0].key not in await previews_there(house)


async def test_of_a_content_that_went_meanwhile_nothing_is_left(house: House, stored: Stored) -> None:
    content = await stored("text", "text/plain", b"gone")
    before = await previews_there(house)
    await house.contents.remove(content.id)
    with pytest.raises(NotFoundError):
        await process(house, content)
    assert await previews_there(house) == before
    assert not await house.file_texts.of([content.id])


async def test_of_a_content_that_went_to_quarantine_meanwhile_nothing_is_left(
    house: House, stored: Stored
) -> None:
    content = await stored("text", "text/plain", b"not so clean")
    before = await previews_there(house)
    await house.contents.change(content.id, quarantined=True)
    await process(house, content)
    found = await house.contents.get(content.id)
    assert found
    assert (found.quarantined, found.processed, found.renditions) == (True, False, [])
    assert await previews_there(house) == before
    assert not await house.file_texts.of([content.id])


async def test_bytes_that_are_gone_are_said_to_be(house: House, stored: Stored) -> None:
    content = await stored("text", "text/plain", b"gone")
    await house.objects.delete([content.key])
    with pytest.raises(NotFoundError):
        await process(house, content)


async def test_what_cannot_be_previewed_is_processed_all_the_same(house: House, stored: Stored) -> None:
    content = await stored("image", "image/png", pictures.png_header_of(50_000, 50_000))
    made = await process(house, content)
    assert made.processed
    assert "preview_image_pixels" in made.preview_failed
    small = house.settings.model_copy(update={"preview_source_bytes": 10})
    made = await process(with_(house, settings=small), content)
    assert "preview_source_bytes" in made.preview_failed
