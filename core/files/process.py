"""What is made of a clean content: its previews, what it is (sizes, length, pages), and the text it is found by."""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path

from parlour.core.errors import NotFoundError
from parlour.core.files.made import Picture, Previews
from parlour.core.house import House
from parlour.core.model.files import Content, Rendition

KEY_BYTES = 16


async def process(house: House, content: Content) -> Content:
    """Make previews and text of a content that is clean; return it with them, `processed`.

    What cannot be previewed is `processed` all the same, and `preview_failed` says why in words. May be called again at
    any time, also after it was killed: the key of a preview follows from its bytes, so that nothing is there twice. Of
    a content that went to quarantine meanwhile nothing is kept.

    Raises:
        UnavailableError: the file store does not answer; try again.
        NotFoundError: the content, or its bytes, are gone: final.
    """
    previews = await _previews(house, content)
    renditions = [_rendition(content, each) for each in previews.renditions]
    # On record before they are stored: so none is there that no content knows, and no sweep takes one for left behind.
    noted = await house.contents.change(content.id, renditions=renditions)
    if noted is None or noted.quarantined:
        return await _withdrawn(house, content, renditions)
    await _store(house, content, previews, renditions)
    processed = await house.contents.change(
        content.id,
        renditions=renditions,
        media=previews.media,
        preview_failed=previews.failed,
        processed=True,
    )
    if processed is None or processed.quarantined:
        return await _withdrawn(house, content, renditions)
    made = {each.key for each in renditions}
    await house.objects.delete(sorted({each.key for each in content.renditions} - made))
    return processed


async def _previews(house: House, content: Content) -> Previews:
    if content.size > (most := house.settings.preview_source_bytes):
        return Previews(failed=f"Files of more than {most} bytes are not previewed (preview_source_bytes).")

    async def fetch(path: Path) -> None:
        with path.open("wb") as file:
            async for data in house.objects.stream(content.key):
                await asyncio.to_thread(file.write, data)

    return await house.preview_maker.make(content.kind, content.mime_type, fetch)


def _rendition(content: Content, made: Picture) -> Rendition:
    return Rendition(
        name=made.name,
        key=_key(content, made),
        media_type=made.media_type,
        size=len(made.data),
        width=made.width,
        height=made.height,
    )


async def _store(house: House, content: Content, previews: Previews, renditions: Sequence[Rendition]) -> None:
    for made, rendition in zip(previews.renditions, renditions, strict=True):
        await house.objects.put(rendition.key, made.data, media_type=made.media_type)
    if previews.text:
        await house.file_texts.put(content.id, content.workspace_id, previews.text)
    else:
        await house.file_texts.remove(content.id)


async def _withdrawn(house: House, content: Content, made: Sequence[Rendition]) -> Content:
    left = await house.contents.change(content.id, renditions=[], processed=False)
    await house.objects.delete([each.key for each in made])
    await house.file_texts.remove(content.id)
    if left is None:
        raise NotFoundError.of("file")
    return left


def _key(content: Content, made: Picture) -> str:
    """Return where a preview is stored. It tells nothing, and the same preview of a content has the same."""
    digest = hashlib.blake2b(f"{content.id}/{made.name}/".encode() + made.data, digest_size=KEY_BYTES)
    return f"previews/{digest.hexdigest()}"
