"""Workspaces, who belongs to them, and the invitations to them."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from parlour.core.clock import now
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.model.people import ChosenWelcome, Workspace
from parlour.core.model.rights import EVERYBODYS, RIGHTS, ROLES, Right, Role, Standing
from parlour.core.store import demands
from parlour.core.store.asides import ACTIVE
from parlour.core.store.mongo import Document

INDEXES = {
    "workspaces": [IndexModel("slug", unique=True), *demands.INDEXES],
    "invitations": [IndexModel("expires_at", expireAfterSeconds=0), IndexModel("invited_by")],
}


class Workspaces:
    """Workspaces as seen by their members."""

    def __init__(self, database: Any) -> None:
        self._workspaces = database.workspaces
        self._members = database.workspace_members
        self._roles = database.roles

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
        document = await self._member(workspace_id, user_id)
        return document["role"] if document else None

    async def standing(self, workspace_id: WorkspaceId, user_id: UserId) -> Standing | None:
        """Return someone's place and rights, or none when they are not a member."""
        document = await self._member(workspace_id, user_id)
        return await self._standing(document) if document else None

    async def _member(self, workspace_id: WorkspaceId, user_id: UserId) -> Document | None:
        """Return a membership that has not ended."""
        document = await self._members.find_one({"workspace_id": workspace_id, "user_id": user_id} | ACTIVE)
        return document if document and not _has_ended(document) else None

    async def _standing(self, member: Document) -> Standing:
        role_id = member.get("role_id")
        custom = await self._roles.find_one({"_id": role_id}, {"rights": 1}) if role_id else None
        return Standing(
            member["role"],
            _rights(custom["rights"]) if custom else ROLES[member["role"]],
            member["joined_at"],
            role_id if custom else None,
            member.get("ends_at"),
            (member.get("second_factor") or {}).get("by"),
        )

    async def place(self, workspace_id: WorkspaceId, user_id: UserId) -> tuple[Role, datetime] | None:
        """Return someone's role and when they joined, also of who is deactivated; none when they are not a member."""
        found = await self._members.find_one({"workspace_id": workspace_id, "user_id": user_id})
        return (found["role"], found["joined_at"]) if found and not _has_ended(found) else None

    async def id_of_slug(self, slug: str) -> WorkspaceId | None:
        """Return the workspace of an address."""
        document = await self._workspaces.find_one({"slug": slug}, {"_id": 1})
        return document["_id"] if document else None

    async def map_role(
        self, workspace_id: WorkspaceId, user_id: UserId, role: Role | None, *, source: str
    ) -> bool:
        """Give a role that another server says somebody has, or (none) take back what it gave.

        Return whether that changed anything. Owners and guests are left alone, and so is a role that came otherwise.
        """
        query: Document = {"workspace_id": workspace_id, "user_id": user_id}
        query["role"] = {"$nin": ["owner", "guest"]}
        if role is None:
            still = {"mapped_by": source, "$expr": {"$eq": ["$role", "$mapped_role"]}}
            gone = {"$set": {"role": "member"}, "$unset": {"mapped_by": "", "mapped_role": ""}}
            result = await self._members.update_one(query | still, gone)
        else:
            mapped = {"role": role, "mapped_by": source, "mapped_role": role}
            update = {"$set": mapped, "$unset": {"role_id": ""}}
            result = await self._members.update_one(query | {"$nor": [mapped]}, update)
        return bool(result.modified_count)

    async def owners(self, workspace_id: WorkspaceId) -> int:
        """Return how many owners a workspace has."""
        return int(
            await self._members.count_documents({"workspace_id": workspace_id, "role": "owner"} | ACTIVE)
        )

    async def holders(self, workspace_id: WorkspaceId, right: Right) -> list[UserId]:
        """Return the people who have a right in a workspace."""
        roles = [role for role, rights in ROLES.items() if right in rights and role != "bot"]
        custom = self._roles.find({"workspace_id": workspace_id, "rights": right}, {"_id": 1})
        ids = [document["_id"] async for document in custom]
        query = {
            "workspace_id": workspace_id,
            "$or": [{"role": {"$in": roles}, "role_id": None}, {"role_id": {"$in": ids}}],
        } | ACTIVE
        cursor = self._members.find(query, {"user_id": 1, "ends_at": 1})
        return [document["user_id"] async for document in cursor if not _has_ended(document)]

    async def of(self, user_id: UserId) -> list[Workspace]:
        """Return the workspaces someone belongs to, oldest first."""
        cursor = self._members.find({"user_id": user_id} | ACTIVE)
        mine = {document["workspace_id"]: document async for document in cursor if not _has_ended(document)}
        found = self._workspaces.find({"_id": {"$in": list(mine)}}).sort("_id", ASCENDING)
        return [_workspace(document, await self._standing(mine[document["_id"]])) async for document in found]

    async def all_of(self, which: str | None = None) -> AsyncIterator[tuple[WorkspaceId, str]]:
        """Yield the id and slug of every workspace, or of the one that `which` is the id or slug of."""
        query = {"$or": [{"_id": which}, {"slug": which}]} if which else {}
        async for document in self._workspaces.find(query, {"slug": 1}).sort("_id", ASCENDING):
            yield document["_id"], document["slug"]

    async def get(self, workspace_id: WorkspaceId, user_id: UserId) -> Workspace | None:
        """Return a workspace through someone's membership of it."""
        standing = await self.standing(workspace_id, user_id)
        document = standing and await self._workspaces.find_one({"_id": workspace_id})
        return _workspace(document, standing) if document and standing else None

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
        return _workspace(document, Standing("member", ROLES["member"], now())) if document else None

    async def members(
        self, workspace_id: WorkspaceId, *, after: str | None, limit: int, deactivated: bool = False
    ) -> list[tuple[UserId, Role, datetime]]:
        """Return a page of members by the order of their ids, from the one behind `after`.

        With `deactivated` those are among them.
        """
        query: Document = {"workspace_id": workspace_id} | ({} if deactivated else ACTIVE)
        if after:
            query["user_id"] = {"$gt": after}
        cursor = self._members.find(query).sort("user_id", ASCENDING).limit(limit)
        return [(m["user_id"], m["role"], m["joined_at"]) async for m in cursor]

    async def among_members(self, workspace_id: WorkspaceId, user_ids: Iterable[UserId]) -> set[UserId]:
        """Return those of `user_ids` who are members."""
        query = {"workspace_id": workspace_id, "user_id": {"$in": list(user_ids)}} | ACTIVE
        cursor = self._members.find(query, {"user_id": 1, "ends_at": 1})
        return {document["user_id"] async for document in cursor if not _has_ended(document)}

    async def name_of(self, workspace_id: WorkspaceId) -> str | None:
        """Return a workspace's name, whoever asks."""
        document = await self._workspaces.find_one({"_id": workspace_id}, {"name": 1})
        return document["name"] if document else None

    async def slug_of(self, workspace_id: WorkspaceId) -> str | None:
        """Return a workspace's address, if it is reserved."""
        document = await self._workspaces.find_one({"_id": workspace_id}, {"slug": 1})
        return document["slug"] if document else None

    async def is_slug_taken(self, slug: str) -> bool:
        """Return whether a workspace has this address."""
        return await self._workspaces.find_one({"slug": slug}, {"_id": 1}) is not None

    async def default_channels(self, workspace_id: WorkspaceId) -> list[ChannelId]:
        """Return the channels that everybody who joins is in, besides #general."""
        document = await self._workspaces.find_one({"_id": workspace_id}, {"default_channels": 1})
        return list((document or {}).get("default_channels") or [])

    async def welcome_of(self, workspace_id: WorkspaceId) -> ChosenWelcome | None:
        """Return how a workspace welcomes newcomers, if it does."""
        document = await self._workspaces.find_one({"_id": workspace_id}, {"welcome": 1})
        chosen = (document or {}).get("welcome")
        return ChosenWelcome(chosen["template"], chosen["bot_id"]) if chosen else None


def _has_ended(member: Document) -> bool:
    """Return whether a guest's time is over, whether or not their membership was removed already."""
    ends_at = member.get("ends_at")
    return ends_at is not None and ends_at <= now()


def _rights(stored: Iterable[str]) -> frozenset[Right]:
    """Return what is left of a custom role's rights: a right that is no more is worth nothing."""
    return EVERYBODYS | {right for right in RIGHTS if right in set(stored)}


def _workspace(document: Document, standing: Standing) -> Workspace:
    return Workspace(
        id=document["_id"],
        name=document["name"],
        slug=document["slug"],
        role=standing.role,
        rights=sorted(standing.rights),
        role_id=standing.role_id,
        ends_at=standing.ends_at,
        second_factor_by=standing.second_factor_by,
        created_at=document["created_at"],
        show_seen=document.get("show_seen", True),
        link_previews=document.get("link_previews", True),
        groups_by=document.get("groups_by", "members"),
        urgent_by=document.get("urgent_by", "owners"),
        notification_content=document.get("notification_content", "full"),
        erased_messages=document.get("erased_messages", "choose"),
    )
