"""The time for a preview, of which what could take all of it uses a part: rather a part of the text than no page."""

import time

from parlour.core.files.maker.job import Job

PART = 3
_STARTED = time.monotonic()


def is_late(job: Job) -> bool:
    """Return whether a third of the time has gone, so that one should end with what one has."""
    return time.monotonic() - _STARTED >= job.limits.preview_make_seconds / PART
