"""Recent searches, kept for their searcher alone."""

from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.search import RecentSearch
from parlour.core.search.sight import look


async def recent(house: House, searcher: UserId, workspace_id: WorkspaceId) -> list[RecentSearch]:
    """Return somebody's searches in a workspace, the last first.

    Raises:
        NotFoundError: the workspace is not theirs; so of every call here.
    """
    await look(house, searcher, workspace_id)
    return await house.recent_searches.of(searcher, workspace_id)


async def remember(house: House, searcher: UserId, workspace_id: WorkspaceId, q: str) -> None:
    """Keep a search that led somewhere, of the last `recent_searches` (a setting).

    Raises:
        InvalidError: it is empty, or longer than the setting `search_query_max_length`.
    """
    await look(house, searcher, workspace_id)
    longest = house.settings.search_query_max_length
    kept = " ".join(q.split())
    if not kept or len(kept) > longest:
        raise InvalidError.field("q", f"A search has 1 to {longest} characters (search_query_max_length).")
    await house.recent_searches.add(searcher, workspace_id, kept, keep=house.settings.recent_searches)


async def forget(house: House, searcher: UserId, workspace_id: WorkspaceId, q: str | None) -> None:
    """Forget one search, or all of them."""
    await look(house, searcher, workspace_id)
    await house.recent_searches.forget(searcher, workspace_id, q)
