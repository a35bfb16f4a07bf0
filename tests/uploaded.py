"""Uploads as they are when their last byte has come in, and contents for them, good and bad."""

import io
import struct
import zipfile
import zlib
from datetime import timedelta

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import FileId, UserId, WorkspaceId, new_id
from parlour.core.model.files import FileRecord
from parlour.core.model.uploads import Segment, Upload, segments_of
from tests.person import Person, eventually

# In two parts, so that no scanner finds it in this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OVER = ("ready", "quarantined", "failed")
MB = 1_000_000


async def upload(
    house: House, person: Person, data: bytes, *, name: str = "notes.txt", segment_bytes: int = 8 * MB
) -> FileId:
    """Store what an upload leaves behind when it is done; nobody takes it in yet."""
    file_id, at = FileId(new_id()), now()
    workspace_id, uploader_id = WorkspaceId(person.workspace["id"]), UserId(person.id)
    segments: list[Segment] = []
    for start in range(0, len(data), segment_bytes):
        part = data[start : start + segment_bytes]
        segments.append(Segment(f"{segments_of(file_id)}{len(segments)}", len(part)))
        await house.objects.put(segments[-1].key, part)
    await house.uploads.add(
        Upload(
            id=file_id,
            workspace_id=workspace_id,
            uploader_id=uploader_id,
            size=len(data),
            offset=len(data),
            done=True,
            segments=segments,
            heard_at=at,
            expires_at=at + timedelta(days=1),
        )
    )
    await house.files.add(
        FileRecord(
            id=file_id,
            workspace_id=workspace_id,
            uploader_id=uploader_id,
            name=name,
            size=len(data),
            state="scanning",
            created_at=at,
            updated_at=at,
        )
    )
    return file_id


async def over(house: House, file_id: FileId, *, seconds: float = 90) -> FileRecord:
    """Return a file once nothing more happens to it."""

    async def ended() -> FileRecord | None:
        record = await house.files.get(file_id)
        return record if record and record.state in OVER else None

    found = await eventually(ended, within_s=seconds)
    assert found is not None
    return found


def zipped(*contents: bytes) -> bytes:
    """Return a zip of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"{number}.bin", content)
    return packed.getvalue()


def encrypted_zip() -> bytes:
    """Return a zip whose one file says of itself that it is encrypted."""
    packed = bytearray(zipped(b"nobody may read this"))
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(header) + flags] |= 1
    return bytes(packed)


def zip64(content: bytes) -> bytes:
    """Return a zip that writes the size of its one file in 64 bits."""
    packed = io.BytesIO()
    archive = zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open("0.bin", "w", force_zip64=True) as member:
        member.write(content)
    return packed.getvalue()


def bomb() -> bytes:
    """Return a zip of zips, of some kilobytes, that becomes 10 GB of zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("0.bin", "w") as member:
        for _ in range(500):
            member.write(bytes(MB))
    return zipped(*[packed.getvalue()] * 20)


def docx(embedded: bytes) -> bytes:
    """Return a Word document with something embedded."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr("word/document.xml", "<document>Dear Ada</document>")
        archive.writestr("word/embeddings/oleObject1.bin", embedded)
    return packed.getvalue()


def pdf(embedded: bytes) -> bytes:
    """Return a PDF with an empty page and a file embedded."""
    packed = zlib.compress(embedded)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /EmbeddedFile /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
        % (len(packed), packed),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 5\n0000000000 65535 f \n"
    tail = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + head + table + tail


def program() -> bytes:
    """Return the head of a program for Windows that is a PDF too, as far as it begins like one."""
    head = bytearray(b"MZ" + bytes(510))
    head[60:64] = struct.pack("<I", 128)
    head[64:73] = b"%PDF-1.4\n"
    head[128:154] = b"PE\0\0" + struct.pack("<HHIIIHHH", 0x14C, 1, 0, 0, 0, 0xE0, 0x102, 0x10B)
    return bytes(head)


def nested(depth: int) -> bytes:
    """Return a zip in a zip in a zip, and so on."""
    content = b"hello"
    for _ in range(depth):
        content = zipped(content)
    return content
