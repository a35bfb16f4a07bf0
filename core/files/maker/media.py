"""Sound and moving pictures: how long they are, a frame of a film, the loudness of a sound."""

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from parlour.core.files.maker.frames import poster
from parlour.core.files.maker.job import Found, Job, Made, UnmakeableError
from parlour.core.files.maker.loudness import waveform
from parlour.core.files.maker.pictures import check_pixels, shrunk, write_picture
from parlour.core.model.files import Media

FORMATS = "mov,mp4,matroska,webm,avi,mpeg,mpegts,asf,flv,ogg,mp3,wav,flac,aac,aiff,amr,w64,caf"
"""What is opened. Playlists and scripts, which name other files, are not."""
POSTER_SIDE = 1280
MICROSECONDS = 1_000_000


def make(job: Job, found: Found) -> None:
    """Make `poster` of a film, or the waveform of a sound."""
    with open_media(job.source) as container:
        film = _film(container) if job.kind == "video" else None
        if film is not None:
            _make_poster(container, film, job, found)
        elif container.streams.audio:
            _make_waveform(container, job, found)
        else:
            raise UnmakeableError("There is neither picture nor sound in this file.")


def open_media(path: str) -> InputContainer:
    """Open sound or film."""
    av.logging.set_level(av.logging.PANIC)
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    return av.open(path, options=options)


def seconds_of(container: InputContainer) -> float:
    """Return how long something is; where it does not say (live recordings), packets are read to the end."""
    if container.duration:
        return container.duration / MICROSECONDS
    ends = [
        float((packet.pts + (packet.duration or 0)) * packet.time_base)
        for packet in container.demux()
        if packet.pts is not None
    ]
    container.seek(0)
    return max(ends, default=0.0)


def _film(container: InputContainer) -> VideoStream | None:
    """Return the film itself; the cover of a sound counts for none."""
    cover = av.stream.Disposition.attached_pic
    return next((stream for stream in container.streams.video if not stream.disposition & cover), None)


def _make_poster(container: InputContainer, film: VideoStream, job: Job, found: Found) -> None:
    seconds = seconds_of(container)
    found.media = Media(width=film.width, height=film.height, seconds=seconds)
    check_pixels((film.width, film.height), job)
    picture = poster(container, film, seconds, job)
    found.media = Media(width=picture.width, height=picture.height, seconds=seconds)
    small = shrunk(picture, POSTER_SIDE)
    write_picture(small, job, "poster")
    found.made.append(Made(name="poster", width=small.width, height=small.height))


def _make_waveform(container: InputContainer, job: Job, found: Found) -> None:
    seconds = seconds_of(container)
    found.media = Media(seconds=seconds)
    found.media = Media(seconds=seconds, waveform=waveform(container, seconds, job))
