"""Resumable uploads, by tus 1.0.0. An upload becomes the file of the same id."""

from parlour.api import tus
from parlour.api.routing import Answer, Call, Routes
from parlour.core.chat.channels import check_in_workspace
from parlour.core.errors import ParlourError
from parlour.core.files import begin, uploads
from parlour.core.files.names import UNNAMED
from parlour.core.model.uploads import Upload

routes = Routes("Uploads", family="files")


@routes.add(
    "OPTIONS",
    "/api/v1/workspaces/{workspace}/uploads",
    who="signed in",
    summary="What uploads may be, by tus 1.0.0",
    answers={204: None},
    errors=(404,),
    headers=tus.ALWAYS,
)
async def discover_uploads(call: Call) -> Answer:
    """Say which version and extensions of tus there are, and how large a file may be."""
    await check_in_workspace(call.house, call.path("workspace"), call.user_id)
    return Answer(204, headers=tus.offered(call.house.settings))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/uploads",
    who="signed in",
    needs="file.upload",
    summary="Begin an upload, by tus 1.0.0",
    answers={201: None},
    errors=(400, 404, 408, 412, 413, 415, 429, 460),
    streamed=True,
    takes=tus.MEDIA_TYPE,
    headers=tus.ALWAYS,
)
async def begin_upload(call: Call) -> Answer:
    """Begin an upload of `Upload-Length` bytes; members may. `Upload-Metadata` has its `filename`.

    The body may bring the first bytes already. `Location` is where the upload goes on; its last part is the file's id.
    """
    await check_in_workspace(call.house, call.path("workspace"), call.user_id)
    tus.check_version(call)
    length, checksum = tus.length_of(call), tus.checksum_of(call)
    metadata, told = tus.metadata_of(call)
    brings = tus.body_length(call) != 0
    if brings:
        tus.check_media_type(call)
    upload = await begin.begin(
        call.house,
        call.user_id,
        call.path("workspace"),
        name=told.get("filename") or told.get("name") or UNNAMED,
        size=length,
        metadata=metadata,
    )
    location = {"Location": f"/api/v1/uploads/{upload.id}"}
    if not brings:
        return Answer(201, headers=location | tus.expires(upload))
    try:
        upload = await uploads.append(
            call.house,
            call.user_id,
            upload.id,
            call.chunks(idle=call.house.settings.upload_idle),
            offset=0,
            length=tus.body_length(call),
            checksum=checksum,
        )
    except ParlourError:
        # Its client does not know where it is, so nobody goes on with it.
        await uploads.discard(call.house, upload)
        raise
    return Answer(201, headers=location | _offset(upload))


@routes.add(
    "HEAD",
    "/api/v1/uploads/{upload}",
    who="signed in",
    summary="How far an upload is, by tus 1.0.0",
    answers={200: None},
    errors=(404, 410, 412),
    headers=tus.ALWAYS,
)
async def show_upload(call: Call) -> Answer:
    """Say how many bytes of an upload are stored; its uploader may."""
    tus.check_version(call)
    upload = await uploads.get(call.house, call.user_id, call.path("upload"))
    metadata = {"Upload-Metadata": upload.metadata} if upload.metadata else {}
    headers = _offset(upload) | {"Upload-Length": str(upload.size)} | metadata
    return Answer(200, headers={**headers, "Cache-Control": "no-store"})


@routes.add(
    "PATCH",
    "/api/v1/uploads/{upload}",
    who="signed in",
    summary="Go on with an upload, by tus 1.0.0",
    answers={204: None},
    errors=(400, 404, 408, 409, 410, 412, 413, 415, 423, 460),
    streamed=True,
    takes=tus.MEDIA_TYPE,
    headers=tus.ALWAYS,
)
async def continue_upload(call: Call) -> Answer:
    """Add bytes at `Upload-Offset`, as many as come in; its uploader may.

    What came in is kept though the connection breaks. With `Upload-Checksum`, all of the request counts or nothing.
    """
    tus.check_version(call)
    tus.check_media_type(call)
    upload = await uploads.append(
        call.house,
        call.user_id,
        call.path("upload"),
        call.chunks(idle=call.house.settings.upload_idle),
        offset=tus.number_of(call, "Upload-Offset"),
        length=tus.body_length(call),
        checksum=tus.checksum_of(call),
    )
    return Answer(204, headers=_offset(upload))


@routes.add(
    "DELETE",
    "/api/v1/uploads/{upload}",
    who="signed in",
    summary="End an upload, by tus 1.0.0",
    answers={204: None},
    errors=(404, 409, 410, 412),
    headers=tus.ALWAYS,
)
async def end_upload(call: Call) -> Answer:
    """Give an upload up, and delete what is stored of it; its uploader may, until it is complete."""
    tus.check_version(call)
    await uploads.terminate(call.house, call.user_id, call.path("upload"))
    return Answer(204)


@routes.add(
    "POST",
    "/api/v1/uploads/{upload}",
    who="signed in",
    summary="PATCH or DELETE an upload from where neither can be sent (X-HTTP-Method-Override)",
    answers={204: None},
    errors=(400, 404, 408, 409, 410, 412, 413, 415, 423, 460),
    streamed=True,
    takes=tus.MEDIA_TYPE,
    headers=tus.ALWAYS,
)
async def override_upload(call: Call) -> Answer:
    """Do what `X-HTTP-Method-Override` names: PATCH, DELETE or HEAD."""
    meant = {"PATCH": continue_upload, "DELETE": end_upload, "HEAD": show_upload}
    named = call.request.headers.get("x-http-method-override", "").upper()
    if named not in meant:
        raise tus.ProtocolError(
            "malformed_header", f"X-HTTP-Method-Override is one of {', '.join(meant)} here."
        )
    return await meant[named](call)


def _offset(upload: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(upload.offset)} | tus.expires(upload)
