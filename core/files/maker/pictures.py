"""What every preview that is a picture has: pixels that were counted first, a size, no metadata, one format."""

from PIL import Image

from parlour.core.files.maker.colours import in_srgb
from parlour.core.files.maker.job import Job, UnmakeableError
from parlour.core.model.files import RenditionName

QUALITY = 80
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


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


def write_picture(image: Image.Image, job: Job, name: RenditionName, **options: object) -> None:
    """Write a picture that is `shrunk` as a rendition."""
    image.save(job.result(name), "WEBP", quality=QUALITY, **options)
