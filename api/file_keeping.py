"""Files as a workspace's owners keep them: quarantine, scanning all again, and how scanner and store fare."""

from msgspec.structs import asdict

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.files import operations, quarantine
from parlour.core.files.telling import shown
from parlour.core.model.file_keeping import FileOperations, Quarantined, Release, Rescanning
from parlour.core.model.files import File
from parlour.core.model.page import Page
from parlour.workflows.links import file_link, link_to, rescan_id

routes = Routes("Files", family="files")


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/quarantine",
    who="signed in",
    needs="file.judge",
    summary="The files in quarantine, the newest first; for owners",
    query=PageQuery,
    answers={200: Page[Quarantined]},
    errors=(403, 404, 422),
)
async def list_quarantine(call: Call) -> Answer:
    """Page through a workspace's quarantine."""
    query = call.query(PageQuery)
    found = await quarantine.quarantine(
        call.house,
        call.user_id,
        call.path("workspace"),
        before=query.cursor,
        limit=call.limit(query.limit),
        link_to=file_link(call.house.settings),
    )
    return Answer(200, found)


@routes.add(
    "POST",
    "/api/v1/files/{file}/release",
    who="signed in",
    needs="file.judge",
    summary="Let a file out of quarantine, and every other one of the same content; for owners",
    body=Release,
    answers={200: File},
    errors=(403, 404, 409, 422, 503),
)
async def release_file(call: Call) -> Answer:
    """Release a file; where a virus was found, with a reason and `confirm`."""
    record = await quarantine.release(call.house, call.user_id, call.path("file"), call.body(Release))
    return Answer(200, shown(record))


@routes.add(
    "POST",
    "/api/v1/files/{file}/retry",
    who="signed in",
    others="file.judge",
    summary="Try a file again that failed or waits, as its uploader or an owner",
    answers={202: File},
    errors=(403, 404, 409, 503),
)
async def retry_file(call: Call) -> Answer:
    """Wake a file's workflow, or start it again."""
    return Answer(202, shown(await quarantine.retry(call.house, call.user_id, call.path("file"))))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/rescan",
    who="signed in",
    needs="operations.act",
    summary="Scan all files of the workspace again with the present signatures, as its owner",
    answers={202: Rescanning},
    errors=(403, 404, 503),
)
async def start_rescan(call: Call) -> Answer:
    """Start it, unless it is going on already."""
    await operations.rescan(call.house, call.user_id, call.path("workspace"))
    return Answer(202, await _rescanning(call))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/rescan",
    who="signed in",
    needs="operations.read",
    summary="How far scanning all files again is, for owners",
    answers={200: Rescanning},
    errors=(403, 404),
)
async def get_rescan(call: Call) -> Answer:
    """Return the progress, or how the last one went."""
    return Answer(200, await _rescanning(call))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/file-operations",
    who="signed in",
    needs="operations.read",
    summary="How virus scanner and file store fare, what waits, and what is used; for owners",
    answers={200: FileOperations},
    errors=(403, 404),
)
async def get_file_operations(call: Call) -> Answer:
    """Return scanner, store, and the files that wait."""
    found = await operations.operations(
        call.house, call.user_id, call.path("workspace"), link_to=file_link(call.house.settings)
    )
    return Answer(200, found)


async def _rescanning(call: Call) -> Rescanning:
    workspace_id = call.path("workspace")
    found = await operations.rescan_progress(call.house, call.user_id, workspace_id)
    return Rescanning(**asdict(found), workflow=link_to(call.house.settings, rescan_id(workspace_id)))
