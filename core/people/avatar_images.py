"""Pictures of people: checked by their content, cut square, made small, written anew, so that nothing hides in them."""

import io
from collections.abc import Mapping

from PIL import Image, ImageOps, UnidentifiedImageError

from parlour.core.emoji.images import FORMATS
from parlour.core.errors import InvalidError, TooLargeError
from parlour.core.settings import Settings

MEDIA_TYPE = "image/webp"
SIDES = (64, 192, 512)
"""The sides of what is stored, in pixels: for lists, for cards, to be looked at."""


def written_anew(given: bytes, settings: Settings) -> Mapping[str, bytes]:
    """Return a picture as square WebP of each size, without metadata. Takes a while: run it in a thread.

    Raises:
        TooLargeError: `avatar_too_large` (settings `avatar_max_bytes`, `avatar_max_pixels`).
        InvalidError: `not_an_image`.
    """
    if len(given) > settings.avatar_max_bytes:
        raise _too_large(f"at most {settings.avatar_max_bytes} bytes (avatar_max_bytes)")
    try:
        # Only the formats named are tried, and the size is known before a pixel is unpacked.
        with Image.open(io.BytesIO(given), formats=FORMATS) as picture:
            if picture.width * picture.height > settings.avatar_max_pixels:
                raise _too_large(f"at most {settings.avatar_max_pixels} pixels (avatar_max_pixels)")
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
            return {str(side): _square(upright, side) for side in SIDES}
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
        raise InvalidError.field(
            "image", "This is not a PNG, GIF, WebP or JPEG picture.", "not_an_image"
        ) from None


def _square(picture: Image.Image, side: int) -> bytes:
    out = io.BytesIO()
    ImageOps.fit(picture, (side, side)).save(out, "WEBP", quality=86)
    return out.getvalue()


def _too_large(limit: str) -> TooLargeError:
    return TooLargeError("avatar_too_large", f"A picture of a person has {limit}.")
