"""The roles that workspaces made for themselves, each a set of rights."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import RoleId, UserId, WorkspaceId
from parlour.core.model.rights import RIGHTS, CustomRole, Right
from parlour.core.store.mongo import Document

INDEXES = {
    "roles": [IndexModel([("workspace_id", ASCENDING), ("name_key", ASCENDING)], unique=True)],
}


class NameTakenError(Exception):
    """Another role of the workspace has this name."""


class Roles:
    """Custom roles. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._roles = database.roles
        self._members = database.workspace_members

    async def add(self, role: CustomRole, *, name_key: str) -> bool:
        """Store a role; return false when its name is taken."""
        document = {
            "_id": role.id,
            "workspace_id": role.workspace_id,
            "name": role.name,
            "name_key": name_key,
            "rights": sorted(role.rights),
            "created_by": role.created_by,
            "created_at": role.created_at,
        }
        try:
            await self._roles.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    async def of(self, workspace_id: WorkspaceId) -> list[CustomRole]:
        """Return the roles of a workspace by name."""
        cursor = self._roles.find({"workspace_id": workspace_id}).sort("name_key", ASCENDING)
        return [_role(document) async for document in cursor]

    async def get(self, workspace_id: WorkspaceId, role_id: RoleId) -> CustomRole | None:
        """Return a role of a workspace."""
        document = await self._roles.find_one({"_id": role_id, "workspace_id": workspace_id})
        return _role(document) if document else None

    async def change(self, workspace_id: WorkspaceId, role_id: RoleId, fields: Document) -> CustomRole | None:
        """Overwrite fields of a role and return it.

        Raises:
            NameTakenError: its new name is taken.
        """
        try:
            document = await self._roles.find_one_and_update(
                {"_id": role_id, "workspace_id": workspace_id},
                {"$set": fields},
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            raise NameTakenError from None
        return _role(document) if document else None

    async def remove(self, workspace_id: WorkspaceId, role_id: RoleId) -> list[UserId]:
        """Remove a role; who held it is a mere member from then on. Return who that was."""
        holders = await self.holders(workspace_id, role_id)
        await self._members.update_many(
            {"workspace_id": workspace_id, "role_id": role_id}, {"$unset": {"role_id": ""}}
        )
        await self._roles.delete_one({"_id": role_id, "workspace_id": workspace_id})
        return holders

    async def holders(self, workspace_id: WorkspaceId, role_id: RoleId) -> list[UserId]:
        """Return who has a role."""
        cursor = self._members.find({"workspace_id": workspace_id, "role_id": role_id}, {"user_id": 1})
        return [document["user_id"] async for document in cursor]

    async def counts(self, workspace_id: WorkspaceId) -> dict[str, int]:
        """Return how many members have each role, by the name of a built-in one or the id of another."""
        pipeline = [
            {"$match": {"workspace_id": workspace_id}},
            {"$group": {"_id": {"$ifNull": ["$role_id", "$role"]}, "count": {"$sum": 1}}},
        ]
        return {group["_id"]: group["count"] async for group in self._members.aggregate(pipeline)}


def stored_rights(rights: Iterable[str]) -> frozenset[Right]:
    """Return the rights of those names; one that is no more is worth nothing."""
    given = set(rights)
    return frozenset(right for right in RIGHTS if right in given)


def _role(document: Document) -> CustomRole:
    created_at: datetime = document["created_at"]
    return CustomRole(
        id=document["_id"],
        workspace_id=document["workspace_id"],
        name=document["name"],
        rights=stored_rights(document["rights"]),
        created_by=document["created_by"],
        created_at=created_at,
    )
