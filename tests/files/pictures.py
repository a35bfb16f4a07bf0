"""Pictures of every kind, in bytes."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, ImageDraw
from PIL.TiffImagePlugin import IFDRational

pillow_heif.register_heif_opener()

RED, BLUE = (220, 30, 30), (30, 30, 220)
ORIENTATION, GPS = 0x0112, 0x8825
SECRET_PLACE = "Parlour Street 1"


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Return a picture whose left half is red, the right one blue."""
    image = Image.new("RGB", (width, height), RED)
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), fill=BLUE)
    return image.convert(mode)


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(
    width: int = 60, height: int = 40, *, orientation: int = 1, gps: bool = False, **options: Any
) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    if gps:
        exif[0x010E] = SECRET_PLACE
        exif.get_ifd(GPS).update({1: "N", 2: (IFDRational(48), IFDRational(8), IFDRational(0))})
    return written(picture(width, height), "JPEG", exif=exif, quality=90, **options)


def moving(kind: str, frames: int = 4, size: tuple[int, int] = (60, 40)) -> bytes:
    first, *rest = [Image.new("RGB", size, (shade * 255 // frames, 80, 80)) for shade in range(frames)]
    return written(first, kind, save_all=True, append_images=rest, duration=120, loop=0)


def slow_gif(frames: int = 150, side: int = 1500) -> bytes:
    """Return one that takes its time to unpack: the same frame again and again."""
    whole = written(Image.new("L", (side, side)), "GIF", optimize=False)
    first = whole.index(b",", 13 + 3 * 256)
    return whole[:first] + whole[first:-1] * frames + whole[-1:]


def wide_gamut_jpeg() -> bytes:
    """A picture of pure red in a profile whose red and green are exchanged: it is to be seen as green."""
    return written(Image.new("RGB", (40, 40), (255, 0, 0)), "JPEG", icc_profile=_exchanged(), quality=95)


def _exchanged() -> bytes:
    """Return the profile of sRGB with the colours of red and green exchanged."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * 20, 12)}
    red, green = (tags[name] for name in (b"rXYZ", b"gXYZ"))
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def png_header_of(width: int, height: int) -> bytes:
    """Return a PNG that says it is so large, and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data)
        for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def svg_with_script() -> bytes:
    return (
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">'
        b"<script>alert(1)</script><circle r='5'/></svg>"
    )


def noise(width: int, height: int) -> Image.Image:
    """Return a picture that cannot be packed small."""
    return Image.effect_noise((width, height), 90).convert("RGB")
