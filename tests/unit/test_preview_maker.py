"""The maker of previews: what it makes of each kind of file, and the walls around it."""

import asyncio
import os
import random
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from io import BytesIO
from pathlib import Path

import msgspec
import psutil
import pytest
import structlog
from PIL import Image

from parlour.core.files import making
from parlour.core.files.made import Picture, Previews
from parlour.core.files.maker import images
from parlour.core.files.maker.job import NO_WALLS, Job, Limits
from parlour.core.files.making import ENVIRONMENT, PreviewMaker
from parlour.core.model.files import FileKind
from parlour.core.settings import Settings
from tests.files import documents, media, pictures
from tests.person import eventually

OFFICE = "application/vnd.openxmlformats-officedocument"
HTML = b"<!doctype html><title>A</title><p>Hello <b>there</b></p><script>alert('x')</script>"
MAIL = b"From: ada@example.com\nTo: ben@example.com\nSubject: Wheels\nContent-Type: text/plain\n\nBrass, please.\n"


async def made_of(kind: FileKind, mime_type: str, data: bytes, **limits: int) -> Previews:
    async def fetch(path: Path) -> None:
        path.write_bytes(data)

    settings = Settings(**limits)  # type: ignore[arg-type]
    return await PreviewMaker(settings).make(kind, mime_type, fetch)


def rendition(previews: Previews, name: str) -> Picture:
    assert not previews.failed, previews.failed
    return next(each for each in previews.renditions if each.name == name)


def shown(previews: Previews, name: str) -> Image.Image:
    made = rendition(previews, name)
    image = Image.open(BytesIO(made.data))
    assert image.size == (made.width, made.height)
    return image


def is_near(colour: object, expected: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(got - wanted) < 40 for got, wanted in zip(colour, expected, strict=False))


def corners(image: Image.Image) -> tuple[object, object]:
    """Return the colours near the upper left corner and near the lower right one."""
    plain, last = image.convert("RGB"), (image.width - 4, image.height - 4)
    return plain.getpixel((3, 3)), plain.getpixel(last)


# Where a turned camera held it, red is left (1, 4), right (2, 3), above (5, 6), below (7, 8).
@pytest.mark.parametrize(
    ("orientation", "size", "red_first"),
    [
        (1, (60, 40), True),
        (2, (60, 40), False),
        (3, (60, 40), False),
        (4, (60, 40), True),
        (5, (40, 60), True),
        (6, (40, 60), True),
        (7, (40, 60), False),
        (8, (40, 60), False),
    ],
)
async def test_a_photo_is_shown_upright(orientation: int, size: tuple[int, int], red_first: bool) -> None:
    previews = await made_of("image", "image/jpeg", pictures.jpeg(orientation=orientation))
    assert (previews.media.width, previews.media.height) == size
    for name in ("thumb", "large"):
        image = shown(previews, name)
        assert image.size == size
        first, last = corners(image)
        expected = (pictures.RED, pictures.BLUE) if red_first else (pictures.BLUE, pictures.RED)
        assert is_near(first, expected[0])
        assert is_near(last, expected[1])


async def test_what_a_camera_noted_is_in_no_preview() -> None:
    photo = pictures.jpeg(gps=True, comment=b"a private remark", orientation=6)
    with Image.open(BytesIO(photo)) as original:
        assert original.getexif().get_ifd(pictures.GPS), "the test's photo has no place"
    previews = await made_of("image", "image/jpeg", photo)
    for each in previews.renditions:
        image = Image.open(BytesIO(each.data))
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)
        assert pictures.SECRET_PLACE.encode() not in each.data
        assert b"EXIF" not in each.data


async def test_a_large_photo_becomes_1600_and_400_pixels_and_a_small_one_grows_no_larger() -> None:
    large = await made_of("image", "image/jpeg", pictures.jpeg(4000, 1000))
    assert shown(large, "large").size == (1600, 400)
    assert shown(large, "thumb").size == (400, 100)
    small = await made_of("image", "image/png", pictures.written(pictures.picture(30, 20), "PNG"))
    assert shown(small, "large").size == shown(small, "thumb").size == (30, 20)


