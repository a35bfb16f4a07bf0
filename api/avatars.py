"""Pictures of people."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, Content, Routes
from parlour.core.model.people import User
from parlour.core.people import avatars
from parlour.core.people.avatar_images import MEDIA_TYPE

routes = Routes("People", family="people")
KEPT = "private, max-age=31536000, immutable"


class NewAvatar(Struct, frozen=True, forbid_unknown_fields=True):
    """A picture of oneself: a PNG, GIF, WebP or JPEG picture in base64. What is not square is cut."""

    image: bytes


@routes.add(
    "PUT",
    "/api/v1/me/avatar",
    who="signed in",
    summary="Show a picture of me instead of my initials",
    body=NewAvatar,
    answers={200: User},
    errors=(413, 422),
)
async def put_avatar(call: Call) -> Answer:
    """Take the caller's picture."""
    return Answer(200, await avatars.put(call.house, call.user_id, call.body(NewAvatar).image))


@routes.add(
    "DELETE",
    "/api/v1/me/avatar",
    who="signed in",
    summary="Show my initials again",
    answers={200: User},
)
async def remove_avatar(call: Call) -> Answer:
    """Take the caller's picture away."""
    return Answer(200, await avatars.remove(call.house, call.user_id))


@routes.add(
    "GET",
    "/api/v1/avatars/{version}/{side}",
    who="anyone",
    summary="A picture, by the address that a person comes with; the side is 64, 192 or 512 pixels",
    answers={200: bytes, 304: None},
    errors=(404,),
)
async def get_avatar(call: Call) -> Answer:
    """Return a picture, which never changes under its address."""
    version, side = call.path("version"), call.path("side")
    image = await avatars.picture(call.house, version, side)
    tag = f'"{version}-{side}"'
    headers = {"ETag": tag, "Cache-Control": KEPT}
    if tag in call.request.headers.get("if-none-match", "").replace("W/", ""):
        return Answer(304, None, headers=headers)
    return Answer(200, Content(image, MEDIA_TYPE, KEPT), headers=headers)
