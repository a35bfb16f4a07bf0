"""What tus 1.0.0 says in headers (https://tus.io/protocols/resumable-upload), read and written."""

import base64
import binascii
from datetime import UTC
from email.utils import format_datetime

from parlour.api.routing import Call
from parlour.core.errors import ParlourError
from parlour.core.files.checksums import ALGORITHMS, Checksum
from parlour.core.model.uploads import Upload
from parlour.core.settings import Settings

VERSION = "1.0.0"
MEDIA_TYPE = "application/offset+octet-stream"
ALWAYS = {"Tus-Resumable": VERSION, "Tus-Version": VERSION}
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"


class ProtocolError(ParlourError):
    """A request that is not as tus has it."""

    status = 400
    title = "Not as tus 1.0.0 has it"


class VersionError(ProtocolError):
    """A request of another version of tus."""

    status = 412


class MediaTypeError(ProtocolError):
    """A body of another type than tus sends."""

    status = 415


def offered(settings: Settings) -> dict[str, str]:
    """Return what a client may want to know before it begins."""
    return {
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.file_max_bytes),
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def check_version(call: Call) -> None:
    """Check that a request speaks this version.

    Raises:
        VersionError: it does not.
    """
    if call.request.headers.get("tus-resumable") != VERSION:
        raise VersionError("tus_version", f"Uploads speak tus {VERSION} (Tus-Resumable).")


def check_media_type(call: Call) -> None:
    """Check that a body is bytes of an upload.

    Raises:
        MediaTypeError: it is not.
    """
    if call.request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise MediaTypeError("media_type", f"The bytes of an upload are sent as {MEDIA_TYPE}.")


def length_of(call: Call) -> int:
    """Return how large a new upload will be.

    Raises:
        ProtocolError: it does not say, or says so later (`creation-defer-length` is not offered).
    """
    if "upload-defer-length" in call.request.headers:
        raise ProtocolError(
            "length_needed", "An upload says how large it will be when it begins (Upload-Length)."
        )
    return number_of(call, "Upload-Length")


def number_of(call: Call, header: str) -> int:
    """Return a header that is a number of bytes.

    Raises:
        ProtocolError: it is missing, or no number.
    """
    given = call.request.headers.get(header, "")
    if not (given.isascii() and given.isdecimal() and len(given) < 20):
        raise ProtocolError("malformed_header", f"{header} is a number of bytes.")
    return int(given)


def body_length(call: Call) -> int | None:
    """Return how many bytes a request brings, none if it does not say (chunked)."""
    if "transfer-encoding" in call.request.headers:
        return None
    given = call.request.headers.get("content-length", "0")
    return int(given) if given.isdecimal() else None


def checksum_of(call: Call) -> Checksum | None:
    """Return the checksum that a request says its bytes have.

    Raises:
        UnknownChecksumError: it cannot be read, or is of no algorithm that is offered.
    """
    given = call.request.headers.get("upload-checksum")
    return Checksum(given) if given is not None else None


def metadata_of(call: Call) -> tuple[str, dict[str, str]]:
    """Return what a client says of its file: as it came, and by its keys.

    Raises:
        ProtocolError: it cannot be read.
    """
    given = call.request.headers.get("upload-metadata", "")
    pairs = [pair.strip().partition(" ") for pair in given.split(",") if pair.strip()]
    try:
        found = {key: _decoded(value) for key, _, value in pairs}
        given.encode("ascii")
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ProtocolError("malformed_header", "Upload-Metadata is keys with values in base64.") from error
    if len(found) < len(pairs):
        raise ProtocolError("malformed_header", "Upload-Metadata has each key once.")
    return given, found


def _decoded(value: str) -> str:
    return base64.b64decode(value.strip().encode("ascii"), validate=True).decode(errors="replace")


def expires(upload: Upload) -> dict[str, str]:
    """Return until when an upload that is not done waits to go on."""
    if upload.done:
        return {}
    return {"Upload-Expires": format_datetime(upload.expires_at.astimezone(UTC), usegmt=True)}
