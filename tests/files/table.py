"""What people upload, and what becomes of it: each input of the table with all that it must end in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from parlour.core.model.files import FileKind, FileState
from tests.files import archives, documents, media, pictures
from tests.files.archives import EICAR, zipped

PICTURE = frozenset({"thumb", "large"})
POSTER, PAGE, HEAD, NONE = frozenset({"poster"}), frozenset({"page"}), frozenset({"head"}), frozenset[str]()
OFFICE = "application/vnd.openxmlformats-officedocument"
VIRUS, ENCRYPTED, PACKED = "virus was found", "encrypted", "packed"
REFUSED = "not taken here"
UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class Input:
    """A file, and its end.

    `detail` and `preview_failed` are words that people then read, `text` words that it is found by, `media` what is
    known of it, `shown` the name it is shown under where that is another.
    """

    name: str
    data: bytes
    state: FileState = "ready"
    kind: FileKind = "other"
    mime_type: str
    previews: frozenset[str] = NONE
    detail: str = ""
    preview_failed: str = ""
    text: str = ""
    media: dict[str, object] = field(default_factory=dict)
    shown: str = ""


def all_inputs() -> list[Input]:
    """Return every input of the table; their contents differ."""
    return [
        *_photos(),
        *_pictures(),
        *_damaged_pictures(),
        *_media(),
        *_pdfs(),
        *_documents(),
        *_texts(),
        *_archives(),
        *_pretenders(),
        *_names(),
    ]


def _image(name: str, data: bytes, mime_type: str, **expected: object) -> Input:
    given = {"previews": PICTURE} | expected
    return Input(name=name, data=data, kind="image", mime_type=f"image/{mime_type}", **given)  # type: ignore[arg-type]


def _photos() -> Sequence[Input]:
    upright, turned = {"width": 60, "height": 40}, {"width": 40, "height": 60}
    return [
        _image(
            f"orientation-{value}.jpg",
            pictures.jpeg(orientation=value),
            "jpeg",
            media=turned if value in (5, 6, 7, 8) else upright,
        )
        for value in (1, 2, 3, 6, 8)
    ] + [
        _image("place.jpg", pictures.jpeg(gps=True), "jpeg", media=upright),
        _image("large.jpg", pictures.jpeg(4000, 3000), "jpeg", media={"width": 4000, "height": 3000}),
    ]


def _pictures() -> Sequence[Input]:
    still = {
        kind: pictures.written(pictures.picture(64, 64), kind)
        for kind in ("PNG", "WEBP", "HEIF", "AVIF", "TIFF")
    }
    moves = {"animated": True}
    return [
        _image("picture.png", still["PNG"], "png", media={"width": 64, "height": 64}),
        _image("picture.webp", still["WEBP"], "webp"),
        _image("picture.heic", still["HEIF"], "heic"),
        _image("picture.avif", still["AVIF"], "avif"),
        _image("scan.tiff", still["TIFF"], "tiff"),
        _image("old.bmp", pictures.written(pictures.picture(64, 64), "BMP"), "bmp"),
        _image("favicon.ico", pictures.written(pictures.picture(64, 64), "ICO"), "vnd.microsoft.icon"),
        _image("dance.gif", pictures.moving("GIF"), "gif", media=moves),
        _image("dance.webp", pictures.moving("WEBP"), "webp", media=moves),
        _image("drawing.svg", pictures.svg_with_script(), "svg+xml", previews=NONE),
    ]


def _damaged_pictures() -> Sequence[Input]:
    photo, screen = pictures.jpeg(800, 600), pictures.written(pictures.noise(300, 200), "PNG")
    return [
        _image(
            "50000x50000.png",
            pictures.png_header_of(50_000, 50_000),
            "png",
            previews=NONE,
            preview_failed="preview_image_pixels",
            media={"width": 50_000, "height": 50_000},
        ),
        _image("cut-off.jpg", photo[: len(photo) // 2], "jpeg", previews=NONE, preview_failed="damaged"),
        _image("cut-off.png", screen[: len(screen) // 2], "png", previews=NONE, preview_failed="damaged"),
    ]


def _media() -> Sequence[Input]:
    def film(name: str, data: bytes, mime_type: str, **known: object) -> Input:
        return Input(
            name=name, data=data, kind="video", mime_type=f"video/{mime_type}", previews=POSTER, media=known
        )

    def sound(name: str, data: bytes, mime_type: str) -> Input:
        return Input(
            name=name, data=data, kind="audio", mime_type=f"audio/{mime_type}", media={"waveform": 100}
        )

    upright = media.film("mp4", "libx264", rotation=90)
    return [
        film("clip.mp4", media.film("mp4", "libx264"), "mp4", width=320, height=180),
        film("phone.mp4", upright, "mp4", width=180, height=320),
        film("clip.webm", media.film("webm", "libvpx"), "webm", width=320),
        film("clip.mov", media.film("mov", "libx264"), "quicktime", width=320),
        sound("song.mp3", media.sound("mp3", "libmp3lame", seconds=6), "mpeg"),
        sound("memo.wav", media.sound("wav", "pcm_s16le", seconds=6), "x-wav"),
        sound("memo.ogg", media.sound("ogg", "libopus", seconds=6), "ogg"),
        sound("song.flac", media.sound("flac", "flac", seconds=6), "flac"),
        sound("memo.m4a", media.sound("ipod", "aac", seconds=6), "x-m4a"),
    ]


def _pdfs() -> Sequence[Input]:
    def pdf(name: str, data: bytes, **expected: object) -> Input:
        return Input(name=name, data=data, kind="pdf", mime_type="application/pdf", **expected)  # type: ignore[arg-type]

    plan = documents.pdf("Difference engine", "Second page")
    return [
        pdf("plan.pdf", plan, previews=PAGE, text="Difference engine", media={"pages": 2}),
        pdf("secret.pdf", documents.pdf("Secret", password=b"x"), state="quarantined", detail=ENCRYPTED),
        pdf("bill.pdf", documents.pdf("Bill", embedded=EICAR), state="quarantined", detail=VIRUS),
        pdf("cut-off.pdf", plan[:300], preview_failed="damaged"),
    ]


def _documents() -> Sequence[Input]:
    def office(name: str, data: bytes, mime_type: str, **expected: object) -> Input:
        return Input(name=name, data=data, kind="document", mime_type=mime_type, **expected)  # type: ignore[arg-type]

    word, sums = f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.spreadsheetml.sheet"
    slides, writer = f"{OFFICE}.presentationml.presentation", "application/vnd.oasis.opendocument.text"
    return [
        office("plan.docx", documents.docx("Brass wheels"), word, text="Brass wheels"),
        office("sums.xlsx", documents.xlsx("Seven", "Eight"), sums, text="Seven"),
        office("talk.pptx", documents.pptx("Our mill"), slides, text="Our mill"),
        office("letter.odt", documents.odt("Punched cards"), writer, text="Punched cards"),
        office("bill.docx", documents.docx_with_eicar("Bill"), word, state="quarantined", detail=VIRUS),
    ]


def _texts() -> Sequence[Input]:
    def text(name: str, data: bytes, mime_type: str, words: str) -> Input:
        return Input(name=name, data=data, kind="text", mime_type=mime_type, previews=HEAD, text=words)

    page = b"<!doctype html><html><body><p>Hello there</p><script>alert('x')</script></body></html>"
    script = b"#!/usr/bin/env node\nfunction turn(wheel) {\n  return wheel + 1;\n}\n"
    return [
        text("utf8.txt", "Grüße aus Köln – 你好\n".encode(), "text/plain", "Grüße aus Köln – 你好"),
        text("utf16.txt", "Grüße aus Bonn\n".encode("utf-16"), "text/plain", "Grüße aus Bonn"),
        text("latin1.txt", "Grüße aus Mainz, déjà vu\n".encode("latin-1"), "text/plain", "Mainz, déjà vu"),
        text(
            "mill.py",
            b"#!/usr/bin/env python3\nimport math\n\n\ndef mill():\n    return 1\n",
            "text/x-script.python",
            "def mill",
        ),
        text("wheel.js", script, "application/javascript", "function turn"),
        text("sums.csv", b"name,sum\nada,1\nben,2\ncleo,3\n", "text/csv", "cleo,3"),
        text("data.json", b'{"wheel": {"teeth": 30, "of": "brass"}}\n', "application/json", "brass"),
        text("page.html", page, "text/html", "Hello there"),
        Input(name="nothing.txt", data=b"", mime_type=UNKNOWN),
    ]


def _archives() -> Sequence[Input]:
    def archive(name: str, data: bytes, mime_type: str = "application/zip", **expected: object) -> Input:
        return Input(name=name, data=data, kind="archive", mime_type=mime_type, **expected)  # type: ignore[arg-type]

    plain = zipped({"a.txt": "one", "b.txt": "two" * 500})
    return [
        archive("some.zip", plain),
        archive("cut-off.zip", plain[: len(plain) // 2]),
        archive("some.tar.gz", archives.tar_gz({"a.txt": b"one"}), "application/gzip"),
        archive("nested.zip", archives.nested(3, b"not a zip at all")),
        archive("infected.zip", zipped({"a.com": EICAR}), state="quarantined", detail=VIRUS),
        archive(
            "infected.tar.gz",
            archives.tar_gz({"a.com": EICAR}),
            "application/gzip",
            state="quarantined",
            detail=VIRUS,
        ),
        archive("deep.zip", archives.nested(4, zipped({"a.com": EICAR})), state="quarantined", detail=VIRUS),
        archive("too-deep.zip", archives.nested(40, b"down here"), state="quarantined", detail=PACKED),
        archive(
            "encrypted.zip", archives.encrypted_zip(b"nobody knows"), state="quarantined", detail=ENCRYPTED
        ),
        archive("bomb.zip", archives.bomb(), state="quarantined", detail=PACKED),
    ]


def _pretenders() -> Sequence[Input]:
    """Return what is not what its name says, and what is two things at once."""

    def program(name: str, data: bytes) -> Input:
        return Input(name=name, data=data, mime_type=UNKNOWN, state="failed", detail=REFUSED)

    hidden = zipped({"a.txt": "hidden here"})
    return [
        _image("setup.exe", pictures.written(pictures.picture(50, 70), "PNG"), "png"),
        program("holiday.jpg", Path("/bin/true").read_bytes()),
        program("notes.txt", archives.windows_program()),
        Input(
            name="test.com",
            data=EICAR,
            kind="text",
            mime_type="text/plain",
            state="quarantined",
            detail=VIRUS,
        ),
        _image(
            "gif-and-script.gif",
            pictures.moving("GIF", 3) + b"/*x*/=1;alert(1)//",
            "gif",
            media={"animated": True},
        ),
        _image("jpeg-and-zip.jpg", pictures.jpeg(62, 42) + hidden, "jpeg"),
        Input(
            name="pdf-and-zip.pdf",
            data=documents.pdf("Both at once") + hidden,
            kind="pdf",
            mime_type="application/pdf",
            previews=PAGE,
            text="Both at once",
        ),
    ]


def _names() -> Sequence[Input]:
    names = {
        "annexe\u202egnp.txt": "annexegnp.txt",
        "in\x07vo\x1bice.txt": "invoice.txt",
        "../../etc/passwd": "passwd",
        "C:\\Users\\ada\\notes.txt": "notes.txt",
        "....": "unnamed",
        "n" * 300 + ".txt": "n" * 196 + ".txt",
        "Zoe\u0308 – 日本語 👩\u200d🚀.txt": "Zoë – 日本語 👩\u200d🚀.txt",
    }
    return [
        Input(
            name=given,
            shown=shown,
            data=f"Named so, number {at}\n".encode(),
            kind="text",
            mime_type="text/plain",
            previews=HEAD,
            text=f"number {at}",
        )
        for at, (given, shown) in enumerate(names.items())
    ]
