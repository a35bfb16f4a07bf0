"""A form with one file, read as it comes in (RFC 7578)."""

from collections import deque
from collections.abc import AsyncIterator
from email.message import Message

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from parlour.core.errors import InvalidError, ParlourError

FIELD = "file"
# How browsers write what cannot stand in a quoted name.
WRITTEN = {"%22": '"', "%0D": "\r", "%0A": "\n"}


class NoFormError(ParlourError):
    """A body that is no multipart form."""

    status = 415
    title = "A form is wanted"


class FileForm:
    """A form that holds one field, `file`. First `name`, then `data` once.

    Raises:
        NoFormError: `content_type` is none of a form.
    """

    def __init__(self, content_type: str, chunks: AsyncIterator[bytes]) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise NoFormError("media_type", "A file is sent as multipart/form-data with a boundary.")
        self._chunks = chunks
        self._events: deque[Message | bytes] = deque()
        self._header: list[bytes] = []
        self._value: list[bytes] = []
        self._headers = Message()
        self._ended = False
        try:
            self._parser = self._parsing(boundary)
        except FormParserError as error:
            raise _malformed() from error

    async def name(self) -> str:
        """Return the name of the file, once it begins.

        Raises:
            InvalidError: the form is malformed, or its first field is not the file.
        """
        async for event in self._read():
            if isinstance(event, Message):
                return _name_in(event)
        raise InvalidError.field(FIELD, f"A form has one field, {FIELD}.")

    async def data(self) -> AsyncIterator[bytes]:
        """Yield the bytes of the file.

        Raises:
            InvalidError: the form is malformed, breaks off, or has further fields.
        """
        async for event in self._read():
            if isinstance(event, Message):
                name = _options(event).get(b"name", b"").decode(errors="replace")
                raise InvalidError.field(name or "form", f"A form has one field, {FIELD}, and no others.")
            yield event
        if not self._ended:
            raise _malformed()

    async def _read(self) -> AsyncIterator[Message | bytes]:
        while True:
            while self._events:
                yield self._events.popleft()
            chunk = await anext(self._chunks, None)
            if chunk is None:
                return
            try:
                self._parser.write(chunk)
            except FormParserError as error:
                raise _malformed() from error

    def _parsing(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": lambda data, start, end: self._header.append(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.append(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": lambda: self._events.append(self._headers),
                "on_part_data": lambda data, start, end: self._events.append(data[start:end]),
                "on_end": self._end,
            },
        )

    def _begin_part(self) -> None:
        self._headers = Message()

    def _end_header(self) -> None:
        name, value = (b"".join(parts).decode("latin-1") for parts in (self._header, self._value))
        self._headers[name] = value
        self._header.clear()
        self._value.clear()

    def _end(self) -> None:
        self._ended = True


def _name_in(headers: Message) -> str:
    options = _options(headers)
    if options.get(b"name") != FIELD.encode():
        raise InvalidError.field(
            options.get(b"name", b"form").decode(errors="replace"),
            f"A form has one field, {FIELD}, and no others.",
        )
    plain = options.get(b"filename")
    if plain is None and "filename*" not in headers.get("content-disposition", ""):
        raise InvalidError.field(FIELD, f"{FIELD} is a file, with a filename.")
    # Against RFC 7578 some clients write names as RFC 5987 has it.
    name = (headers.get_filename() or "") if plain is None else plain.decode(errors="replace")
    for written, character in WRITTEN.items():
        name = name.replace(written, character)
    return name


def _options(headers: Message) -> dict[bytes, bytes]:
    return parse_options_header(headers.get("content-disposition"))[1]


def _malformed() -> InvalidError:
    return InvalidError("malformed", "The body is not a valid multipart form, or breaks off.")