@pytest.mark.parametrize(
    ("mime_type", "kind", "mode"),
    [
        ("image/png", "PNG", "RGB"),
        ("image/png", "PNG", "P"),
        ("image/png", "PNG", "1"),
        ("image/gif", "GIF", "RGB"),
        ("image/webp", "WEBP", "RGB"),
        ("image/tiff", "TIFF", "CMYK"),
        ("image/bmp", "BMP", "RGB"),
        ("image/vnd.microsoft.icon", "ICO", "RGBA"),
        ("image/jp2", "JPEG2000", "RGB"),
        ("image/heic", "HEIF", "RGB"),
        ("image/avif", "AVIF", "RGB"),
    ],
)
async def test_pictures_of_every_kind_have_previews(mime_type: str, kind: str, mode: str) -> None:
    previews = await made_of("image", mime_type, pictures.written(pictures.picture(60, 60, mode), kind))
    assert rendition(previews, "thumb").media_type == "image/webp"
    assert (previews.media.width, previews.media.animated) == (shown(previews, "large").width, False)


async def test_transparency_is_kept_and_sixteen_bits_are_shown_as_eight() -> None:
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    previews = await made_of("image", "image/png", pictures.written(clear, "PNG"))
    assert shown(previews, "thumb").getpixel((5, 5))[3] == 0  # type: ignore[index]
    deep = Image.new("I;16", (40, 40), 128 << 8)
    previews = await made_of("image", "image/png", pictures.written(deep, "PNG"))
    assert is_near(shown(previews, "thumb").getpixel((5, 5)), (128, 128, 128))


async def test_colours_of_another_profile_are_shown_as_they_are_meant() -> None:
    previews = await made_of("image", "image/jpeg", pictures.wide_gamut_jpeg())
    assert is_near(shown(previews, "large").convert("RGB").getpixel((20, 20)), (0, 255, 0))


@pytest.mark.parametrize(
    ("mime_type", "kind"), [("image/gif", "GIF"), ("image/webp", "WEBP"), ("image/png", "PNG")]
)
async def test_what_moves_moves_in_its_previews_for_so_many_frames(mime_type: str, kind: str) -> None:
    previews = await made_of("image", mime_type, pictures.moving(kind, frames=5), preview_frames=3)
    assert previews.media.animated
    for name in ("thumb", "large"):
        image = shown(previews, name)
        assert (image.is_animated, image.n_frames) == (True, 3)  # type: ignore[attr-defined]
        image.load()
        assert image.info["duration"] == 120


def test_what_would_take_too_long_ends_with_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(pictures.moving("GIF", frames=5))
    limits = msgspec.convert(Settings(), Limits, from_attributes=True)
    for seconds, frames in ((0, 1), (10_000, 5)):
        patient = msgspec.structs.replace(limits, preview_make_seconds=seconds)
        job = Job(folder=str(tmp_path), kind="image", mime_type="image/gif", limits=patient)
        with Image.open(tmp_path / "source") as image:
            assert len(images._frames(image, 1, job)) == frames


async def test_what_moves_too_much_to_be_kept_stands_still() -> None:
    frames = [pictures.noise(200, 200) for _ in range(8)]
    gif = pictures.written(frames[0], "GIF", save_all=True, append_images=frames[1:])
    previews = await made_of("image", "image/gif", gif, preview_result_bytes=60_000)
    assert shown(previews, "large").n_frames == 1  # type: ignore[attr-defined]


async def test_a_picture_of_too_many_pixels_is_not_unpacked() -> None:
    previews = await made_of("image", "image/png", pictures.png_header_of(50_000, 50_000))
    assert (previews.media.width, previews.media.height) == (50_000, 50_000)
    assert "preview_image_pixels" in previews.failed
    assert not previews.renditions


