"""Steps of workflows that were tried in vain more than once, as long as they are: so that stuck ones are found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import ASCENDING, IndexModel

from parlour.core.ids import WorkspaceId
from parlour.core.store.mongo import Document

FORGOTTEN_AFTER_S = 86_400
"""A step that goes on being tried is heard of long before: what is older was ended by force."""
INDEXES = {
    "workflow_troubles": [
        IndexModel([("workspace_id", ASCENDING), ("attempt", ASCENDING), ("since", ASCENDING)]),
        IndexModel("last_at", expireAfterSeconds=FORGOTTEN_AFTER_S),
    ]
}


class Trouble(Struct, frozen=True, kw_only=True):
    """A step in trouble: of a workspace's workflow, or of a person's (`workspace_id` none)."""

    workflow_id: str
    workflow_type: str
    workspace_id: WorkspaceId | None
    activity: str
    attempt: int
    error: str
    since: datetime
    last_at: datetime


class Troubles:
    """One document a step of a workflow."""

    def __init__(self, database: Any) -> None:
        self._troubles = database.workflow_troubles

    async def note(self, trouble: Trouble) -> None:
        """Put down that a step was tried in vain once more."""
        fresh = {
            "workflow_id": trouble.workflow_id,
            "workflow_type": trouble.workflow_type,
            "workspace_id": trouble.workspace_id,
            "activity": trouble.activity,
            "since": trouble.since,
        }
        told = {"attempt": trouble.attempt, "error": trouble.error, "last_at": trouble.last_at}
        await self._troubles.update_one(
            {"_id": _key(trouble.workflow_id, trouble.activity)},
            {"$set": told, "$setOnInsert": fresh},
            upsert=True,
        )

    async def over(self, workflow_id: str, activity: str) -> None:
        """Forget a step that was done."""
        await self._troubles.delete_one({"_id": _key(workflow_id, activity)})

    async def of(
        self, workspace_ids: Sequence[WorkspaceId | None], *, attempts: int, limit: int
    ) -> list[Trouble]:
        """Return steps tried at least so often in vain, those in trouble the longest first."""
        query: Document = {"workspace_id": {"$in": list(workspace_ids)}, "attempt": {"$gte": attempts}}
        cursor = self._troubles.find(query).sort("since", ASCENDING).limit(limit)
        return [_trouble(document) async for document in cursor]


def _key(workflow_id: str, activity: str) -> str:
    return f"{workflow_id}|{activity}"


def _trouble(document: Document) -> Trouble:
    return Trouble(**{name: document[name] for name in Trouble.__struct_fields__})
