"""Threads: their replies, following them, and the ones I follow."""

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.chat import threads
from parlour.core.errors import InvalidError
from parlour.core.model.page import Page

routes = Routes("Threads", family="messages")


class RepliesQuery(Struct, frozen=True):
    """Which replies: behind `after_seq`, or the last ones before `before_seq`."""

    before_seq: int | None = None
    after_seq: int | None = None
    limit: int | None = None


class LimitQuery(Struct, frozen=True):
    """How many."""

    limit: int | None = None


class ReadUpTo(Struct, frozen=True, forbid_unknown_fields=True):
    """Up to which entry of the channel."""

    seq: int


@routes.add(
    "GET",
    "/api/v1/messages/{message}/thread",
    who="signed in",
    summary="A thread: its root and a page of replies, oldest first; by default the last ones",
    query=RepliesQuery,
    answers={200: threads.Thread},
    errors=(404, 422),
)
async def get_thread(call: Call) -> Answer:
    """Page through a thread."""
    query = call.query(RepliesQuery)
    if query.before_seq is not None and query.after_seq is not None:
        raise InvalidError.field("after_seq", "Give before_seq or after_seq, not both.")
    return Answer(
        200,
        await threads.replies(
            call.house,
            call.user_id,
            call.path("message"),
            before_seq=query.before_seq,
            after_seq=query.after_seq,
            limit=call.limit(query.limit),
        ),
    )


@routes.add(
    "PUT",
    "/api/v1/messages/{message}/thread/follow",
    who="signed in",
    summary="Follow a thread",
    answers={204: None},
    errors=(404,),
)
async def follow_thread(call: Call) -> Answer:
    """Follow a thread; again changes nothing."""
    await threads.follow(call.house, call.user_id, call.path("message"))
    return Answer(204)


@routes.add(
    "DELETE",
    "/api/v1/messages/{message}/thread/follow",
    who="signed in",
    summary="Follow a thread no more",
    answers={204: None},
    errors=(404,),
)
async def unfollow_thread(call: Call) -> Answer:
    """Unfollow a thread, until the caller replies to it or is mentioned in it."""
    await threads.unfollow(call.house, call.user_id, call.path("message"))
    return Answer(204)


@routes.add(
    "POST",
    "/api/v1/messages/{message}/thread/read",
    who="signed in",
    summary="I have read a thread up to an entry",
    body=ReadUpTo,
    answers={204: None},
    errors=(404, 422),
)
async def mark_thread_read(call: Call) -> Answer:
    """Raise how far the caller has read a thread."""
    seq = call.body(ReadUpTo).seq
    await threads.mark_read(call.house, call.user_id, call.path("message"), seq)
    return Answer(204)


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/threads",
    who="signed in",
    summary="The threads I follow, the last replied to first",
    query=PageQuery,
    answers={200: Page[threads.FollowedThread]},
    errors=(404, 422),
)
async def list_threads(call: Call) -> Answer:
    """Page through the caller's threads."""
    page = call.query(PageQuery)
    return Answer(
        200,
        await threads.followed(
            call.house,
            call.user_id,
            call.path("workspace"),
            cursor=page.cursor,
            limit=call.limit(page.limit),
        ),
    )


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/threads/marks",
    who="signed in",
    summary="How far my threads are, and how far I have read them",
    query=LimitQuery,
    answers={200: Page[threads.ThreadMark]},
    errors=(404, 422),
)
async def list_thread_marks(call: Call) -> Answer:
    """Return the marks of the threads the caller follows, the last replied to first."""
    limit = call.limit(call.query(LimitQuery).limit)
    found = await threads.marks(call.house, call.user_id, call.path("workspace"), limit=limit)
    return Answer(200, Page(found))
