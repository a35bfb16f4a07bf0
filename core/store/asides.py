"""Memberships of workspaces that are deactivated: set aside, with what is needed to take them up again."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import asdict

from parlour.core.ids import GroupId, UserId, WorkspaceId
from parlour.core.model.people import Aside, AsideWhy

ACTIVE = {"deactivated": {"$exists": False}}
"""Who is not set aside."""


class Asides:
    """The members of all workspaces, as far as they are deactivated. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._members = database.workspace_members

    async def among(self, workspace_id: WorkspaceId, user_ids: Iterable[UserId]) -> set[UserId]:
        """Return those of `user_ids` who are deactivated."""
        query = {"workspace_id": workspace_id, "user_id": {"$in": list(user_ids)}}
        aside = self._members.find(query | {"deactivated": {"$exists": True}}, {"user_id": 1})
        return {document["user_id"] async for document in aside}

    async def add(self, workspace_id: WorkspaceId, user_id: UserId, aside: Aside) -> bool:
        """Deactivate a membership; return whether there was an active one. Its channels are still to follow."""
        result = await self._members.update_one(
            {"workspace_id": workspace_id, "user_id": user_id} | ACTIVE,
            {"$set": {"deactivated": asdict(aside), "moving": True}},
        )
        return bool(result.modified_count)

    async def turn(
        self,
        workspace_id: WorkspaceId,
        user_id: UserId,
        was: AsideWhy,
        now_why: AsideWhy,
        *,
        by: UserId | None = None,
    ) -> bool:
        """Have a membership set aside for another reason than before; return whether it was for that one."""
        result = await self._members.update_one(
            {"workspace_id": workspace_id, "user_id": user_id, "deactivated.why": was},
            {"$set": {"deactivated.why": now_why, "deactivated.by": by}},
        )
        return bool(result.modified_count)

    async def bring_back(self, workspace_id: WorkspaceId, user_id: UserId) -> bool:
        """Activate a membership again; return whether it was deactivated. Its channels are still to follow."""
        result = await self._members.update_one(
            {"workspace_id": workspace_id, "user_id": user_id, "deactivated": {"$exists": True}},
            {"$unset": {"deactivated": ""}, "$set": {"moving": True}},
        )
        return bool(result.modified_count)

    async def get(self, workspace_id: WorkspaceId, user_id: UserId) -> Aside | None:
        """Return why and since when a membership is deactivated, if it is."""
        found = await self._members.find_one({"workspace_id": workspace_id, "user_id": user_id})
        return Aside(**found["deactivated"]) if found and found.get("deactivated") else None

    async def of(self, user_id: UserId) -> dict[WorkspaceId, Aside]:
        """Return the workspaces in which someone is deactivated, and why."""
        cursor = self._members.find({"user_id": user_id, "deactivated": {"$exists": True}})
        return {m["workspace_id"]: Aside(**m["deactivated"]) async for m in cursor}

    async def in_groups(self, workspace_id: WorkspaceId, user_id: UserId, groups: Iterable[GroupId]) -> None:
        """Remember the groups that a deactivated member was in."""
        await self._members.update_one(
            {"workspace_id": workspace_id, "user_id": user_id},
            {"$addToSet": {"groups_left": {"$each": list(groups)}}},
        )

    async def groups_left(self, workspace_id: WorkspaceId, user_id: UserId) -> list[GroupId]:
        """Return the groups that someone was in when they were deactivated."""
        found = await self._members.find_one({"workspace_id": workspace_id, "user_id": user_id})
        return list(found.get("groups_left", ())) if found else []

    async def moved(self, workspace_id: WorkspaceId, user_id: UserId) -> None:
        """Record that someone's channels followed."""
        gone = {"$unset": {"moving": "", "groups_left": ""}}
        kept = {"$unset": {"moving": ""}}
        mine = {"workspace_id": workspace_id, "user_id": user_id}
        await self._members.update_one(mine | {"deactivated": {"$exists": True}}, kept)
        await self._members.update_one(mine | ACTIVE, gone)

    async def moving(self, *, limit: int) -> list[tuple[WorkspaceId, UserId]]:
        """Return memberships whose channels did not follow yet."""
        cursor = self._members.find({"moving": True}, {"workspace_id": 1, "user_id": 1}).limit(limit)
        return [(found["workspace_id"], found["user_id"]) async for found in cursor]
