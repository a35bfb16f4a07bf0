"""What every record keeps of the workflow that waits for its time: when it is due, and whether the workflow knows.

`version` counts the changes that the workflow has to know of, `untold` says that it does not know the last one, of
`changed_at`. At `due_at` there is something to do.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

from pymongo import ASCENDING

from parlour.core.store.mongo import Document

Record = TypeVar("Record")


def by_id(promise_id: str) -> Document:
    """Return where a promise is kept whose record has its id."""
    return {"_id": promise_id}


class Promises(Generic[Record]):
    """The promises of one kind, in a collection at the path `at`; they are over when they are not as `waiting` says."""

    def __init__(
        self,
        collection: Any,
        record_of: Callable[[Document], Record],
        *,
        at: str = "",
        waiting: Document | None = None,
        where: Callable[[str], Document] = by_id,
    ) -> None:
        self._collection = collection
        self._record_of = record_of
        self._at = at
        self._waiting = waiting or {}
        self._where = where

    async def told(self, promise_id: str, version: int) -> None:
        """Record that its workflow knows of a version."""
        query = {**self._where(promise_id), f"{self._at}version": version}
        await self._collection.update_one(query, {"$unset": {f"{self._at}untold": ""}})

    async def untold(self, *, before: datetime, limit: int) -> list[Record]:
        """Return some whose workflow does not know of their last change, the oldest change first."""
        return await self._first(f"{self._at}changed_at", {f"{self._at}untold": True}, before, limit)

    async def overdue(self, *, before: datetime, limit: int) -> list[Record]:
        """Return some at which there was something to do by now, the longest ago first."""
        return await self._first(f"{self._at}due_at", self._waiting, before, limit)

    async def _first(self, moment: str, query: Document, before: datetime, limit: int) -> list[Record]:
        cursor = self._collection.find({**query, moment: {"$lt": before}}).sort(moment, ASCENDING)
        return [self._record_of(document) async for document in cursor.limit(limit)]
