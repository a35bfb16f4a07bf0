"""Real files, made here, as a browser is given them."""

import array
import io
import json
import math
import os
import wave
import zipfile
from base64 import b64encode
from typing import Any

import av
from PIL import Image, ImageDraw
from playwright.async_api import FilePayload, Locator

# In two halves, so that no scanner takes this file for one.
EICAR = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def payload(name: str, media_type: str, content: bytes) -> FilePayload:
    """A file as a person chooses it."""
    return FilePayload(name=name, mimeType=media_type, buffer=content)


def picture(
    name: str = "roof.png", size: tuple[int, int] = (900, 600), colour: str = "seagreen"
) -> FilePayload:
    """A picture in PNG, which anyone recognizes by its colour."""
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).ellipse((40, 40, size[0] - 40, size[1] - 40), outline="white", width=12)
    return payload(name, "image/png", _saved(image, "PNG"))


def moving_picture(name: str = "dance.gif") -> FilePayload:
    """A GIF of a few frames."""
    frames = [Image.new("RGB", (240, 160), colour) for colour in ("crimson", "gold", "navy")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    return payload(name, "image/gif", out.getvalue())


def video(name: str = "walk.mp4", seconds: int = 2) -> FilePayload:
    """A video in MP4."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream: Any = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for at in range(seconds * 10):
            shade = Image.new("RGB", (320, 180), (at * 12 % 255, 90, 160))
            container.mux(stream.encode(av.VideoFrame.from_image(shade)))
        container.mux(stream.encode())
    return payload(name, "video/mp4", out.getvalue())


def sound(name: str = "hum.wav", seconds: int = 3) -> FilePayload:
    """A tone that grows, in WAV."""
    rate = 8000
    out = io.BytesIO()
    samples = range(seconds * rate)
    tone = array.array(
        "h", (int(math.sin(at * 2 * math.pi * 220 / rate) * at / len(samples) * 30_000) for at in samples)
    )
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(rate)
        written.writeframes(tone.tobytes())
    return payload(name, "audio/wav", out.getvalue())


def document(name: str = "plan.pdf", pages: int = 2) -> FilePayload:
    """A PDF."""
    sheets = [Image.new("RGB", (595, 842), "white") for _ in range(pages)]
    for sheet in sheets:
        ImageDraw.Draw(sheet).rectangle((80, 80, 515, 260), fill="slategray")
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return payload(name, "application/pdf", out.getvalue())


def program(name: str = "engine.py", lines: int = 30) -> FilePayload:
    """Code."""
    body = "\n".join(f"def step_{number}() -> int:\n    return {number}\n" for number in range(lines // 3))
    return payload(name, "text/x-python", body.encode())


def archive(name: str = "all.zip") -> FilePayload:
    """A ZIP of two texts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("one.txt", "one")
        packed.writestr("two.txt", "two")
    return payload(name, "application/zip", out.getvalue())


def infected(name: str = "invoice.txt") -> FilePayload:
    """What every scanner takes for a virus."""
    return payload(name, "text/plain", EICAR.encode())


def large(name: str = "large.bin", megabytes: int = 24) -> FilePayload:
    """Bytes of no kind, so many that they take a while."""
    return payload(name, "application/octet-stream", os.urandom(megabytes * 1_000_000))


async def hold_over(place: Locator, *files: FilePayload) -> None:
    """Hold files over something, as a mouse does."""
    await place.evaluate(_WITH_FILES % "'dragenter', 'dragover'", _encoded(files))


async def let_go_over(place: Locator, *files: FilePayload) -> None:
    """Let files go over something."""
    await place.evaluate(_WITH_FILES % "'drop'", _encoded(files))


async def paste_into(field: Locator, *files: FilePayload) -> None:
    """Paste files into a field."""
    await field.evaluate(_PASTE, _encoded(files))


_MADE = """
  const data = new DataTransfer();
  for (const { name, type, body } of JSON.parse(files)) {
    const bytes = Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
"""
_WITH_FILES = (
    "(place, files) => {"
    + _MADE
    + "const way = { bubbles: true, cancelable: true, dataTransfer: data };"
    + "for (const name of [%s]) place.dispatchEvent(new DragEvent(name, way)); }"
)
_PASTE = (
    "(place, files) => {"
    + _MADE
    + "place.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data })); }"
)


def _encoded(files: tuple[FilePayload, ...]) -> str:
    return json.dumps(
        [
            {"name": file["name"], "type": file["mimeType"], "body": b64encode(file["buffer"]).decode()}
            for file in files
        ]
    )


def _saved(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()
