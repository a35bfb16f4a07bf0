"""Pictures: two sizes as WebP, upright, in sRGB, and without any metadata. What moves, moves in them too.

Types that are not listed (SVG is a program, not a picture) have no preview, and that is no failure.
"""

import errno
import warnings

from PIL import Image, ImageSequence

from parlour.core.files.maker.colours import in_srgb
from parlour.core.files.maker.job import Found, Job, Made, UnmakeableError
from parlour.core.files.maker.patience import is_late
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
QUALITY = 80
MOVING_EFFORT = 2
"""Of 6: four times quicker than the default, and a tenth larger."""
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = {5, 6, 7, 8}
GIF_FRAME_MS = 100


def make(job: Job, found: Found) -> None:
    """Make `large` and `thumb`."""
    if job.mime_type not in FORMATS:
        return
    with open_picture(job.source, FORMATS[job.mime_type]) as image:
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


def open_picture(path: str, kind: str) -> Image.Image:
    """Open a picture as one of a format, its pixels still packed."""
    # The number of pixels is looked at here, and refused in words of our own.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.register_heif_opener()
    return Image.open(path, formats=[kind])


def check_pixels(size: tuple[int, int], job: Job) -> None:
    """Check the number of pixels before they are unpacked.

    Raises:
        UnmakeableError: there are too many.
    """
    width, height = size
    if width * height > (most := job.limits.preview_image_pixels):
        raise UnmakeableError(
            f"{width} × {height} pixels are more than are previewed: {most} (preview_image_pixels)."
        )


def _media(size: tuple[int, int], *, animated: bool) -> Media:
    width, height = size
    return Media(width=width, height=height, animated=animated)


def shrunk(image: Image.Image, side: int, turned: int = 1) -> Image.Image:
    """Return a picture with its longer side at most so long, upright, in sRGB, and with nothing but pixels."""
    image.draft(None, (side, side))  # A JPEG is unpacked no larger than needed.
    image.load()  # Only then a WebP knows how long each frame is shown.
    kept: dict[str | tuple[int, int], int] = {"duration": image.info.get("duration", 0)}
    profile = image.info.get("icc_profile")
    small = in_srgb(_resized(_plain(image), side), profile)
    if turned in UPRIGHT:
        small = small.transpose(UPRIGHT[turned])
    small.info = dict(kept)
    return small


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture in a mode that is resized well: no palette, 8 bits a channel."""
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _resized(image: Image.Image, side: int) -> Image.Image:
    scale = min(1.0, side / max(image.size))
    width, height = (max(1, round(length * scale)) for length in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


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


def write_picture(image: Image.Image, job: Job, name: RenditionName, **options: object) -> None:
    """Write a picture that is `shrunk` as a rendition."""
    image.save(job.result(name), "WEBP", quality=QUALITY, **options)
