"""What people searched for last: one document a person and workspace, a short list in it."""

from typing import Any

from parlour.core.clock import now
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.search import RecentSearch


class RecentSearches:
    """Recent searches, the last first."""

    def __init__(self, database: Any) -> None:
        self._lists = database.recent_searches

    async def of(self, user_id: UserId, workspace_id: WorkspaceId) -> list[RecentSearch]:
        """Return somebody's searches in a workspace."""
        found = await self._lists.find_one({"_id": _key(user_id, workspace_id)})
        return [RecentSearch(item["q"], item["at"]) for item in found["items"]] if found else []

    async def add(self, user_id: UserId, workspace_id: WorkspaceId, q: str, *, keep: int) -> None:
        """Put a search on top, once, and keep so many."""
        others = {
            "$filter": {"input": {"$ifNull": ["$items", []]}, "cond": {"$ne": ["$$this.q", {"$literal": q}]}}
        }
        newest = [{"q": {"$literal": q}, "at": now()}]
        items = {"$slice": [{"$concatArrays": [newest, others]}, keep]}
        await self._lists.update_one(
            {"_id": _key(user_id, workspace_id)}, [{"$set": {"items": items}}], upsert=True
        )

    async def forget(self, user_id: UserId, workspace_id: WorkspaceId, q: str | None) -> None:
        """Forget one search, or all."""
        key = {"_id": _key(user_id, workspace_id)}
        if q is None:
            await self._lists.delete_one(key)
        else:
            await self._lists.update_one(key, {"$pull": {"items": {"q": q}}})


def _key(user_id: UserId, workspace_id: WorkspaceId) -> str:
    return f"{user_id}:{workspace_id}"
