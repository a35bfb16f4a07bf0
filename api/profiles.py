"""What people say of themselves, and what others see of them."""

from datetime import datetime

from msgspec import Struct

from parlour.api.routing import Answer, Call, Routes
from parlour.core.model.people import Profile, Status, User
from parlour.core.people import profiles

routes = Routes("People", family="people")


class Until(Struct, frozen=True, forbid_unknown_fields=True):
    """Until when, with its offset from UTC."""

    until: datetime


@routes.add(
    "PATCH",
    "/api/v1/me",
    who="signed in",
    summary="Change my name, handle, title or time zone; what is left out stays",
    body=profiles.ProfileChange,
    answers={200: User},
    errors=(409, 422),
)
async def change_me(call: Call) -> Answer:
    """Change the caller's profile."""
    return Answer(200, await profiles.change(call.house, call.user_id, call.body(profiles.ProfileChange)))


@routes.add(
    "PUT",
    "/api/v1/me/status",
    who="signed in",
    summary="Set my status: an emoji, a few words, and until when",
    body=Status,
    answers={200: User},
    errors=(422,),
)
async def set_status(call: Call) -> Answer:
    """Set the caller's status."""
    return Answer(200, await profiles.set_status(call.house, call.user_id, call.body(Status)))


@routes.add("DELETE", "/api/v1/me/status", who="signed in", summary="Clear my status", answers={200: User})
async def clear_status(call: Call) -> Answer:
    """Clear the caller's status."""
    return Answer(200, await profiles.clear_status(call.house, call.user_id))


@routes.add(
    "PUT",
    "/api/v1/me/dnd",
    who="signed in",
    summary="Do not disturb me until then",
    body=Until,
    answers={200: User},
    errors=(422,),
)
async def begin_dnd(call: Call) -> Answer:
    """Begin do not disturb."""
    return Answer(200, await profiles.set_dnd(call.house, call.user_id, call.body(Until).until))


@routes.add(
    "DELETE", "/api/v1/me/dnd", who="signed in", summary="I may be disturbed again", answers={200: User}
)
async def end_dnd(call: Call) -> Answer:
    """End do not disturb."""
    return Answer(200, await profiles.set_dnd(call.house, call.user_id, None))


@routes.add(
    "PUT",
    "/api/v1/me/away",
    who="signed in",
    summary="Show me as away, whatever my devices say",
    answers={200: User},
)
async def begin_away(call: Call) -> Answer:
    """Set the caller away."""
    return Answer(200, await profiles.set_away(call.house, call.user_id, away=True))


@routes.add(
    "DELETE", "/api/v1/me/away", who="signed in", summary="Show me as my devices say", answers={200: User}
)
async def end_away(call: Call) -> Answer:
    """End being set away."""
    return Answer(200, await profiles.set_away(call.house, call.user_id, away=False))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/members/{user}",
    who="signed in",
    summary="The profile of a member: who they are, their status, whether they are here",
    answers={200: Profile},
    errors=(404,),
)
async def get_profile(call: Call) -> Answer:
    """Return the profile of someone of a workspace of the caller's."""
    found = await profiles.profile(call.house, call.user_id, call.path("workspace"), call.path("user"))
    return Answer(200, found)
