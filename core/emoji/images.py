"""Pictures of emoji: checked by their content, made small, and written anew, so that nothing else hides in them."""

import io

from PIL import Image, ImageSequence, UnidentifiedImageError

from parlour.core.errors import InvalidError, TooLargeError
from parlour.core.settings import Settings

FORMATS = ("PNG", "GIF", "WEBP", "JPEG")
SIDE = 128
"""The longest side of a stored emoji in pixels: twice what is shown, for dense screens."""
MEDIA_TYPE = "image/webp"
FRAME_MS = 100


def written_anew(given: bytes, settings: Settings) -> bytes:
    """Return a picture as WebP, animated if it was, with no more than its pixels. Takes a while: run it in a thread.

    Raises:
        TooLargeError: `emoji_too_large` (settings `emoji_max_bytes`, `emoji_max_pixels`, `emoji_max_frames`).
        InvalidError: `not_an_image`.
    """
    if len(given) > settings.emoji_max_bytes:
        raise _too_large(f"at most {settings.emoji_max_bytes} bytes (emoji_max_bytes)")
    try:
        # Only the formats named are tried, and the size is known before a pixel is unpacked.
        with Image.open(io.BytesIO(given), formats=FORMATS) as picture:
            _check_size(picture, settings)
            return _as_webp(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError):
        raise InvalidError.field(
            "image", "This is not a PNG, GIF, WebP or JPEG picture.", "not_an_image"
        ) from None


def _check_size(picture: Image.Image, settings: Settings) -> None:
    if picture.width * picture.height > settings.emoji_max_pixels:
        raise _too_large(f"at most {settings.emoji_max_pixels} pixels (emoji_max_pixels)")
    if getattr(picture, "n_frames", 1) > settings.emoji_max_frames:
        raise _too_large(f"at most {settings.emoji_max_frames} frames (emoji_max_frames)")


def _as_webp(picture: Image.Image) -> bytes:
    times: list[int] = []
    frames: list[Image.Image] = []
    for frame in ImageSequence.Iterator(picture):
        times.append(int(frame.info.get("duration") or FRAME_MS))
        small = frame.convert("RGBA")
        small.thumbnail((SIDE, SIDE))
        frames.append(small)
    out = io.BytesIO()
    if len(frames) == 1:
        frames[0].save(out, "WEBP", quality=90)
    else:
        frames[0].save(
            out, "WEBP", quality=80, save_all=True, append_images=frames[1:], duration=times, loop=0
        )
    return out.getvalue()


def _too_large(limit: str) -> TooLargeError:
    return TooLargeError("emoji_too_large", f"A picture of an emoji has {limit}.")
