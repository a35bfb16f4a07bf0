"""Small files in one request: a multipart form."""

from parlour.api.multipart import FileForm
from parlour.api.routing import Answer, Call, Routes
from parlour.api.tus import body_length
from parlour.core.chat.channels import check_in_workspace
from parlour.core.files import forms
from parlour.core.model.files import File

routes = Routes("Files", family="files")

ABOUT_A_FORM_BYTES = 65_536
"""What a form may have beside its file, where that is known before it comes."""


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/files",
    who="signed in",
    needs="file.upload",
    summary="Upload a file in a form",
    answers={201: File},
    errors=(404, 408, 409, 413, 415, 422, 429),
    repeatable=True,
    streamed=True,
    takes="multipart/form-data",
)
async def add_file(call: Call) -> Answer:
    """Upload a file as the field `file` of a form; members may. It is scanned next, and nobody else sees it before.

    Larger files, and those that should survive a broken connection, are uploaded resumably. Of two requests with one
    `Idempotency-Key` only the first is taken, whatever the second one brings.
    """
    house, length = call.house, body_length(call)
    await check_in_workspace(house, call.path("workspace"), call.user_id)
    if length is not None and length > house.settings.form_max_bytes + ABOUT_A_FORM_BYTES:
        raise forms.too_large(house)
    content_type = call.request.headers.get("content-type", "")
    form = FileForm(content_type, call.chunks(idle=house.settings.upload_idle))
    name = await form.name()
    taken = await forms.take_form(
        house, call.user_id, call.path("workspace"), form.data(), name=name, length=length
    )
    return Answer(201, taken)
