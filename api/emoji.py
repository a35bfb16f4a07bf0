"""A workspace's own emoji, and their pictures."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, Content, PageQuery, Routes
from parlour.core.emoji import custom
from parlour.core.emoji.images import MEDIA_TYPE
from parlour.core.model.emoji import CustomEmoji
from parlour.core.model.page import Page

routes = Routes("Emoji", family="workspaces")


class NewEmoji(Struct, frozen=True, forbid_unknown_fields=True):
    """An emoji to add: `image` is a PNG, GIF, WebP or JPEG picture in base64."""

    name: str
    image: bytes


class SignedAddress(Struct, frozen=True):
    """What makes the address of a picture hold."""

    version: str = ""
    until: int = 0
    signature: str = ""


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/emoji",
    who="signed in",
    summary="The workspace's own emoji",
    query=PageQuery,
    answers={200: Page[CustomEmoji]},
    errors=(404, 422),
)
async def list_emoji(call: Call) -> Answer:
    """List emoji by name."""
    page = call.query(PageQuery)
    found = await custom.listed(
        call.house, call.user_id, call.path("workspace"), after=page.cursor, limit=call.limit(page.limit)
    )
    return Answer(200, found)


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/emoji",
    who="signed in",
    needs="emoji.add",
    summary="Add an emoji",
    body=NewEmoji,
    answers={201: CustomEmoji},
    errors=(404, 409, 413),
    repeatable=True,
)
async def add_emoji(call: Call) -> Answer:
    """Add an emoji to the workspace; every member may."""
    given = call.body(NewEmoji)
    added = await custom.add(call.house, call.user_id, call.path("workspace"), given.name, given.image)
    return Answer(201, added)


@routes.add(
    "DELETE",
    "/api/v1/workspaces/{workspace}/emoji/{name}",
    who="signed in",
    others="emoji.remove_any",
    summary="Take an emoji away",
    answers={204: None},
    errors=(403, 404),
)
async def remove_emoji(call: Call) -> Answer:
    """Take an emoji away; who added it, and owners, may."""
    await custom.remove(call.house, call.user_id, call.path("workspace"), call.path("name"))
    return Answer(204)


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/emoji/{name}/image",
    who="anyone",
    summary="An emoji's picture, by the signed address that members are given",
    query=SignedAddress,
    answers={200: bytes},
    errors=(404, 422),
)
async def get_emoji_image(call: Call) -> Answer:
    """Return the picture, which never changes under its address."""
    at = call.query(SignedAddress)
    image = await custom.picture(
        call.house, call.path("workspace"), call.path("name"), at.version, at.until, at.signature
    )
    return Answer(200, Content(image, MEDIA_TYPE, "private, max-age=86400, immutable"))
