"""Files: what they are, their content and previews, and taking them away."""

from msgspec import Struct

from parlour.api.ranges import Version, is_known, wanted_part
from parlour.api.routing import Answer, Call, PageQuery, Routes, Streamed
from parlour.api.serving import caller
from parlour.core.errors import NotFoundError
from parlour.core.files import browse, remove, serve, show
from parlour.core.files.links import What, is_signed
from parlour.core.ids import ChannelId, FileId, UserId
from parlour.core.model.files import File, FileKind, RenditionName
from parlour.core.model.page import Page
from parlour.workflows.links import file_link

routes = Routes("Files")

PREVIEWS: tuple[RenditionName, ...] = RenditionName.__args__  # type: ignore[attr-defined]
ADDRESS_OF_CONTENT = "/api/v1/files/{file}/content"
ADDRESS_OF_PREVIEW = "/api/v1/files/{file}/previews/{name}"
BODIES = {200: Streamed, 206: Streamed, 304: None}
REFUSALS = (401, 404, 409, 416)


class WhichFiles(Struct, frozen=True):
    """Files by their ids, separated by commas."""

    ids: str = ""


class FilesQuery(PageQuery, frozen=True):
    """Which files: of one `channel`, of a `kind`, uploaded `by` somebody, with words `q` in their name."""

    channel: ChannelId | None = None
    kind: FileKind | None = None
    by: UserId | None = None
    q: str = ""


class SignedLink(Struct, frozen=True):
    """What makes a link hold without a token: for whom, until when (seconds since 1970), and our signature."""

    reader: UserId | None = None
    until: int = 0
    signature: str = ""


@routes.add(
    "GET",
    "/api/v1/files/{file}",
    who="signed in",
    summary="A file, with links to its content and previews while it is clean",
    answers={200: File},
    errors=(404,),
)
async def get_file(call: Call) -> Answer:
    """Return a file to its uploader, and to who may see a message that holds it."""
    link_to = file_link(call.house.settings)
    return Answer(200, await show.file(call.house, call.user_id, call.path("file"), link_to=link_to))


@routes.add(
    "GET",
    "/api/v1/files",
    who="signed in",
    summary="Several files by their ids: those that I may see",
    query=WhichFiles,
    answers={200: Page[File]},
    errors=(422,),
)
async def get_files(call: Call) -> Answer:
    """Return those of several files that the caller may see."""
    ids = [FileId(given) for given in call.query(WhichFiles).ids.split(",") if given]
    link_to = file_link(call.house.settings)
    return Answer(200, Page(await show.files(call.house, call.user_id, ids, link_to=link_to)))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/files",
    who="signed in",
    summary="The files in my channels of a workspace, or in one channel, the newest first",
    query=FilesQuery,
    answers={200: Page[File]},
    errors=(404, 422),
)
async def list_files(call: Call) -> Answer:
    """List files that messages hold which the caller may see."""
    query = call.query(FilesQuery)
    found = await browse.browse(
        call.house,
        call.user_id,
        call.path("workspace"),
        browse.Wanted(channel_id=query.channel, kind=query.kind, uploader_id=query.by, q=query.q),
        after=FileId(query.cursor) if query.cursor else None,
        limit=call.limit(query.limit),
        link_to=file_link(call.house.settings),
    )
    return Answer(200, found)


@routes.add(
    "DELETE",
    "/api/v1/files/{file}",
    who="signed in",
    summary="Delete a file, everywhere",
    answers={204: None},
    errors=(403, 404),
)
async def delete_file(call: Call) -> Answer:
    """Delete a file; who uploaded it, and owners, may."""
    await remove.delete_file(call.house, call.user_id, call.path("file"))
    return Answer(204)


@routes.add(
    "GET",
    ADDRESS_OF_CONTENT,
    who="anyone",
    summary="A file's content, or a range of it: by an access token, or by a link that was given to me",
    query=SignedLink,
    answers=BODIES,
    errors=REFUSALS,
)
async def get_content(call: Call) -> Answer:
    """Send the content of a clean file to who may see it."""
    file_id = FileId(call.path("file"))
    reader = await _reader(call, file_id, None)
    return _sent(call, await serve.open_content(call.house, file_id, reader))


@routes.add(
    "HEAD",
    ADDRESS_OF_CONTENT,
    who="anyone",
    summary="The headers of a file's content",
    query=SignedLink,
    answers=BODIES,
    errors=REFUSALS,
)
async def head_content(call: Call) -> Answer:
    """Answer as to GET, without the content."""
    return await get_content(call)


@routes.add(
    "GET",
    ADDRESS_OF_PREVIEW,
    who="anyone",
    summary="A preview of a file, as its content",
    query=SignedLink,
    answers=BODIES,
    errors=REFUSALS,
)
async def get_preview(call: Call) -> Answer:
    """Send a preview of a clean file to who may see it."""
    file_id, given = FileId(call.path("file")), call.path("name")
    name = next((name for name in PREVIEWS if name == given), None)
    if name is None:
        raise NotFoundError.of("preview")
    reader = await _reader(call, file_id, name)
    return _sent(call, await serve.open_preview(call.house, file_id, name, reader))


@routes.add(
    "HEAD",
    ADDRESS_OF_PREVIEW,
    who="anyone",
    summary="The headers of a preview",
    query=SignedLink,
    answers=BODIES,
    errors=REFUSALS,
)
async def head_preview(call: Call) -> Answer:
    """Answer as to GET, without the preview."""
    return await get_preview(call)


async def _reader(call: Call, file_id: FileId, what: What) -> UserId:
    """Return who reads, by a signed link or by a token."""
    given = call.query(SignedLink)
    if not given.signature:
        return (await caller(call.house, call.request)).user_id
    reader = given.reader or UserId("")
    if not is_signed(file_id, what, reader, given.until, given.signature, call.house.settings):
        raise NotFoundError.of("file")
    return reader


def _sent(call: Call, served: serve.Served) -> Answer:
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
