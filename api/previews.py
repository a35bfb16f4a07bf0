"""Previews of links, for who does not want them."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, Routes
from parlour.core.ids import EntryId
from parlour.core.model.chat import Entry
from parlour.core.previews.unfurl import remove_preview

routes = Routes("Previews", family="messages")


class WhichPreview(Struct, frozen=True):
    """The preview of which link; without it, all."""

    url: str | None = None


@routes.add(
    "DELETE",
    "/api/v1/messages/{message}/previews",
    who="signed in",
    others="message.delete_any",
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
