"""Workspaces, who belongs to them, and the invitations to them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.people import Role, Workspace
from parlour.core.store.mongo import Document

INDEXES = {
    "workspaces": [IndexModel("slug", unique=True)],
    "workspace_members": [
        IndexModel([("workspace_id", ASCENDING), ("user_id", ASCENDING)], unique=True),
        IndexModel("user_id"),
    ],
    "invitations": [IndexModel("expires_at", expireAfterSeconds=0)],
}


class Workspaces:
    """Workspaces as seen by their members."""

    def __init__(self, database: Any) -> None:
        self._workspaces = database.workspaces
        self._members = database.workspace_members
        self._invitations = database.invitations

    async def add(self, workspace: Workspace) -> bool:
        """Store a new workspace; return false when its slug is taken."""
        try:
            await self._workspaces.insert_one(
                {
                    "_id": workspace.id,
                    "name": workspace.name,
                    "slug": workspace.slug,
                    "created_at": workspace.created_at,
                }
            )
        except DuplicateKeyError:
            return False
        return True

    async def add_member(self, workspace_id: WorkspaceId, user_id: UserId, role: Role, at: datetime) -> bool:
        """Make someone a member; return false when they are one already."""
        result = await self._members.update_one(
            {"workspace_id": workspace_id, "user_id": user_id},
            {"$setOnInsert": {"role": role, "joined_at": at}},
            upsert=True,
        )
        return result.upserted_id is not None

    async def remove_member(self, workspace_id: WorkspaceId, user_id: UserId) -> bool:
        """End a membership; return whether there was one."""
        result = await self._members.delete_one({"workspace_id": workspace_id, "user_id": user_id})
        return bool(result.deleted_count)

    async def role(self, workspace_id: WorkspaceId, user_id: UserId) -> Role | None:
        """Return someone's role, or none when they are not a member."""
        document = await self._members.find_one(
            {"workspace_id": workspace_id, "user_id": user_id}, {"role": 1}
        )
        return document["role"] if document else None

    async def place(self, workspace_id: WorkspaceId, user_id: UserId) -> tuple[Role, datetime] | None:
        """Return someone's role and when they joined, or none when they are not a member."""
        found = await self._members.find_one({"workspace_id": workspace_id, "user_id": user_id})
        return (found["role"], found["joined_at"]) if found else None

    async def owners(self, workspace_id: WorkspaceId) -> int:
        """Return how many owners a workspace has."""
        return int(await self._members.count_documents({"workspace_id": workspace_id, "role": "owner"}))

    async def owner_ids(self, workspace_id: WorkspaceId) -> list[UserId]:
        """Return the owners of a workspace."""
        query = {"workspace_id": workspace_id, "role": "owner"}
        return [document["user_id"] async for document in self._members.find(query, {"user_id": 1})]

    async def of(self, user_id: UserId) -> list[Workspace]:
        """Return the workspaces someone belongs to, oldest first."""
        cursor = self._members.find({"user_id": user_id})
        roles = {document["workspace_id"]: document["role"] async for document in cursor}
        found = self._workspaces.find({"_id": {"$in": list(roles)}}).sort("_id", ASCENDING)
        return [_workspace(document, roles[document["_id"]]) async for document in found]

    async def get(self, workspace_id: WorkspaceId, user_id: UserId) -> Workspace | None:
        """Return a workspace through someone's membership of it."""
        role = await self.role(workspace_id, user_id)
        document = role and await self._workspaces.find_one({"_id": workspace_id})
        return _workspace(document, role) if document and role else None

    async def change(self, workspace_id: WorkspaceId, fields: Document) -> None:
        """Overwrite fields of a workspace."""
        await self._workspaces.update_one({"_id": workspace_id}, {"$set": fields})

    async def shows_seen(self, workspace_id: WorkspaceId) -> bool:
        """Return whether members learn who has seen a message."""
        found = await self._workspaces.find_one({"_id": workspace_id}, {"show_seen": 1})
        return bool(found and found.get("show_seen", True))

    async def previews_links(self, workspace_id: WorkspaceId) -> bool:
        """Return whether links in its messages are looked up; they are unless it says otherwise."""
        document = await self._workspaces.find_one({"_id": workspace_id}, {"link_previews": 1})
        return bool(document and document.get("link_previews", True))

    async def for_notices(self, workspace_id: WorkspaceId) -> Workspace | None:
        """Return a workspace for what leaves the house, as a mere member sees it."""
        document = await self._workspaces.find_one({"_id": workspace_id})
        return _workspace(document, "member") if document else None

    async def members(
        self, workspace_id: WorkspaceId, *, after: str | None, limit: int
    ) -> list[tuple[UserId, Role, datetime]]:
        """Return a page of members by the order of their ids, from the one behind `after`."""
        query: Document = {"workspace_id": workspace_id}
        if after:
            query["user_id"] = {"$gt": after}
        cursor = self._members.find(query).sort("user_id", ASCENDING).limit(limit)
        return [(m["user_id"], m["role"], m["joined_at"]) async for m in cursor]

    async def among_members(self, workspace_id: WorkspaceId, user_ids: Iterable[UserId]) -> set[UserId]:
        """Return those of `user_ids` who are members."""
        query = {"workspace_id": workspace_id, "user_id": {"$in": list(user_ids)}}
        return {document["user_id"] async for document in self._members.find(query, {"user_id": 1})}

    async def invite(
        self, token_hash: str, workspace_id: WorkspaceId, *, invited_by: UserId, expires_at: datetime
    ) -> None:
        """Store an invitation under the hash of its token."""
        await self._invitations.insert_one(
            {
                "_id": token_hash,
                "workspace_id": workspace_id,
                "invited_by": invited_by,
                "expires_at": expires_at,
            }
        )

    async def invitation(self, token_hash: str) -> tuple[WorkspaceId, str, UserId, datetime] | None:
        """Return an invitation's workspace, that workspace's name, who invited, and until when it counts."""
        found = await self._invitations.find_one({"_id": token_hash})
        workspace = found and await self._workspaces.find_one({"_id": found["workspace_id"]})
        if not workspace:
            return None
        return workspace["_id"], workspace["name"], found["invited_by"], found["expires_at"]


def _workspace(document: Document, role: Role) -> Workspace:
    return Workspace(
        id=document["_id"],
        name=document["name"],
        slug=document["slug"],
        role=role,
        created_at=document["created_at"],
        show_seen=document.get("show_seen", True),
        link_previews=document.get("link_previews", True),
        groups_by=document.get("groups_by", "members"),
        urgent_by=document.get("urgent_by", "owners"),
        notification_content=document.get("notification_content", "full"),
    )
