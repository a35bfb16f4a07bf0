"""Reactions to messages, and pins."""

from urllib.parse import unquote

from parlour.api.routing import Answer, Call, Routes
from parlour.core.chat import pins, reactions
from parlour.core.model.chat import Entry
from parlour.core.model.page import Page

routes = Routes("Reactions and pins", family="messages")


@routes.add(
    "PUT",
    "/api/v1/messages/{message}/reactions/{emoji}",
    who="signed in",
    summary="React to a message with an emoji, itself or as :name:",
    answers={204: None},
    errors=(403, 404, 409, 422, 503),
)
async def add_reaction(call: Call) -> Answer:
    """Add the caller's reaction; again changes nothing."""
    await reactions.react(call.house, call.user_id, call.path("message"), unquote(call.path("emoji")))
    return Answer(204)


@routes.add(
    "DELETE",
    "/api/v1/messages/{message}/reactions/{emoji}",
    who="signed in",
    summary="Take my reaction back",
    answers={204: None},
    errors=(403, 404, 409, 422, 503),
)
async def remove_reaction(call: Call) -> Answer:
    """Remove the caller's reaction; nothing if there is none."""
    await reactions.unreact(call.house, call.user_id, call.path("message"), unquote(call.path("emoji")))
    return Answer(204)


@routes.add(
    "PUT",
    "/api/v1/messages/{message}/pin",
    who="signed in",
    summary="Pin a message to its channel",
    answers={204: None},
    errors=(403, 404, 409, 503),
)
async def pin_message(call: Call) -> Answer:
    """Pin a message; again changes nothing."""
    await pins.pin(call.house, call.user_id, call.path("message"))
    return Answer(204)


@routes.add(
    "DELETE",
    "/api/v1/messages/{message}/pin",
    who="signed in",
    summary="Take a message's pin off",
    answers={204: None},
    errors=(403, 404, 409, 503),
)
async def unpin_message(call: Call) -> Answer:
    """Unpin a message; nothing if it is not pinned."""
    await pins.unpin(call.house, call.user_id, call.path("message"))
    return Answer(204)


@routes.add(
    "GET",
    "/api/v1/channels/{channel}/pins",
    who="signed in",
    summary="A channel's pinned messages, the last sent first",
    answers={200: Page[Entry]},
    errors=(404,),
)
async def list_pins(call: Call) -> Answer:
    """Return what is pinned; a setting bounds how much (pins_per_channel)."""
    return Answer(200, Page(await pins.pins(call.house, call.user_id, call.path("channel"))))
