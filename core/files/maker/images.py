"""Pictures: two sizes as WebP, upright, in sRGB, and without any metadata. What moves, moves in them too.

Types that are not listed (SVG is a program, not a picture) have no preview, and that is no failure.
"""

import errno
import warnings

from PIL import Image, ImageSequence

from parlour.core.files.maker.job import Found, Job, Made
from parlour.core.files.maker.patience import is_late
from parlour.core.files.maker.pictures import check_pixels, shrunk, write_picture
from parlour.core.model.files import Media, RenditionName

FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/x-ms-bmp": "BMP",
    "image/vnd.microsoft.icon": "ICO",
    "image/x-icon": "ICO",
    "image/jp2": "JPEG2000",
    "image/avif": "AVIF",
    "image/heic": "HEIF",
    "image/heif": "HEIF",
}
MOVING = {"GIF", "WEBP", "PNG"}
SIZES: dict[RenditionName, int] = {"large": 1600, "thumb": 400}
"""Pixels of the longer side. Nothing is made larger than it is."""
MOVING_EFFORT = 2
"""Of 6: half the time of the default (4), and a tenth larger."""
ORIENTATION = 0x0112
SIDEWAYS = {5, 6, 7, 8}
GIF_FRAME_MS = 100


def make(job: Job, found: Found) -> None:
    """Make `large` and `thumb`."""
    if job.mime_type not in FORMATS:
        return
    with _open(job.source, FORMATS[job.mime_type]) as image:
        moving = image.format in MOVING and getattr(image, "is_animated", False)
        found.media = _media(image.size, animated=moving)
        check_pixels(image.size, job)
        # To know how it was held, a PNG is unpacked.
        turned = image.getexif().get(ORIENTATION, 1)
        found.media = _media(image.size[::-1] if turned in SIDEWAYS else image.size, animated=moving)
        frames = _frames(image, turned, job) if moving else [shrunk(image, SIZES["large"], turned)]
        for name, side in SIZES.items():
            frames = [shrunk(frame, side) for frame in frames]
            found.made.append(_write(frames, job, name))


def _open(path: str, kind: str) -> Image.Image:
    # The number of pixels is looked at here, and refused in words of our own.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener()
    return Image.open(path, formats=[kind])


def _media(size: tuple[int, int], *, animated: bool) -> Media:
    width, height = size
    return Media(width=width, height=height, animated=animated)


def _frames(image: Image.Image, turned: int, job: Job) -> list[Image.Image]:
    """Return the first frames of a moving picture: as many as limits on frames, pixels and time let one keep."""
    width, height = image.size
    scale = min(1.0, SIZES["large"] / max(width, height))
    kept = int(job.limits.preview_image_pixels / max(1, width * height * scale * scale))
    most = max(1, min(kept, job.limits.preview_frames))
    frames: list[Image.Image] = []
    for frame in ImageSequence.Iterator(image):
        frames.append(shrunk(frame, SIZES["large"], turned))
        if len(frames) == most or is_late(job):
            break
    return frames


def _write(frames: list[Image.Image], job: Job, name: RenditionName) -> Made:
    first, *rest = frames
    moving = {
        "save_all": True,
        "append_images": rest,
        "duration": [frame.info["duration"] or GIF_FRAME_MS for frame in frames],
        "loop": 0,
        "method": MOVING_EFFORT,
    }
    try:
        write_picture(first, job, name, **(moving if rest else {}))
    except OSError as fault:
        if fault.errno != errno.EFBIG or not rest:
            raise
        # Rather one that stands still than none.
        write_picture(first, job, name)
    return Made(name=name, width=first.width, height=first.height)
