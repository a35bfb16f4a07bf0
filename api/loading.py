"""Loading what is kept in the file store: by a token or by a signed link, whole, in part, or not at all once known."""

from collections.abc import Callable

from msgspec import Struct

from parlour.api.ranges import Version, is_known, wanted_part
from parlour.api.routing import Answer, Call, Streamed
from parlour.api.serving import caller
from parlour.core.errors import NotFoundError
from parlour.core.files.serve import Served
from parlour.core.ids import UserId
from parlour.core.model.rights import Scope
from parlour.core.people.scopes import check_scope

BODIES = {200: Streamed, 206: Streamed, 304: None}


class SignedLink(Struct, frozen=True):
    """What makes a link hold without a token: for whom, until when (seconds since 1970), and our signature."""

    reader: UserId | None = None
    until: int = 0
    signature: str = ""


async def reader_of(
    call: Call, scope: Scope, holds: Callable[[UserId, int, str], bool], *, what: str
) -> UserId:
    """Return who loads `what`: by a signed link that `holds` for a reader until a time, or by a token with a scope.

    Raises:
        NotFoundError: the link does not hold.
        UnauthenticatedError: there is neither.
        ForbiddenError: `missing_scope`.
    """
    given = call.query(SignedLink)
    if not given.signature:
        identity = await caller(call.house, call.request)
        check_scope(identity, scope)
        return identity.user_id
    reader = given.reader or UserId("")
    if not holds(reader, given.until, given.signature):
        raise NotFoundError.of(what)
    return reader


def sent(call: Call, served: Served) -> Answer:
    """Return the whole, the part that is asked for, or that it is known already."""
    version = Version(served.size, served.etag, served.modified_at)
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": served.etag,
        "Last-Modified": version.last_modified,
        "Content-Disposition": served.disposition,
        # Asked anew each time, and answered with 304: so it ends with the message, or the membership.
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
    }
    asked = call.request.headers
    if is_known(asked, version):
        return Answer(304, headers=headers)
    part = wanted_part(asked, version) if call.request.method == "GET" else None
    start, end = (part.start, part.end) if part else (0, served.size)
    if part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{served.size}"
    chunks = served.bytes_of(call.house, start, end)
    return Answer(206 if part else 200, Streamed(chunks, served.media_type, end - start), headers=headers)
