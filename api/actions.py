"""Pressing the buttons at messages."""

from parlour.api.routing import Answer, Call, Routes
from parlour.core.integrations import actions
from parlour.core.model.chat import Entry

routes = Routes("Messages", family="messages")


@routes.add(
    "POST",
    "/api/v1/messages/{message}/actions/{action}",
    who="signed in",
    needs="message.send",
    summary="Press a button of a message",
    body=actions.Press,
    answers={200: Entry},
    errors=(403, 404, 409, 422),
)
async def press_action(call: Call) -> Answer:
    """Press a button; the channel sees who pressed what, and its author hears `message.acted`."""
    given = call.body(actions.Press)
    message = await actions.press(call.house, call.user_id, call.path("message"), call.path("action"), given)
    return Answer(200, message)
