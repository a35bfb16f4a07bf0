"""The frame that stands for a film: an early one that is not black."""

from collections.abc import Iterator
from itertools import islice

from av import VideoFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from parlour.core.files.maker.job import Job, UnmakeableError
from parlour.core.files.maker.patience import is_late

LOOKED_AT = (0.0, 0.02, 0.1, 0.25, 0.5)
"""Moments that are looked at, as parts of the whole."""
BRIGHT_ENOUGH = 24
"""Mean luminance, of 255, from which a frame shows something."""
DECODED_MAX = 60
"""Frames unpacked after a seek, of which most only lead up to the moment."""


def poster(container: InputContainer, film: VideoStream, seconds: float, job: Job) -> Image.Image:
    """Return the first of some moments that shows something, or the brightest, turned as it is shown.

    Raises:
        UnmakeableError: no frame can be unpacked.
    """
    film.thread_type = "NONE"
    brightest: tuple[float, Image.Image] | None = None
    for moment in LOOKED_AT if seconds else LOOKED_AT[:1]:
        picture = _picture_at(container, film, moment * seconds)
        if picture is None:
            continue
        brightness = ImageStat.Stat(picture.convert("L").reduce(4)).mean[0]
        if brightness >= BRIGHT_ENOUGH:
            return picture
        if brightest is None or brightness > brightest[0]:
            brightest = brightness, picture
        if is_late(job):
            break
    if brightest is None:
        raise UnmakeableError("No picture of this film can be shown: it is damaged, or of an unknown kind.")
    return brightest[1]


def _picture_at(container: InputContainer, film: VideoStream, second: float) -> Image.Image | None:
    frame = _frame_at(container, film, second)
    if frame is None:
        return None
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    return picture.rotate(frame.rotation, expand=True) if frame.rotation else picture


def _frame_at(container: InputContainer, film: VideoStream, second: float) -> VideoFrame | None:
    """Return the frame shown at a second, or the nearest before it that can be unpacked."""
    found: VideoFrame | None = None
    try:
        if second:
            container.seek(int(second / film.time_base), stream=film) if film.time_base else None
        for frame in islice(_frames(container, film), DECODED_MAX):
            found = frame
            if frame.time is None or frame.time >= second:
                break
    except FFmpegError:
        pass
    return found


def _frames(container: InputContainer, film: VideoStream) -> Iterator[VideoFrame]:
    yield from container.decode(film)
