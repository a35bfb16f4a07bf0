"""PDF, office documents and mails, in bytes: small, and by the book."""

import hashlib
import warnings

from cryptography.hazmat.primitives.ciphers import Cipher

from tests.files.archives import EICAR, zipped

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
OFFICE = "http://schemas.openxmlformats.org"
PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
FILE_ID = bytes(range(16))


def pdf(*pages: str, embedded: bytes = b"", password: bytes = b"") -> bytes:
    """Return a PDF of one line of text a page, perhaps with a file within it, or encrypted (RC4, 40 bits)."""
    fonts = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    kids = b" ".join(b"%d 0 R" % (3 + 2 * at) for at in range(len(pages)))
    names = (
        b"/Names<</EmbeddedFiles<</Names[(f)<</Type/Filespec/F(f)/EF<</F 90 0 R>>>>]>>>>" if embedded else b""
    )
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R" + names + b">>",
        2: b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % len(pages),
    }
    key = b""
    if password:
        objects[91], key = _encryption(password)
    for at, line in enumerate(pages):
        number = 3 + 2 * at
        objects[number] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]" + fonts + b"/Contents %d 0 R>>" % (number + 1)
        )
        objects[number + 1] = _stream(
            b"BT /F 24 Tf 72 700 Td (%s) Tj ET" % line.encode("latin-1"), number + 1, key
        )
    if embedded:
        objects[90] = _stream(embedded, 90, key, b"/Type/EmbeddedFile")
    return _assembled(objects, b"/Encrypt 91 0 R" if key else b"")


def _assembled(objects: dict[int, bytes], extra: bytes) -> bytes:
    out, places = b"%PDF-1.4\n", {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"xref\n0 1\n0000000000 65535 f \n" + b"".join(
        b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items())
    )
    trailer = b"trailer<</Size 100/Root 1 0 R/ID[<%s><%s>]" % (FILE_ID.hex().encode(), FILE_ID.hex().encode())
    return out + table + trailer + extra + b">>\nstartxref\n%d\n%%%%EOF\n" % len(out)


def _stream(data: bytes, number: int, key: bytes, extra: bytes = b"") -> bytes:
    if key:
        own = hashlib.md5(key + number.to_bytes(3, "little") + bytes(2), usedforsecurity=False).digest()[:10]
        data = _rc4(own, data)
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (extra, len(data), data)


def _encryption(password: bytes) -> tuple[bytes, bytes]:
    """Return the encryption dictionary and the key (ISO 32000-1, 7.6.3)."""
    padded = (password + PAD)[:32]
    owner = _rc4(hashlib.md5(padded, usedforsecurity=False).digest()[:5], padded)
    rights = (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5(padded + owner + rights + FILE_ID, usedforsecurity=False).digest()[:5]
    user = _rc4(key, PAD)
    return b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (owner.hex().encode(), user.hex().encode()), key


def _rc4(key: bytes, data: bytes) -> bytes:
    return Cipher(ARC4(key), mode=None).encryptor().update(data)


def docx(text: str, extra: dict[str, bytes] | None = None) -> bytes:
    main = f"{OFFICE}/wordprocessingml/2006/main"
    body = f'{XML}<w:document xmlns:w="{main}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    parts = _package("word/document.xml", "wordprocessingml.document.main+xml") | {"word/document.xml": body}
    return zipped(parts | (extra or {}))


def docx_with_eicar(text: str) -> bytes:
    return docx(text, {"word/embeddings/oleObject1.bin": EICAR})


def xlsx(*cells: str) -> bytes:
    main = f"{OFFICE}/spreadsheetml/2006/main"
    sheet_type = f"{OFFICE}/officeDocument/2006/relationships/worksheet"
    row = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return zipped(
        _package(
            "xl/workbook.xml",
            "spreadsheetml.sheet.main+xml",
            ("xl/worksheets/sheet1.xml", "spreadsheetml.worksheet+xml"),
        )
        | {
            "xl/workbook.xml": f'{XML}<workbook xmlns="{main}" xmlns:r="{OFFICE}/officeDocument/2006/relationships">'
            '<sheets><sheet name="Sums" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _relations(("r1", sheet_type, "worksheets/sheet1.xml")),
            "xl/worksheets/sheet1.xml": f'{XML}<worksheet xmlns="{main}"><sheetData>'
            f"<row>{row}</row></sheetData></worksheet>",
        }
    )


def pptx(text: str) -> bytes:
    main, drawing = f"{OFFICE}/presentationml/2006/main", f"{OFFICE}/drawingml/2006/main"
    slide_type = f"{OFFICE}/officeDocument/2006/relationships/slide"
    shape = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="t"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    tree = f'<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{shape}'
    return zipped(
        _package(
            "ppt/presentation.xml",
            "presentationml.presentation.main+xml",
            ("ppt/slides/slide1.xml", "presentationml.slide+xml"),
        )
        | {
            "ppt/presentation.xml": f'{XML}<p:presentation xmlns:p="{main}" '
            f'xmlns:r="{OFFICE}/officeDocument/2006/relationships">'
            '<p:sldIdLst><p:sldId id="256" r:id="r1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": _relations(("r1", slide_type, "slides/slide1.xml")),
            "ppt/slides/slide1.xml": f'{XML}<p:sld xmlns:p="{main}" xmlns:a="{drawing}">'
            f"<p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sld>",
        }
    )


def odt(text: str) -> bytes:
    kind = "application/vnd.oasis.opendocument.text"
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'{XML}<office:document-content xmlns:office="{space}:office:1.0" xmlns:text="{space}:text:1.0">'
        f"<office:body><office:text><text:p>{text}</text:p></office:text></office:body></office:document-content>"
    )
    manifest = (
        f'{XML}<m:manifest xmlns:m="{space}:manifest:1.0"><m:file-entry m:full-path="/" m:media-type="{kind}"/>'
        '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
    )
    files = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    return zipped(files, stored=("mimetype",))


def _package(part: str, kind: str, *further: tuple[str, str]) -> dict[str, bytes | str]:
    """Return the parts that every Office document has; the first lets libmagic tell its type."""
    whole = f"{OFFICE}/package/2006"
    given = "application/vnd.openxmlformats-officedocument."
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{given}{each}"/>'
        for name, each in ((part, kind), *further)
    )
    types = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return {
        "[Content_Types].xml": f'{XML}<Types xmlns="{whole}/content-types">{types}{overrides}</Types>',
        "_rels/.rels": _relations(("r1", f"{OFFICE}/officeDocument/2006/relationships/officeDocument", part)),
    }


def _relations(*relations: tuple[str, str, str]) -> str:
    each = "".join(
        f'<Relationship Id="{i}" Type="{kind}" Target="{target}"/>' for i, kind, target in relations
    )
    return f'{XML}<Relationships xmlns="{OFFICE}/package/2006/relationships">{each}</Relationships>'
