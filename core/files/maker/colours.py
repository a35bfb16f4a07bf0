"""Colours as every screen shows them: sRGB, whatever profile a picture came with."""

from io import BytesIO

from PIL import Image, ImageCms

SPACES = {"RGB": "RGB ", "RGBA": "RGB ", "L": "GRAY", "CMYK": "CMYK"}
SHOWN = ("RGB", "RGBA")


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture in sRGB; one whose profile is damaged, or of another kind, keeps its numbers."""
    converted = _converted(image, profile) if profile else None
    image = converted or image
    return image if image.mode in SHOWN else image.convert("RGB")


def _converted(image: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        if given.profile.xcolor_space != SPACES.get(image.mode):
            return None
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        mode = image.mode if image.mode in SHOWN else "RGB"
        return ImageCms.profileToProfile(image, given, srgb, outputMode=mode)
    except (OSError, ImageCms.PyCMSError):
        return None