@pytest.mark.parametrize(
    ("mime_type", "kind"), [("image/jpeg", "JPEG"), ("image/png", "PNG"), ("image/heic", "HEIF")]
)
async def test_a_picture_that_is_cut_off_fails_in_words(mime_type: str, kind: str) -> None:
    whole = pictures.written(Image.effect_noise((200, 200), 90).convert("RGB"), kind)
    previews = await made_of("image", mime_type, whole[: len(whole) // 2])
    assert "damaged" in previews.failed
    assert not previews.renditions


async def test_a_drawing_that_may_hold_programs_has_no_preview() -> None:
    assert await made_of("image", "image/svg+xml", pictures.svg_with_script()) == Previews()


@pytest.mark.parametrize(
    ("form", "codec"), [("mp4", "libx264"), ("webm", "libvpx-vp9"), ("mov", "libx264"), ("avi", "mpeg4")]
)
async def test_a_film_has_a_frame_that_is_not_black(form: str, codec: str) -> None:
    previews = await made_of("video", f"video/{form}", media.film(form, codec, seconds=4, black=1))
    assert previews.media.seconds == pytest.approx(4, abs=0.3)
    assert (previews.media.width, previews.media.height) == (320, 180)
    poster = shown(previews, "poster")
    assert poster.size == (320, 180)
    assert is_near(poster.convert("RGB").getpixel((160, 90)), media.GREEN)


async def test_a_film_that_is_black_all_along_has_a_black_frame() -> None:
    previews = await made_of("video", "video/mp4", media.film("mp4", "libx264", seconds=1, black=1))
    assert is_near(shown(previews, "poster").convert("RGB").getpixel((160, 90)), media.BLACK)


async def test_a_film_of_a_phone_held_upright_is_upright() -> None:
    previews = await made_of("video", "video/mp4", media.film("mp4", "libx264", rotation=90))
    assert (previews.media.width, previews.media.height) == (180, 320)
    assert shown(previews, "poster").size == (180, 320)


@pytest.mark.parametrize(
    ("form", "codec"),
    [("mp3", "libmp3lame"), ("wav", "pcm_s16le"), ("ogg", "libopus"), ("flac", "flac"), ("ipod", "aac")],
)
async def test_a_sound_has_its_length_and_its_loudness(form: str, codec: str) -> None:
    previews = await made_of("audio", f"audio/{form}", media.sound(form, codec, seconds=10))
    assert previews.media.seconds == pytest.approx(10, abs=0.2)
    loud = previews.media.waveform
    assert len(loud) == 100
    assert max(loud) == 100
    assert loud[5] < loud[50] < loud[95]
    assert not previews.failed


async def test_a_film_without_pictures_is_a_sound() -> None:
    previews = await made_of("video", "video/mp4", media.sound("mp4", "aac"))
    assert previews.media.waveform
    assert not previews.failed


async def test_a_pdf_has_its_first_page_and_the_words_of_all() -> None:
    previews = await made_of("pdf", "application/pdf", documents.pdf("Difference engine", "Second page"))
    assert previews.media.pages == 2
    assert shown(previews, "page").width == 1200
    assert "Difference engine" in previews.text
    assert "Second page" in previews.text


async def test_a_pdf_behind_a_password_says_so() -> None:
    previews = await made_of("pdf", "application/pdf", documents.pdf("Secret", password=b"x"))
    assert "password" in previews.failed


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("utf-8", "Grüße – 你好"),
        ("utf-8-sig", "Grüße"),
        ("utf-16", "Grüße – 你好"),
        ("utf-16-le", "Hello without a mark"),
        ("latin-1", "Café, naïve"),
        ("cp1252", "x = 1  # déjà vu – “quoted”"),
        ("cp1251", "Привет, мир! Это обычный текст на русском языке."),
        ("cp932", "こんにちは世界。これは日本語のテキストです。"),
    ],
)
async def test_a_text_is_read_in_the_encoding_it_was_written_in(encoding: str, written: str) -> None:
    previews = await made_of("text", "text/plain", f"{written}\nSecond\r\nThird".encode(encoding))
    head = rendition(previews, "head")
    assert head.media_type == "text/plain"
    assert head.data.decode() == previews.text == f"{written}\nSecond\nThird"
    assert previews.media.lines == 3


