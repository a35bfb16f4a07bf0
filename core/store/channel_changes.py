"""Changes of channels, so that a channel's document comes out as its log says, whatever a crash leaves between the two.

A change is *intended* in the document first, which also takes a new name; then it is appended to the log; then it is
applied, which ends the intent. Every field remembers the `seq` it comes from: applying again, or in another order,
changes nothing. A reader that finds an intent looks into the log for what it led to.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from parlour.core.ids import ChannelId, EntryId, WorkspaceId
from parlour.core.model.chat import Entry
from parlour.core.store.mongo import Document

INTENTS = {"$ifNull": ["$changing", []]}
OWN_NAME: list[object] = [{"$cond": [{"$ifNull": ["$name_key", False]}, ["$name_key"], []]}]
WANTED_NAMES = {
    "$filter": {
        "input": {"$map": {"input": "$changing", "in": "$$this.name_key"}},
        "cond": {"$ne": [{"$ifNull": ["$$this", None]}, None]},
    }
}
NAMES = {"$setUnion": [*OWN_NAME, WANTED_NAMES]}
HOLD_NAMES: Document = {"$set": {"name_keys": {"$cond": [{"$eq": [NAMES, []]}, "$$REMOVE", NAMES]}}}
"""A channel holds its name and those it is about to get; none at all takes no place in the unique index."""


class ChannelChanges:
    """Writes of the changes of channels. Callers check who may."""

    def __init__(self, database: Any) -> None:
        self._channels = database.channels

    async def intend(
        self, channel_id: ChannelId, entry_id: EntryId, *, name_key: str | None, at: datetime
    ) -> bool:
        """Announce a change, and take its new name; return false when another channel holds that name."""
        intent = {"entry_id": entry_id, "at": at, "name_key": name_key}
        announced = {"$set": {"changing": {"$concatArrays": [INTENTS, [{"$literal": intent}]]}}}
        try:
            await self._channels.update_one({"_id": channel_id}, [announced, HOLD_NAMES])
        except DuplicateKeyError:
            return False
        return True

    async def apply(self, entry: Entry, values: Mapping[str, str | datetime | None]) -> bool:
        """Store the fields of a change, except those that a later one has set, and end its intent.

        False when another channel holds the new name.
        """
        taken = [
            {
                "$set": {
                    field: {"$cond": [_is_news(field, entry.seq), {"$literal": value}, f"${field}"]},
                    f"changed.{field}": {"$max": [f"$changed.{field}", entry.seq]},
                }
            }
            for field, value in values.items()
        ]
        try:
            await self._channels.update_one(
                {"_id": entry.channel_id}, [*taken, _without_intent(entry.id), HOLD_NAMES]
            )
        except DuplicateKeyError:
            return False
        return True

    async def give_up(self, channel_id: ChannelId, entry_id: EntryId) -> None:
        """End an intent that led to nothing."""
        await self._channels.update_one({"_id": channel_id}, [_without_intent(entry_id), HOLD_NAMES])

    async def holder(self, workspace_id: WorkspaceId, name_key: str) -> ChannelId | None:
        """Return the channel that has a name, or is about to get it."""
        found = await self._channels.find_one(
            {"workspace_id": workspace_id, "name_keys": name_key}, {"_id": 1}
        )
        return found["_id"] if found else None


def _is_news(field: str, seq: int) -> Document:
    return {"$lt": [{"$ifNull": [f"$changed.{field}", 0]}, seq]}


def _without_intent(entry_id: EntryId) -> Document:
    others = {"$filter": {"input": INTENTS, "cond": {"$ne": ["$$this.entry_id", entry_id]}}}
    return {"$set": {"changing": others}}
