"""Why someone was or was not notified: of a message, of a notification, of a person."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.model.notifications import Why
from parlour.core.model.page import Page
from parlour.core.notify import explain
from parlour.workflows.links import notify_link

routes = Routes("Notifications", family="notifications")


class WhyQuery(Struct, frozen=True):
    """Which of the people a message was for: all, or those who wanted it (true), or who did not (false)."""

    wanted: bool | None = None
    limit: int | None = None
    cursor: str | None = None


@routes.add(
    "GET",
    "/api/v1/messages/{message}/notifications",
    who="signed in",
    summary="Who was notified of a message, who was not, and why: all for its author and owners, else oneself",
    query=WhyQuery,
    answers={200: Page[Why]},
    errors=(404, 422),
)
async def list_message_notifications(call: Call) -> Answer:
    """Page through the people a message was for."""
    query = call.query(WhyQuery)
    return Answer(
        200,
        await explain.of_message(
            call.house,
            call.user_id,
            call.path("message"),
            wanted=query.wanted,
            after=query.cursor,
            limit=call.limit(query.limit),
            link_to=notify_link(call.house.settings),
        ),
    )


@routes.add(
    "GET",
    "/api/v1/notifications/{notification}/why",
    who="signed in",
    summary="Why I was notified, and on which ways; owners may ask for others",
    answers={200: Why},
    errors=(404,),
)
async def get_why(call: Call) -> Answer:
    """Return what became of a notification."""
    link = notify_link(call.house.settings)
    found = await explain.of_notification(call.house, call.user_id, call.path("notification"), link_to=link)
    return Answer(200, found)


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/members/{user}/notifications",
    who="signed in",
    others="operations.read",
    summary="What someone was notified of, the newest first, for themselves and owners; never any text",
    query=PageQuery,
    answers={200: Page[Why]},
    errors=(404, 422),
)
async def list_member_notifications(call: Call) -> Answer:
    """Page through someone's notifications, with what became of each."""
    page = call.query(PageQuery)
    return Answer(
        200,
        await explain.of_person(
            call.house,
            call.user_id,
            call.path("workspace"),
            call.path("user"),
            before=page.cursor,
            limit=call.limit(page.limit),
            link_to=notify_link(call.house.settings),
        ),
    )