async def test_the_head_of_a_text_ends_by_lines_and_by_characters() -> None:
    long = b"".join(b"line %d\n" % at for at in range(1000))
    previews = await made_of("text", "text/plain", long, head_lines=3)
    assert rendition(previews, "head").data == b"line 0\nline 1\nline 2"
    assert previews.media.lines == 1000
    previews = await made_of(
        "text", "application/javascript", b"x" * 500_000, head_max=100, file_text_max=1000
    )
    assert rendition(previews, "head").data == b"x" * 100
    assert previews.text == "x" * 1000


async def test_a_page_of_the_web_is_found_by_its_words_and_shown_as_its_source() -> None:
    previews = await made_of("text", "text/html", HTML)
    assert b"<script>" in rendition(previews, "head").data
    assert "Hello" in previews.text
    assert "alert" not in previews.text


@pytest.mark.parametrize(
    ("mime_type", "data", "words"),
    [
        (
            "vnd.openxmlformats-officedocument.wordprocessingml.document",
            documents.docx("Engine plan"),
            "Engine plan",
        ),
        (
            "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            documents.xlsx("Brass wheels"),
            "Brass wheels",
        ),
        (
            "vnd.openxmlformats-officedocument.presentationml.presentation",
            documents.pptx("Our mill"),
            "Our mill",
        ),
        ("vnd.oasis.opendocument.text", documents.odt("Punched cards"), "Punched cards"),
    ],
)
async def test_a_document_of_an_office_is_found_by_its_words(mime_type: str, data: bytes, words: str) -> None:
    previews = await made_of("document", f"application/{mime_type}", data)
    assert words in previews.text
    assert not previews.failed


async def test_a_mail_is_found_by_its_words() -> None:
    previews = await made_of("text", "message/rfc822", MAIL)
    assert "Brass, please." in previews.text


async def test_a_document_that_cannot_be_read_says_so() -> None:
    whole = documents.docx("Engine plan")
    previews = await made_of(
        "document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        whole[: len(whole) // 2],
    )
    assert "cannot be read" in previews.failed


@pytest.mark.parametrize("kind", ["archive", "other"])
async def test_nothing_is_started_for_what_has_no_preview(kind: FileKind) -> None:
    async def never(path: Path) -> None:
        raise AssertionError(path)

    assert await PreviewMaker(Settings()).make(kind, "application/zip", never) == Previews()


# The walls.

TRY = """
import encodings.idna, os, socket, sys
from parlour.core.files.maker import confine as walls, system_calls
from parlour.core.files.maker.job import NO_WALLS, Job, Limits
limits = Limits(preview_memory_bytes=500_000_000, preview_make_seconds=20, preview_result_bytes=1000,
    preview_image_pixels=1, preview_frames=1, file_text_max=1, head_lines=1, head_max=1)
{before}
walls.confine(Job(folder=sys.argv[1], kind="image", mime_type="", limits=limits), os.getppid())
try:
    {attempt}
except (OSError, MemoryError, PermissionError) as refused:
    print(type(refused).__name__, refused)
else:
    print("it worked")
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A job's folder that any user may enter: pytest's own are for its user alone."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        (folder / "results").mkdir()
        (folder / "source").write_text("the file")
        yield folder


@pytest.fixture
async def listener() -> AsyncIterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def tried(attempt: str, folder: Path, *, before: str = "") -> str:
    """Return what became of an attempt behind the walls; `before` runs before they are put up."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-c", TRY.format(attempt=attempt, before=before), str(folder)),
        stdout=asyncio.subprocess.PIPE,
        env=ENVIRONMENT | {"PARLOUR_SECRET_KEY": "told to the test alone"},
        cwd="/",
    )
    said, _ = await process.communicate()
    return said.decode().strip() or f"ended with {process.returncode}"


