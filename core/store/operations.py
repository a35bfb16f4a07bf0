"""Dispatches as those see them who run a workspace: counted by world, and those that were given up."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING

from parlour.core.ids import DispatchId, UserId, WorkspaceId
from parlour.core.model.notifications import DispatchState
from parlour.core.store.dispatches import OPEN
from parlour.core.store.mongo import Document

RECENT = timedelta(minutes=5)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SPANS = {"hour": HOUR, "day": DAY}
ENDS: tuple[DispatchState, ...] = ("sent", "given_up")
TRIED = {"$ifNull": ["$attempts", []]}


class Operations:
    """Reads the dispatches of a workspace. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._dispatches = database.dispatches

    async def under_way(self, workspace_id: WorkspaceId) -> Mapping[str, Mapping[DispatchState, int]]:
        """Return how many dispatches are not at their end, by world and state."""
        pipeline = [
            {"$match": {"workspace_id": workspace_id, "state": {"$in": list(OPEN)}}},
            {"$group": {"_id": {"world": "$world", "state": "$state"}, "count": {"$sum": 1}}},
        ]
        found: dict[str, dict[DispatchState, int]] = {}
        async for group in self._dispatches.aggregate(pipeline):
            found.setdefault(group["_id"]["world"], {})[group["_id"]["state"]] = group["count"]
        return found

    async def last_day(self, workspace_id: WorkspaceId, at: datetime) -> dict[str, Document]:
        """Return by world how many dispatches were `sent` and `given_up`, each by `_hour` and `_day`, before `at`.

        The index tells it alone: what a workspace sends in a day may be much.
        """
        counted = {
            f"{state}_{span}": _ended(state, at - since) for state in ENDS for span, since in SPANS.items()
        }
        pipeline = [
            {"$match": {"workspace_id": workspace_id, "updated_at": {"$gte": at - DAY}}},
            {"$group": {"_id": "$world", **counted}},
        ]
        return {group["_id"]: group async for group in self._dispatches.aggregate(pipeline)}

    async def last_attempts(self, workspace_id: WorkspaceId, at: datetime) -> dict[str, Document]:
        """Return by world the `attempts` of the hour before `at`, how many of them were `recent` and `failed`.

        With the `last_error` of these, and of what was given up in the day, if there was any.
        """
        changed = {"workspace_id": workspace_id, "updated_at": {"$gte": at - HOUR}}
        lost = {"workspace_id": workspace_id, "state": "given_up", "updated_at": {"$gte": at - DAY}}
        pipeline = [
            {"$match": {"$or": [changed, lost]}},
            {
                "$project": {
                    "world": 1,
                    "tries": _those(TRIED, {"$gte": ["$$one.at", at - HOUR]}),
                    "fault": {"$last": _those(TRIED, _failed())},
                }
            },
            {
                "$group": {
                    "_id": "$world",
                    "attempts": {"$sum": {"$size": "$tries"}},
                    "recent": _count({"$gte": ["$$one.at", at - RECENT]}),
                    "failed": _count(_failed()),
                    # The first field decides: the last one wins.
                    "last_error": {
                        "$max": {"at": "$fault.at", "code": "$fault.code", "words": "$fault.words"}
                    },
                }
            },
        ]
        return {group["_id"]: group async for group in self._dispatches.aggregate(pipeline)}

    async def given_up(
        self,
        workspace_id: WorkspaceId,
        *,
        ids: Sequence[DispatchId] | None = None,
        world: str | None = None,
        user_id: UserId | None = None,
        limit: int,
    ) -> list[DispatchId]:
        """Return the ids of a workspace's dispatches that were given up, the oldest first.

        Those that were to take away what was read are none of them: it is too late for that.
        """
        query = _given_up(workspace_id, ids, world, user_id)
        cursor = self._dispatches.find(query, {"_id": 1}).sort("_id", ASCENDING).limit(limit)
        return [document["_id"] async for document in cursor]

    async def count_given_up(
        self, workspace_id: WorkspaceId, *, world: str | None = None, user_id: UserId | None = None
    ) -> int:
        """Return how many dispatches of a workspace were given up."""
        return int(await self._dispatches.count_documents(_given_up(workspace_id, None, world, user_id)))


def _given_up(
    workspace_id: WorkspaceId, ids: Sequence[DispatchId] | None, world: str | None, user_id: UserId | None
) -> Document:
    query: Document = {"workspace_id": workspace_id, "state": "given_up", "closes": {"$ne": True}}
    query |= {"_id": {"$in": list(ids)}} if ids is not None else {}
    query |= {"world": world} if world else {}
    return query | ({"user_id": user_id} if user_id else {})


def _those(array: object, condition: Document) -> Document:
    return {"$filter": {"input": array, "as": "one", "cond": condition}}


def _failed() -> Document:
    """An attempt failed that was answered otherwise than by taking it; what is under way was not answered yet."""
    return {"$not": {"$in": [{"$ifNull": ["$$one.answered", "sent"]}, ["sent"]]}}


def _count(condition: Document) -> Document:
    return {"$sum": {"$size": _those("$tries", condition)}}


def _ended(state: DispatchState, since: datetime) -> Document:
    is_one = {"$and": [{"$eq": ["$state", state]}, {"$gte": ["$updated_at", since]}]}
    return {"$sum": {"$cond": [is_one, 1, 0]}}
