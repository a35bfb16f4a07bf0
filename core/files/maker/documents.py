"""Documents of offices, mails and books: the text they are found by. They have no picture."""

from kreuzberg import ConcurrencyConfig, ExtractionConfig, extract_file_sync
from kreuzberg.exceptions import KreuzbergError

from parlour.core.files.maker.job import Found, Job, UnmakeableError
from parlour.core.files.maker.words import write_text


def make(job: Job, found: Found) -> None:
    """Write the text, where it can be read."""
    del found
    threads = ConcurrencyConfig(max_threads=1)
    config = ExtractionConfig(use_cache=False, disable_ocr=True, concurrency=threads)  # type: ignore[call-arg]
    try:
        result = extract_file_sync(job.source, job.mime_type, config)
    except KreuzbergError:
        raise UnmakeableError(
            "The text of this document cannot be read, so it is found by its name alone."
        ) from None
    write_text([result.content], job)