async def test_the_maker_reaches_no_network(folder: Path, listener: int) -> None:
    attempt = f"socket.create_connection(('127.0.0.1', {listener}), 5)"
    plain = await asyncio.create_subprocess_exec(sys.executable, "-c", f"import socket; {attempt}")
    assert await plain.wait() == 0, "the test's server cannot be reached at all"
    assert (await tried(attempt, folder)).startswith("PermissionError")


NO_NAMESPACE, NO_FILTER = "walls._leave_network = lambda: False; ", "system_calls.refuse = lambda: False; "
NOBODY = "os.setgroups([]); os.setgid(65534); os.setuid(65534); "


@pytest.mark.parametrize(
    "user", ["", pytest.param(NOBODY, marks=pytest.mark.skipif(os.geteuid() != 0, reason="needs root"))]
)
async def test_each_wall_alone_keeps_the_maker_from_the_network_and_without_any_it_does_nothing(
    folder: Path, listener: int, user: str
) -> None:
    attempt = f"socket.create_connection(('127.0.0.1', {listener}), 5)"
    assert (await tried(attempt, folder, before=user + NO_NAMESPACE)).startswith("PermissionError")
    assert "unreachable" in await tried(attempt, folder, before=user + NO_FILTER)
    assert await tried(attempt, folder, before=user + NO_NAMESPACE + NO_FILTER) == f"ended with {NO_WALLS}"


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET"])
async def test_the_maker_opens_no_socket_at_all(folder: Path, family: str) -> None:
    attempt = f"socket.socket(socket.{family}, socket.SOCK_RAW)"
    assert (await tried(attempt, folder)).startswith("PermissionError")


async def test_the_maker_reads_its_file_and_nothing_of_its_parent(folder: Path, tmp_path: Path) -> None:
    assert await tried("open(sys.argv[1] + '/source').read()", folder) == "it worked"
    assert await tried("open(sys.argv[1] + '/results/x', 'w').write('x')", folder) == "it worked"
    secret = tmp_path / "secrets.env"
    secret.write_text("key")
    for path in (secret, "/etc/passwd", f"/proc/{os.getpid()}/environ", "/proc/self/environ"):
        assert (await tried(f"open({str(path)!r}).read()", folder)).startswith("PermissionError")
    assert (await tried(f"open({str(secret)!r}, 'w')", folder)).startswith("PermissionError")


async def test_the_maker_starts_no_program_and_ends_none(folder: Path) -> None:
    assert (await tried("os.execv('/bin/true', ['true'])", folder)).startswith("PermissionError")
    assert (await tried(f"os.kill({os.getpid()}, 0)", folder)).startswith("PermissionError")


async def test_the_maker_has_limits_on_memory_and_on_what_it_writes(folder: Path) -> None:
    assert (await tried("bytearray(600_000_000)", folder)).startswith("MemoryError")
    attempt = "file = open(sys.argv[1] + '/results/x', 'wb', 0); file.write(bytes(1000)); file.write(b'x')"
    assert "too large" in await tried(attempt, folder)


async def test_a_preview_that_needs_too_much_memory_fails_in_words() -> None:
    large = pictures.written(Image.new("RGB", (9000, 9000)), "PNG")
    previews = await made_of("image", "image/png", large, preview_memory_bytes=250_000_000)
    assert "preview_memory_bytes" in previews.failed


async def test_a_maker_that_does_not_work_blames_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "PYTHON", (sys.executable, "-I", "-m", "parlour.core.files.no_maker"))
    with structlog.testing.capture_logs() as logs:
        previews = await made_of("image", "image/jpeg", pictures.jpeg())
    assert "does not work" in previews.failed
    assert "no_maker" in logs[0]["said"]


