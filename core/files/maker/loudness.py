"""The loudness of a sound along its length, as a player draws it."""

from array import array
from collections.abc import Iterator
from itertools import islice

from av import AudioFrame, AudioResampler
from av.container import InputContainer
from av.error import FFmpegError

from parlour.core.files.maker.job import Job
from parlour.core.files.maker.patience import is_late

VALUES = 100
HIGHEST = 100
RATE = 8000
"""Samples a second that are looked at."""
STEP = 400
"""Samples of which the loudest counts: a twentieth of a second."""
READ_WHOLE_SECONDS = 1200
"""Longer sounds are listened to in places."""
PLACE_STEPS = 10


def waveform(container: InputContainer, seconds: float, job: Job) -> list[int]:
    """Return up to 100 values from 0 to 100, relative to the loudest moment; none if listening takes too long."""
    whole = seconds <= READ_WHOLE_SECONDS
    peaks: list[int] = []
    for peak in _peaks(container) if whole else _peaks_in_places(container, seconds):
        peaks.append(peak)
        if is_late(job):
            return []
    parts = _parts(peaks)
    loudest = max(parts, default=0)
    return [round(part * HIGHEST / loudest) for part in parts] if loudest else parts


def _parts(peaks: list[int]) -> list[int]:
    """Return the loudest of each of 100 parts, or the peaks themselves if there are fewer."""
    count = min(VALUES, len(peaks))
    return [max(peaks[len(peaks) * at // count : len(peaks) * (at + 1) // count]) for at in range(count)]


def _peaks_in_places(container: InputContainer, seconds: float) -> Iterator[int]:
    for place in range(VALUES):
        container.seek(int(seconds * place / VALUES * 1_000_000))
        yield max(islice(_peaks(container), PLACE_STEPS), default=0)


def _peaks(container: InputContainer) -> Iterator[int]:
    """Yield the loudest sample of each step, from where the container stands; damage ends it."""
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=STEP)
    try:
        for frame in container.decode(container.streams.audio[0]):
            frame.pts = None
            yield from map(_peak, resampler.resample(frame))
        yield from map(_peak, resampler.resample(None))
    except FFmpegError:
        return


def _peak(frame: AudioFrame) -> int:
    samples = array("h", bytes(frame.planes[0])[: frame.samples * 2])
    highest, lowest = max(samples, default=0), min(samples, default=0)
    return max(highest, -lowest)
