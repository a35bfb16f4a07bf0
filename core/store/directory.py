"""The channels of a workspace as someone finds them: by name, sorted, page by page."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct
from pymongo import ASCENDING, DESCENDING, IndexModel

from parlour.core.ids import ChannelId, WorkspaceId
from parlour.core.store.mongo import Document

Sort = Literal["created", "name", "members", "activity"]
FIELDS: dict[Sort, tuple[str, int]] = {
    "created": ("_id", ASCENDING),
    "name": ("name_key", ASCENDING),
    "members": ("members.count", DESCENDING),
    "activity": ("active_at", DESCENDING),
}
BY_MEMBERS = [("workspace_id", ASCENDING), ("members.count", DESCENDING), ("_id", ASCENDING)]
BY_ACTIVITY = [("workspace_id", ASCENDING), ("active_at", DESCENDING), ("_id", ASCENDING)]
INDEXES = [IndexModel(BY_MEMBERS), IndexModel(BY_ACTIVITY)]
"""Beside those of `channels`, by which the other two sorts go."""


class Wanted(Struct, frozen=True, kw_only=True):
    """Which channels to find: those whose folded name holds `name_key`, archived or not (None: both)."""

    name_key: str = ""
    archived: bool | None = None
    sort: Sort = "created"

    @property
    def is_everything(self) -> bool:
        """Whether channels without a name are found too: they are not browsed for."""
        return self.sort == "created" and not self.name_key


class Directory:
    """Finds channels of a workspace."""

    def __init__(self, database: Any) -> None:
        self._channels = database.channels

    async def find(
        self,
        workspace_id: WorkspaceId,
        mine: Iterable[ChannelId],
        wanted: Wanted,
        *,
        public: bool = True,
        after: str | None,
        limit: int,
    ) -> list[ChannelId]:
        """Return a page of the `public` channels and of `mine`, from the one behind `after`."""
        field, direction = FIELDS[wanted.sort]
        conditions: list[Document] = [
            {"$or": [*([{"kind": "public"}] if public else []), {"_id": {"$in": list(mine)}}]}
        ]
        conditions += _conditions(wanted)
        if after:
            conditions.append(await self._behind(after, field, direction))
        cursor = self._channels.find({"workspace_id": workspace_id, "$and": conditions}, {"_id": 1})
        order = [(field, direction)] + ([("_id", ASCENDING)] if field not in ("_id", "name_key") else [])
        return [document["_id"] async for document in cursor.sort(order).limit(limit).batch_size(limit)]

    async def note_activity(self, channel_id: ChannelId, at: datetime) -> None:
        """Remember when something was last said in a channel."""
        await self._channels.update_one({"_id": channel_id}, {"$max": {"active_at": at}})

    async def _behind(self, channel_id: str, field: str, direction: int) -> Document:
        further = "$gt" if direction == ASCENDING else "$lt"
        if field == "_id":
            return {"_id": {further: channel_id}}
        last = await self._channels.find_one({"_id": channel_id}) or {}
        value: Any = last
        for part in field.split("."):
            value = (value or {}).get(part)
        return {"$or": [{field: {further: value}}, {field: value, "_id": {"$gt": channel_id}}]}


def _conditions(wanted: Wanted) -> list[Document]:
    conditions: list[Document] = []
    if not wanted.is_everything:
        # Says that there is a name, so that the index of the names alone is enough.
        conditions.append({"name_key": {"$gt": ""}})
    if wanted.name_key:
        conditions.append({"name_key": {"$regex": re.escape(wanted.name_key)}})
    if wanted.archived is not None:
        conditions.append({"archived_at": {"$type": "date"} if wanted.archived else None})
    return conditions
