"""What I was told of: the notification centre."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.errors import InvalidError
from parlour.core.model.notifications import KINDS, Notification, NotificationKind
from parlour.core.model.page import Page
from parlour.core.notify import centre

routes = Routes("Notifications", family="notifications")


class CentreQuery(PageQuery, frozen=True):
    """Which of my notifications: only unread ones, or only of some kinds (`kind=mention,group`)."""

    unread: bool = False
    kind: str | None = None


class Count(Struct, frozen=True):
    """How many there are; a count is not told beyond 100."""

    count: int


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/notifications",
    who="signed in",
    summary="What I was told of, the newest first, each message as it is now",
    query=CentreQuery,
    answers={200: Page[Notification]},
    errors=(404, 422),
)
async def list_notifications(call: Call) -> Answer:
    """List the caller's notifications."""
    query = call.query(CentreQuery)
    page = await centre.mine(
        call.house,
        call.user_id,
        call.path("workspace"),
        unread=query.unread,
        kinds=_kinds(query.kind),
        before=query.cursor,
        limit=call.limit(query.limit),
    )
    return Answer(200, page)


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/notifications/unread",
    who="signed in",
    summary="How many of my notifications are unread",
    answers={200: Count},
    errors=(404,),
)
async def count_unread_notifications(call: Call) -> Answer:
    """Count the caller's unread notifications."""
    return Answer(200, Count(await centre.count_unread(call.house, call.user_id, call.path("workspace"))))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/notifications/read",
    who="signed in",
    summary="Mark notifications read, some or all; nothing pending is sent for them any more",
    body=centre.Marking,
    answers={200: centre.Marked},
    errors=(404, 422),
)
async def read_notifications(call: Call) -> Answer:
    """Mark notifications of the caller's read."""
    marking = call.body(centre.Marking)
    return Answer(200, await centre.read(call.house, call.user_id, call.path("workspace"), marking))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/notifications/unread",
    who="signed in",
    summary="Mark notifications unread again, by their ids",
    body=centre.MarkingUnread,
    answers={200: centre.Marked},
    errors=(404, 422),
)
async def unread_notifications(call: Call) -> Answer:
    """Mark notifications of the caller's unread again."""
    marking = call.body(centre.MarkingUnread)
    return Answer(200, await centre.unread(call.house, call.user_id, call.path("workspace"), marking))


def _kinds(given: str | None) -> list[NotificationKind]:
    asked = given.split(",") if given else []
    known = [kind for kind in KINDS if kind in asked]
    if len(known) < len(set(asked)):
        raise InvalidError.field("kind", f"kind is one or some of {', '.join(KINDS)}, parted by commas.")
    return known
