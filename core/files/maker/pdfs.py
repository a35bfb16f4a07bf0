"""PDF: how many pages, the first of them as a picture, and the text of all."""

from collections.abc import Iterator

from pypdfium2 import PdfDocument, PdfiumError, PdfPage

from parlour.core.files.maker.job import Found, Job, Made, UnmakeableError
from parlour.core.files.maker.patience import is_late
from parlour.core.files.maker.pictures import shrunk, write_picture
from parlour.core.files.maker.words import write_text
from parlour.core.model.files import Media

PAGE_WIDTH = 1200
PAGE_HEIGHT = 2400
"""Pixels of the first page; one longer than this is made narrower."""


def make(job: Job, found: Found) -> None:
    """Make `page`, and the text."""
    with _open(job.source) as document:
        found.media = Media(pages=len(document))
        write_text(_texts(document, job), job)
        if len(document):
            found.made.append(_first_page(document, job))


def _open(path: str) -> PdfDocument:
    try:
        return PdfDocument(path)
    except PdfiumError as refused:
        if "password" in str(refused).lower():
            raise UnmakeableError("This PDF is protected by a password.") from None
        raise


def _texts(document: PdfDocument, job: Job) -> Iterator[str]:
    for at in range(len(document)):
        if is_late(job):
            return
        page: PdfPage = document[at]
        text = page.get_textpage()
        yield text.get_text_bounded() + "\n"
        text.close()
        page.close()


def _first_page(document: PdfDocument, job: Job) -> Made:
    page = document[0]
    width, height = page.get_size()
    scale = min(PAGE_WIDTH / max(1.0, width), PAGE_HEIGHT / max(1.0, height))
    picture = page.render(scale=scale).to_pil()
    small = shrunk(picture, PAGE_HEIGHT)
    write_picture(small, job, "page")
    return Made(name="page", width=small.width, height=small.height)
