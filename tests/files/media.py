"""Sound and film, in bytes."""

import math
from array import array
from fractions import Fraction
from io import BytesIO

import av
from PIL import Image

BLACK, GREEN = (0, 0, 0), (20, 200, 40)
RATE = 48000


def film(
    form: str, codec: str, *, seconds: int = 3, black: int = 1, rotation: int = 0, sound: bool = False
) -> bytes:
    """Return a film of 320×180 at 5 frames a second: black for some seconds, then green."""
    out = BytesIO()
    with av.open(out, "w", format=form) as container:
        stream = container.add_stream(codec, rate=5)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for at in range(seconds * 5):
            frame = av.VideoFrame.from_image(Image.new("RGB", (320, 180), BLACK if at < black * 5 else GREEN))
            frame.pts, frame.time_base = at, Fraction(1, 5)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return turned_film(out.getvalue()) if rotation else out.getvalue()


def turned_film(mp4: bytes) -> bytes:
    """Return an MP4 whose track header turns it by 90 degrees: its matrix is rewritten."""
    one = (1 << 16).to_bytes(4, "big")
    minus = (-(1 << 16)).to_bytes(4, "big", signed=True)
    none, last = bytes(4), (1 << 30).to_bytes(4, "big")
    straight = one + none * 3 + one + none * 3 + last
    at = mp4.index(straight, mp4.index(b"tkhd"))
    quarter = none + one + none + minus + none * 4 + last
    return mp4[:at] + quarter + mp4[at + len(quarter) :]


def sound(form: str, codec: str, *, seconds: float = 2.0) -> bytes:
    """Return a tone that begins silent and grows louder."""
    out = BytesIO()
    with av.open(out, "w", format=form) as container:
        stream = container.add_stream(codec, rate=RATE, layout="mono")
        assert isinstance(stream, av.AudioStream)
        for frame in _tone(seconds, stream.codec_context):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def _tone(seconds: float, codec: av.AudioCodecContext) -> list[av.AudioFrame]:
    total = int(seconds * RATE)
    samples = array("h", (int(30000 * at / total * math.sin(at / 20)) for at in range(total)))
    frame = av.AudioFrame(format="s16", layout="mono", samples=total)
    frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
    frame.rate = RATE
    frame.pts = 0
    resampler = av.AudioResampler(
        format=codec.format, layout="mono", rate=RATE, frame_size=codec.frame_size or None
    )
    return [*resampler.resample(frame), *resampler.resample(None)]
