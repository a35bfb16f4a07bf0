"""Search: of messages, channels and people; around what was found; and what was searched for before."""

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from parlour.api.routing import Answer, Call, Routes
from parlour.core.errors import InvalidError
from parlour.core.model.page import Page
from parlour.core.model.search import Context, Order, RecentSearch, Reindexing, Results, Sort, Wanted
from parlour.core.search import context, find, recent, reindex
from parlour.core.search.query import Asked
from parlour.workflows.links import link_to, reindex_id

routes = Routes("Search", family="search")


class SearchQuery(Struct, frozen=True):
    """The search, and parameters that mean the same as operators in `q`; `tz` is the zone of its days."""

    q: str = ""
    type: Wanted | None = None
    in_: str | None = msgspec.field(default=None, name="in")
    from_: str | None = msgspec.field(default=None, name="from")
    before: str | None = None
    after: str | None = None
    tz: str = "UTC"
    sort: Sort = "relevance"
    cursor: str | None = None
    limit: int | None = None


class ContextQuery(Struct, frozen=True):
    """How many messages before and after."""

    limit: int | None = None


class NewSearch(Struct, frozen=True, forbid_unknown_fields=True):
    """What was searched for."""

    q: str


class ForgottenSearch(Struct, frozen=True):
    """Which search; without `q`, all."""

    q: str | None = None


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/search",
    who="signed in",
    summary="Search messages, channels, people and files that I may see",
    query=SearchQuery,
    answers={200: Results},
    errors=(404, 422),
)
async def search(call: Call) -> Answer:
    """Search: `from: in: before: after: on: has:link|file|reaction|pin is:thread|saved kind: "a phrase" -without`."""
    query = call.query(SearchQuery)
    asked = Asked(
        q=query.q, in_=query.in_, from_=query.from_, before=query.before, after=query.after, tz=query.tz
    )
    order = Order(kind=query.type, sort=query.sort, cursor=query.cursor, limit=call.limit(query.limit))
    return Answer(200, await find.search(call.house, call.user_id, call.path("workspace"), asked, order))


@routes.add(
    "GET",
    "/api/v1/messages/{message}/context",
    who="signed in",
    summary="The messages around one",
    query=ContextQuery,
    answers={200: Context},
    errors=(404, 422),
)
async def get_context(call: Call) -> Answer:
    """Return a message with some before and after it, also of a public channel the caller is not in."""
    asked, most = call.query(ContextQuery).limit, call.house.settings.page_max
    if asked is not None and not 0 <= asked <= most:
        raise InvalidError.field("limit", f"limit is between 0 and {most} (page_max).")
    limit = call.house.settings.search_context if asked is None else asked
    return Answer(200, await context.context(call.house, call.user_id, call.path("message"), limit=limit))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/searches",
    who="signed in",
    summary="My recent searches, the last first",
    answers={200: Page[RecentSearch]},
    errors=(404,),
)
async def list_searches(call: Call) -> Answer:
    """Return the caller's recent searches."""
    return Answer(200, Page(await recent.recent(call.house, call.user_id, call.path("workspace"))))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/searches",
    who="signed in",
    summary="Keep a search among my recent ones",
    body=NewSearch,
    answers={204: None},
    errors=(404, 422),
)
async def remember_search(call: Call) -> Answer:
    """Remember a search that led somewhere."""
    await recent.remember(call.house, call.user_id, call.path("workspace"), call.body(NewSearch).q)
    return Answer(204)


@routes.add(
    "DELETE",
    "/api/v1/workspaces/{workspace}/searches",
    who="signed in",
    summary="Forget one of my recent searches, or all",
    query=ForgottenSearch,
    answers={204: None},
    errors=(404,),
)
async def forget_searches(call: Call) -> Answer:
    """Forget the caller's recent searches."""
    given = call.query(ForgottenSearch)
    await recent.forget(call.house, call.user_id, call.path("workspace"), given.q)
    return Answer(204)


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/search/reindex",
    who="signed in",
    needs="operations.act",
    summary="Rebuild the workspace's search index, as its owner",
    answers={202: Reindexing},
    errors=(403, 404, 503),
)
async def start_reindex(call: Call) -> Answer:
    """Start the rebuilding, unless it is going on already; search works meanwhile."""
    await reindex.reindex(call.house, call.user_id, call.path("workspace"))
    return Answer(202, await _reindexing(call))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/search/reindex",
    who="signed in",
    needs="operations.read",
    summary="How far rebuilding the search index is, for owners",
    answers={200: Reindexing},
    errors=(403, 404),
)
async def get_reindex(call: Call) -> Answer:
    """Return the progress, or how the last one went."""
    return Answer(200, await _reindexing(call))


async def _reindexing(call: Call) -> Reindexing:
    workspace_id = call.path("workspace")
    found = await reindex.progress(call.house, call.user_id, workspace_id)
    link = link_to(call.house.settings, reindex_id(workspace_id))
    return Reindexing(**asdict(found), workflow=link)
