"""Scheduled messages: messages of one's own that wait for their time."""

from msgspec.structs import replace

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.ids import ScheduledId
from parlour.core.later import scheduled
from parlour.core.model.later import Scheduled
from parlour.core.model.page import Page
from parlour.workflows.links import link_to, scheduled_id

routes = Routes("Scheduled messages", family="messages")


@routes.add(
    "POST",
    "/api/v1/channels/{channel}/scheduled",
    who="signed in",
    summary="Send a message later",
    body=scheduled.NewScheduled,
    answers={201: Scheduled},
    errors=(403, 404, 409, 422),
    repeatable=True,
)
async def schedule_message(call: Call) -> Answer:
    """Let a message wait for its time: `at`, or `when` in words."""
    given = call.body(scheduled.NewScheduled)
    return Answer(201, await scheduled.schedule(call.house, call.user_id, call.path("channel"), given))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/scheduled",
    who="signed in",
    summary="My messages that wait or could not be sent, by their time",
    query=PageQuery,
    answers={200: Page[Scheduled]},
    errors=(404, 422),
)
async def list_scheduled(call: Call) -> Answer:
    """List the caller's scheduled messages."""
    page = call.query(PageQuery)
    return Answer(
        200,
        await scheduled.mine(
            call.house,
            call.user_id,
            call.path("workspace"),
            after=page.cursor,
            limit=call.limit(page.limit),
        ),
    )


@routes.add(
    "GET",
    "/api/v1/scheduled/{scheduled}",
    who="signed in",
    summary="A scheduled message of mine, what became of it, and its workflow",
    answers={200: Scheduled},
    errors=(404,),
)
async def get_scheduled(call: Call) -> Answer:
    """Return one of the caller's scheduled messages."""
    found = await scheduled.get(call.house, call.user_id, call.path("scheduled"))
    return Answer(200, replace(found, workflow=link_to(call.house.settings, scheduled_id(found.id))))


@routes.add(
    "PATCH",
    "/api/v1/scheduled/{scheduled}",
    who="signed in",
    summary="Change the text or the time of a scheduled message",
    body=scheduled.ScheduledChange,
    answers={200: Scheduled},
    errors=(403, 404, 409, 422),
)
async def change_scheduled(call: Call) -> Answer:
    """Change one that waits or failed; then it waits again."""
    given = call.body(scheduled.ScheduledChange)
    return Answer(200, await scheduled.change(call.house, call.user_id, _id(call), given))


@routes.add(
    "POST",
    "/api/v1/scheduled/{scheduled}/send",
    who="signed in",
    summary="Send a scheduled message now",
    answers={200: Scheduled},
    errors=(404, 409),
)
async def send_scheduled_now(call: Call) -> Answer:
    """Let one that waits or failed be sent at once."""
    return Answer(200, await scheduled.send_now(call.house, call.user_id, _id(call)))


@routes.add(
    "DELETE",
    "/api/v1/scheduled/{scheduled}",
    who="signed in",
    summary="Cancel a scheduled message, or put away one that failed",
    answers={204: None},
    errors=(404, 409),
)
async def cancel_scheduled(call: Call) -> Answer:
    """Cancel one; again changes nothing."""
    await scheduled.cancel(call.house, call.user_id, _id(call))
    return Answer(204)


def _id(call: Call) -> ScheduledId:
    return ScheduledId(call.path("scheduled"))
