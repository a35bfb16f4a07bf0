"""Files: what they are, their content and previews, and taking them away."""

from msgspec import Struct

from parlour.api.loading import BODIES, SignedLink, reader_of, sent
from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.errors import NotFoundError
from parlour.core.files import browse, remove, serve, show
from parlour.core.files.links import What, is_signed
from parlour.core.ids import ChannelId, FileId, UserId
from parlour.core.model.files import File, FileKind, RenditionName
from parlour.core.model.page import Page
from parlour.workflows.links import file_link

routes = Routes("Files", family="files")

PREVIEWS: tuple[RenditionName, ...] = RenditionName.__args__  # type: ignore[attr-defined]
ADDRESS_OF_CONTENT = "/api/v1/files/{file}/content"
ADDRESS_OF_PREVIEW = "/api/v1/files/{file}/previews/{name}"
REFUSALS = (401, 403, 404, 409, 416, 422)


class WhichFiles(Struct, frozen=True):
    """Files by their ids, separated by commas."""

    ids: str = ""


class FilesQuery(PageQuery, frozen=True):
    """Which files: of one `channel`, of a `kind`, uploaded `by` somebody, with words `q` in their name."""

    channel: ChannelId | None = None
    kind: FileKind | None = None
    by: UserId | None = None
    q: str = ""


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
    others="file.delete_any",
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
    return sent(call, await serve.open_content(call.house, file_id, reader))


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
    return sent(call, await serve.open_preview(call.house, file_id, name, reader))


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

    def holds(reader: UserId, until: int, signature: str) -> bool:
        return is_signed(file_id, what, reader, until, signature, call.house.settings)

    return await reader_of(call, "files:read", holds, what="file")
