"""Messages: sending, reading, editing, deleting, marking, and what became of them."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.chat import access, delivery, edit, history, mentioned, read, send
from parlour.core.errors import InvalidError
from parlour.core.model.actions import MessageAction
from parlour.core.model.chat import Changes, Delivery, Entry
from parlour.core.model.page import Page
from parlour.workflows.links import delivery_link

routes = Routes("Messages", family="messages")


class MessageQuery(Struct, frozen=True):
    """Which messages: behind `after_n`, the last ones before `before_n`, or the first ones at a time or later."""

    before_n: int | None = None
    after_n: int | None = None
    at: datetime | None = None
    limit: int | None = None


class ChangesQuery(Struct, frozen=True):
    """Which entries: those behind `since_seq`."""

    since_seq: int = 0
    limit: int | None = None


class NewText(Struct, frozen=True, forbid_unknown_fields=True):
    """What a message shall say, and which buttons a bot's message shall have; left out, they stay."""

    text: str
    actions: list[MessageAction] | None = None


class Mark(Struct, frozen=True, forbid_unknown_fields=True):
    """Up to which message."""

    n: int


@routes.add(
    "POST",
    "/api/v1/channels/{channel}/messages",
    who="signed in",
    summary="Send a message; answered when it is durable (200: it was sent before)",
    body=send.Draft,
    answers={201: Entry, 200: Entry},
    errors=(404, 422, 503),
)
async def send_message(call: Call) -> Answer:
    """Send a message; `Idempotency-Key` stands in for a missing `client_id`."""
    given = call.body(send.Draft)
    if given.client_id is None and (key := call.request.headers.get("idempotency-key")):
        given = replace(given, client_id=key)
    appended = await send.send(call.house, call.user_id, call.path("channel"), given)
    return Answer(200 if appended.repeated else 201, appended.entry)


@routes.add(
    "GET",
    "/api/v1/channels/{channel}/messages",
    who="signed in",
    summary="A page of messages, oldest first; by default the last ones",
    query=MessageQuery,
    answers={200: Page[Entry]},
    errors=(404, 422),
)
async def list_messages(call: Call) -> Answer:
    """Page through a channel's messages."""
    query = call.query(MessageQuery)
    if sum(given is not None for given in (query.before_n, query.after_n, query.at)) > 1:
        raise InvalidError.field("after_n", "Give one of before_n, after_n and at.")
    return Answer(
        200,
        await history.messages(
            call.house,
            call.user_id,
            call.path("channel"),
            before_n=query.before_n,
            after_n=query.after_n,
            at=query.at,
            limit=call.limit(query.limit),
        ),
    )


@routes.add(
    "GET",
    "/api/v1/channels/{channel}/changes",
    who="signed in",
    summary="What happened since a seq",
    query=ChangesQuery,
    answers={200: Changes},
    errors=(404, 422),
)
async def list_changes(call: Call) -> Answer:
    """Return a channel's entries behind a seq."""
    query = call.query(ChangesQuery)
    limit = call.limit(query.limit)
    return Answer(
        200,
        await history.changes(
            call.house, call.user_id, call.path("channel"), since_seq=query.since_seq, limit=limit
        ),
    )


@routes.add(
    "POST",
    "/api/v1/channels/{channel}/read",
    who="signed in",
    summary="I have read up to message n",
    body=Mark,
    answers={204: None},
    errors=(404, 422),
)
async def mark_read(call: Call) -> Answer:
    """Raise the caller's read mark."""
    await read.mark_read(call.house, call.user_id, call.path("channel"), call.body(Mark).n)
    return Answer(204)


@routes.add(
    "POST",
    "/api/v1/channels/{channel}/unread",
    who="signed in",
    summary="Count message n and those behind it as unread",
    body=Mark,
    answers={204: None},
    errors=(404, 422),
)
async def mark_unread(call: Call) -> Answer:
    """Mark unread from a message on, until the next read mark."""
    await read.mark_unread(call.house, call.user_id, call.path("channel"), call.body(Mark).n)
    return Answer(204)


@routes.add(
    "POST",
    "/api/v1/channels/{channel}/received",
    who="signed in",
    summary="A device of mine holds messages up to n",
    body=Mark,
    answers={204: None},
    errors=(404, 422),
)
async def mark_received(call: Call) -> Answer:
    """Raise the caller's received mark."""
    await read.mark_received(call.house, call.user_id, call.path("channel"), call.body(Mark).n)
    return Answer(204)


@routes.add(
    "GET",
    "/api/v1/messages/{message}",
    who="signed in",
    summary="A message",
    answers={200: Entry},
    errors=(404,),
)
async def get_message(call: Call) -> Answer:
    """Return a message of a channel the caller is in."""
    entry, _ = await access.open_message(call.house, call.path("message"), call.user_id)
    return Answer(200, entry)


@routes.add(
    "PATCH",
    "/api/v1/messages/{message}",
    who="signed in",
    summary="Edit my message",
    body=NewText,
    answers={200: Entry},
    errors=(403, 404, 409, 422, 503),
)
async def edit_message(call: Call) -> Answer:
    """Replace the text of the caller's message, within the setting `edit_window`."""
    given = call.body(NewText)
    return Answer(
        200,
        await edit.edit(call.house, call.user_id, call.path("message"), given.text, actions=given.actions),
    )


@routes.add(
    "DELETE",
    "/api/v1/messages/{message}",
    who="signed in",
    others="message.delete_any",
    summary="Delete my message, or any as a moderator",
    answers={200: Entry},
    errors=(403, 404, 503),
)
async def delete_message(call: Call) -> Answer:
    """Leave a tombstone."""
    return Answer(200, await edit.delete(call.house, call.user_id, call.path("message")))


@routes.add(
    "GET",
    "/api/v1/messages/{message}/versions",
    who="signed in",
    summary="What a message said, oldest first",
    answers={200: Page[edit.Version]},
    errors=(404,),
)
async def list_versions(call: Call) -> Answer:
    """Return every version of a message; none of a deleted one."""
    return Answer(200, Page(await edit.versions(call.house, call.user_id, call.path("message"))))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/mentions",
    who="signed in",
    summary="Messages that mention me, the newest first",
    query=PageQuery,
    answers={200: Page[Entry]},
    errors=(404, 422),
)
async def list_mentions(call: Call) -> Answer:
    """Page through the caller's mentions."""
    page = call.query(PageQuery)
    return Answer(
        200,
        await mentioned.mentions(
            call.house,
            call.user_id,
            call.path("workspace"),
            cursor=page.cursor,
            limit=call.limit(page.limit),
        ),
    )


@routes.add(
    "GET",
    "/api/v1/messages/{message}/delivery",
    who="signed in",
    summary="Who got a message, who is still to get it, and its workflow",
    query=PageQuery,
    answers={200: Delivery},
    errors=(404, 422),
)
async def get_delivery(call: Call) -> Answer:
    """Return what became of a message."""
    page = call.query(PageQuery)
    return Answer(
        200,
        await delivery.delivery(
            call.house,
            call.user_id,
            call.path("message"),
            after=page.cursor,
            limit=call.limit(page.limit),
            link_to=delivery_link(call.house.settings),
        ),
    )
