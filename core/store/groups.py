"""Groups of people in a workspace, called by one handle."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import asdict
from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from parlour.core.errors import ConflictError
from parlour.core.ids import GroupId, UserId, WorkspaceId
from parlour.core.model.people import Group
from parlour.core.store.mongo import Document

INDEXES = {
    "groups": [
        IndexModel([("workspace_id", ASCENDING), ("handle", ASCENDING)], unique=True),
        IndexModel([("workspace_id", ASCENDING), ("_id", ASCENDING)]),
        IndexModel("user_ids"),
    ]
}


class Groups:
    """The groups of all workspaces."""

    def __init__(self, database: Any) -> None:
        self._groups = database.groups

    async def add(self, group: Group) -> None:
        """Store a new group.

        Raises:
            ConflictError: `handle_taken` by another group of the workspace.
        """
        document = asdict(group)
        document["_id"] = document.pop("id")
        try:
            await self._groups.insert_one(document)
        except DuplicateKeyError:
            raise _taken(group.handle) from None

    async def change(
        self, workspace_id: WorkspaceId, group_id: GroupId, fields: Document, *, at: datetime
    ) -> Group | None:
        """Overwrite fields of a group and return it, or none if it is not of this workspace.

        Raises:
            ConflictError: `handle_taken` by another group of the workspace.
        """
        try:
            document = await self._groups.find_one_and_update(
                {"_id": group_id, "workspace_id": workspace_id},
                {"$set": fields | {"changed_at": at}},
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            raise _taken(fields["handle"]) from None
        return _group(document) if document else None

    async def remove(self, workspace_id: WorkspaceId, group_id: GroupId) -> bool:
        """Delete a group; return whether it was there."""
        result = await self._groups.delete_one({"_id": group_id, "workspace_id": workspace_id})
        return bool(result.deleted_count)

    async def count(self, workspace_id: WorkspaceId) -> int:
        """Return how many groups a workspace has."""
        return int(await self._groups.count_documents({"workspace_id": workspace_id}))

    async def page(self, workspace_id: WorkspaceId, *, after: str | None, limit: int) -> list[Group]:
        """Return a page of a workspace's groups, oldest first."""
        query: Document = {"workspace_id": workspace_id}
        if after:
            query["_id"] = {"$gt": after}
        cursor = self._groups.find(query).sort("_id", ASCENDING).limit(limit)
        return [_group(document) async for document in cursor]

    async def called(self, workspace_id: WorkspaceId, handles: Iterable[str]) -> list[GroupId]:
        """Return the groups of a workspace that have these handles."""
        query = {"workspace_id": workspace_id, "handle": {"$in": list(handles)}}
        return [document["_id"] async for document in self._groups.find(query, {"_id": 1})]

    async def of(self, user_id: UserId) -> list[GroupId]:
        """Return the groups that someone is in, of all workspaces."""
        return [document["_id"] async for document in self._groups.find({"user_ids": user_id}, {"_id": 1})]

    async def many(self, group_ids: Iterable[GroupId]) -> dict[GroupId, Group]:
        """Return the groups that exist."""
        cursor = self._groups.find({"_id": {"$in": list(group_ids)}})
        return {document["_id"]: _group(document) async for document in cursor}

    async def leave_all(self, workspace_id: WorkspaceId, user_id: UserId) -> list[Group]:
        """Take someone out of all groups of a workspace, and return those they were in."""
        query = {"workspace_id": workspace_id, "user_ids": user_id}
        ids = [document["_id"] async for document in self._groups.find(query, {"_id": 1})]
        if not ids:
            return []
        await self._groups.update_many({"_id": {"$in": ids}}, {"$pull": {"user_ids": user_id}})
        return [_group(document) async for document in self._groups.find({"_id": {"$in": ids}})]

    async def of_in(self, workspace_id: WorkspaceId, user_id: UserId) -> list[GroupId]:
        """Return the groups of one workspace that someone is in."""
        query = {"user_ids": user_id, "workspace_id": workspace_id}
        return [document["_id"] async for document in self._groups.find(query, {"_id": 1})]

    async def rejoin(
        self, workspace_id: WorkspaceId, user_id: UserId, group_ids: Iterable[GroupId]
    ) -> list[Group]:
        """Put someone back into those of some groups that exist, and return these."""
        query = {"_id": {"$in": list(group_ids)}, "workspace_id": workspace_id}
        await self._groups.update_many(query, {"$addToSet": {"user_ids": user_id}})
        return [_group(document) async for document in self._groups.find(query)]


def _taken(handle: str) -> ConflictError:
    detail = f"There is already a group @{handle} here."
    return ConflictError("handle_taken", detail, errors=[{"field": "handle", "detail": detail}])


def _group(document: Document) -> Group:
    return Group(
        id=document["_id"],
        workspace_id=document["workspace_id"],
        name=document["name"],
        handle=document["handle"],
        user_ids=document["user_ids"],
        created_by=document["created_by"],
        created_at=document["created_at"],
    )
