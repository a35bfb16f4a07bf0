"""What people, and workspaces for them, have chosen of notifications; and who listens for which keywords."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel, ReturnDocument

from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.notifications import NotificationPreferences
from parlour.core.store.mongo import Document

INDEXES = {
    "notification_preferences": [
        IndexModel(
            [("workspace_id", ASCENDING), ("words", ASCENDING)],
            partialFilterExpression={"words": {"$exists": True}},
        ),
        IndexModel([("workspace_id", ASCENDING), ("user_id", ASCENDING)]),
    ]
}
EVERYONE = UserId("")
"""Whose preferences are a workspace's defaults."""
FIELDS = set(NotificationPreferences.__struct_fields__)


class PreferenceStore:
    """One document a person and workspace. `words` are the first words of their keywords, folded."""

    def __init__(self, database: Any) -> None:
        self._preferences = database.notification_preferences

    async def get(self, workspace_id: WorkspaceId, user_id: UserId) -> NotificationPreferences:
        """Return what someone chose; nothing before they did."""
        return (await self.of(workspace_id, [user_id])).get(user_id, NotificationPreferences())

    async def defaults(self, workspace_id: WorkspaceId) -> NotificationPreferences:
        """Return a workspace's defaults."""
        return await self.get(workspace_id, EVERYONE)

    async def of(
        self, workspace_id: WorkspaceId, user_ids: Iterable[UserId]
    ) -> dict[UserId, NotificationPreferences]:
        """Return what several people chose, of those who did."""
        keys = [_key(workspace_id, user_id) for user_id in user_ids]
        cursor = self._preferences.find({"_id": {"$in": keys}})
        return {document["user_id"]: _preferences(document) async for document in cursor}

    async def put(
        self,
        workspace_id: WorkspaceId,
        user_id: UserId,
        fields: Document,
        *,
        words: Iterable[str] | None = None,
    ) -> NotificationPreferences:
        """Overwrite fields (none: as the defaults say), and with new keywords their first words."""
        kept = {name: value for name, value in fields.items() if value is not None}
        gone = dict.fromkeys(fields.keys() - kept.keys(), "")
        kept |= {"workspace_id": workspace_id, "user_id": user_id}
        if words is not None:
            kept["words"] = list(words)
        update: Document = {"$set": kept} | ({"$unset": gone} if gone else {})
        document = await self._preferences.find_one_and_update(
            {"_id": _key(workspace_id, user_id)},
            update,
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return _preferences(document)

    async def anyone_listens(self, workspace_id: WorkspaceId) -> bool:
        """Return whether anybody of a workspace has keywords."""
        found = await self._preferences.find_one(
            {"workspace_id": workspace_id, "words": {"$exists": True}}, {"_id": 1}
        )
        return found is not None

    async def listening(self, workspace_id: WorkspaceId, words: Iterable[str]) -> Mapping[UserId, list[str]]:
        """Return who has a keyword that begins with one of these folded words, and all keywords of theirs."""
        query = {"workspace_id": workspace_id, "words": {"$in": list(words)}}
        cursor = self._preferences.find(query, {"user_id": 1, "keywords": 1})
        return {document["user_id"]: document.get("keywords", []) async for document in cursor}


def _key(workspace_id: WorkspaceId, user_id: UserId) -> str:
    return f"{workspace_id}:{user_id}"


def _preferences(document: Document) -> NotificationPreferences:
    return msgspec.convert(
        {name: value for name, value in document.items() if name in FIELDS}, NotificationPreferences
    )
