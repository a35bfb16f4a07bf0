"""Previews of links, for who does not want them."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, Routes
from parlour.core.ids import EntryId
from parlour.core.model.chat import Entry
from parlour.core.people import workspaces
from parlour.core.previews.unfurl import remove_preview

routes = Routes("Previews")


class WhichPreview(Struct, frozen=True):
    """The preview of which link; without it, all."""

    url: str | None = None


class PreviewSetting(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether links in a workspace's messages are looked up."""

    enabled: bool


@routes.add(
    "DELETE",
    "/api/v1/messages/{message}/previews",
    who="signed in",
    summary="Take previews off one's own message",
    query=WhichPreview,
    answers={200: Entry},
    errors=(403, 404, 409, 503),
)
async def delete_previews(call: Call) -> Answer:
    """Remove the preview of one link, or all; their author and moderators may."""
    which = call.query(WhichPreview)
    message_id = EntryId(call.path("message"))
    return Answer(200, await remove_preview(call.house, call.user_id, message_id, which.url))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/link-previews",
    who="signed in",
    summary="Whether links are looked up",
    answers={200: PreviewSetting},
    errors=(404,),
)
async def get_preview_setting(call: Call) -> Answer:
    """Return the workspace's setting."""
    return Answer(
        200, PreviewSetting(await workspaces.previews_links(call.house, call.user_id, call.path("workspace")))
    )


@routes.add(
    "PUT",
    "/api/v1/workspaces/{workspace}/link-previews",
    who="signed in",
    summary="Turn previews of links on or off",
    body=PreviewSetting,
    answers={200: PreviewSetting},
    errors=(403, 404, 422),
)
async def set_preview_setting(call: Call) -> Answer:
    """Change the workspace's setting; owners may. Previews that are there stay."""
    given = call.body(PreviewSetting)
    await workspaces.set_previews_links(
        call.house, call.user_id, call.path("workspace"), enabled=given.enabled
    )
    return Answer(200, given)