async def test_a_preview_that_takes_too_long_fails_in_words_and_its_maker_ends() -> None:
    slow = pictures.slow_gif()
    previews = await made_of("image", "image/gif", slow, preview_make_seconds=1)
    assert "preview_make_seconds" in previews.failed


async def test_a_maker_that_is_given_up_ends_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    slow = pictures.slow_gif()
    task = asyncio.create_task(made_of("image", "image/gif", slow))

    async def begun() -> bool:
        return bool(list(tmp_path.glob("*/source")))

    await eventually(begun)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not list(tmp_path.iterdir())


RUNS_A_MAKER = """
import asyncio, sys
from pathlib import Path
from parlour.core.files.making import PreviewMaker
from parlour.core.settings import Settings

async def fetch(path):
    path.write_bytes(Path(sys.argv[1]).read_bytes())

asyncio.run(PreviewMaker(Settings()).make("image", "image/gif", fetch))
"""


async def test_a_maker_ends_with_a_worker_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "slow.gif").write_bytes(pictures.slow_gif())
    (tmp_path / "temporary").mkdir()
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", RUNS_A_MAKER, str(tmp_path / "slow.gif")),
        env=os.environ | {"TMPDIR": str(tmp_path / "temporary")},
    )

    async def makers() -> list[psutil.Process]:
        return psutil.Process(worker.pid).children()

    maker = (await eventually(makers))[0]
    worker.kill()
    await worker.wait()

    async def maker_ended() -> bool:
        return not maker.is_running() or maker.status() == psutil.STATUS_ZOMBIE

    await eventually(maker_ended)


MADE: list[tuple[FileKind, str, Callable[[], bytes]]] = [
    ("image", "image/jpeg", lambda: pictures.jpeg(200, 100, orientation=6)),
    ("image", "image/png", lambda: pictures.written(pictures.noise(80, 80), "PNG")),
    ("image", "image/gif", lambda: pictures.moving("GIF")),
    ("image", "image/webp", lambda: pictures.moving("WEBP")),
    ("image", "image/heic", lambda: pictures.written(pictures.noise(80, 80), "HEIF")),
    ("image", "image/avif", lambda: pictures.written(pictures.noise(80, 80), "AVIF")),
    ("image", "image/tiff", lambda: pictures.written(pictures.noise(80, 80), "TIFF")),
    ("video", "video/mp4", lambda: media.film("mp4", "libx264")),
    ("video", "video/webm", lambda: media.film("webm", "libvpx")),
    ("audio", "audio/mpeg", lambda: media.sound("mp3", "libmp3lame")),
    ("audio", "audio/ogg", lambda: media.sound("ogg", "libopus")),
    ("pdf", "application/pdf", lambda: documents.pdf("One", "Two")),
    ("document", f"{OFFICE}.wordprocessingml.document", lambda: documents.docx("Brass wheels")),
    ("document", f"{OFFICE}.spreadsheetml.sheet", lambda: documents.xlsx("Seven")),
    ("document", "application/vnd.oasis.opendocument.text", lambda: documents.odt("Cards")),
    ("text", "text/html", lambda: HTML),
]


@pytest.mark.parametrize(("kind", "mime_type", "whole"), MADE)
async def test_damage_of_any_kind_ends_in_previews_or_in_words(
    kind: FileKind, mime_type: str, whole: Callable[[], bytes]
) -> None:
    """Bytes that are changed, missing, or doubled: always the same ones, so that a failure can be seen again."""
    chance = random.Random(mime_type)  # noqa: S311
    for _ in range(2):
        data = bytearray(whole())
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = chance.randrange(len(data))
        damaged = (
            bytes(data[: cut + 1] + data[cut - 5 :]) if chance.random() < 0.5 else bytes(data[: cut + 20])
        )
        previews = await made_of(kind, mime_type, damaged, preview_make_seconds=20)
        assert previews != Previews() or kind == "document", "only a document may have nothing to say"
        assert not previews.failed or previews.failed.endswith(".")
