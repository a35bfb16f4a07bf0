"""Places in workspaces as those see them who look after members: pages, changes of roles, and ends."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import ASCENDING, IndexModel

from parlour.core.clock import now
from parlour.core.ids import RoleId, UserId, WorkspaceId
from parlour.core.model.people import AsideWhy
from parlour.core.model.rights import Role
from parlour.core.store import demands, stays
from parlour.core.store.asides import ACTIVE
from parlour.core.store.mongo import Document

INDEXES = {
    "workspace_members": [
        IndexModel([("workspace_id", ASCENDING), ("user_id", ASCENDING)], unique=True),
        IndexModel("user_id"),
        IndexModel("moving", partialFilterExpression={"moving": True}),
        *stays.INDEXES,
        *demands.MEMBERS_INDEXES,
    ]
}


class Place(Struct, frozen=True, kw_only=True):
    """Someone's place in a workspace as stored, also one that is over, or deactivated: `aside` says with what."""

    workspace_id: WorkspaceId
    user_id: UserId
    role: Role
    joined_at: datetime
    role_id: RoleId | None = None
    ends_at: datetime | None = None
    aside: AsideWhy | None = None

    @property
    def is_over(self) -> bool:
        """Whether a guest's time is over."""
        return self.ends_at is not None and self.ends_at <= now()


class LastOwnerError(Exception):
    """A workspace would be left without an owner."""


class Members:
    """Places in all workspaces. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._client = database.client
        self._workspaces = database.workspaces
        self._members = database.workspace_members

    async def get(self, workspace_id: WorkspaceId, user_id: UserId) -> Place | None:
        """Return someone's place, also one that is over."""
        document = await self._members.find_one({"workspace_id": workspace_id, "user_id": user_id})
        return _place(document) if document else None

    async def page(
        self,
        workspace_id: WorkspaceId,
        *,
        roles: Collection[Role] = (),
        role_id: RoleId | None = None,
        among: Collection[UserId] | None = None,
        after: str | None,
        limit: int,
        deactivated: bool = False,
    ) -> list[Place]:
        """Return a page of places by the order of their people's ids, from the one behind `after`.

        With `deactivated` those are among them.
        """
        query: Document = {"workspace_id": workspace_id} | ({} if deactivated else ACTIVE)
        if roles:
            query |= {"role": {"$in": list(roles)}, "role_id": None}
        if role_id:
            query["role_id"] = role_id
        user: Document = {"$gt": after} if after else {}
        if among is not None:
            user["$in"] = list(among)
        if user:
            query["user_id"] = user
        cursor = self._members.find(query).sort("user_id", ASCENDING).limit(limit)
        return [_place(document) async for document in cursor]

    async def give(
        self, workspace_id: WorkspaceId, user_id: UserId, role: Role, role_id: RoleId | None
    ) -> bool:
        """Give someone another role; return whether they are there. Who is no guest has no end.

        Raises:
            LastOwnerError: the workspace would be left without an owner.
        """
        gone = ({} if role_id else {"role_id": ""}) | ({} if role == "guest" else {"ends_at": "", "stay": ""})
        change: Document = {"$set": {"role": role, **({"role_id": role_id} if role_id else {})}}
        if gone:
            change["$unset"] = gone

        async def give(session: Any) -> bool:
            who = {"workspace_id": workspace_id, "user_id": user_id}
            if role != "owner":
                await self._keep_an_owner(workspace_id, user_id, session)
            return bool((await self._members.update_one(who, change, session=session)).matched_count)

        return await self._as_one(give)

    async def hand_over(self, workspace_id: WorkspaceId, giver: UserId, taker: UserId) -> bool:
        """Make one person an owner and another, who is one, an admin, both or neither; return whether that was so."""

        async def hand_over(session: Any) -> bool:
            await self._workspaces.update_one({"_id": workspace_id}, {"$inc": {"owned": 1}}, session=session)
            here = {"workspace_id": workspace_id}
            owner = {"$set": {"role": "owner"}, "$unset": {"role_id": "", "ends_at": "", "stay": ""}}
            before = {**here, "user_id": giver, "role": "owner"}
            left = await self._members.update_one(before, {"$set": {"role": "admin"}}, session=session)
            if not left.matched_count:
                return False
            got = await self._members.update_one({**here, "user_id": taker}, owner, session=session)
            if not got.matched_count:
                raise _TakeBackError
            return True

        try:
            return await self._as_one(hand_over)
        except _TakeBackError:
            return False

    async def remove(self, workspace_id: WorkspaceId, user_id: UserId) -> bool:
        """End someone's place; return whether they had one.

        Raises:
            LastOwnerError: the workspace would be left without an owner.
        """

        async def remove(session: Any) -> bool:
            await self._keep_an_owner(workspace_id, user_id, session)
            who = {"workspace_id": workspace_id, "user_id": user_id}
            return bool((await self._members.delete_one(who, session=session)).deleted_count)

        return await self._as_one(remove)

    async def _keep_an_owner(self, workspace_id: WorkspaceId, user_id: UserId, session: Any) -> None:
        """Check that somebody else owns the workspace, if this one does. Of two who go at once one is first."""
        who = {"workspace_id": workspace_id, "user_id": user_id, "role": "owner"}
        if await self._members.find_one(who, {"_id": 1}, session=session) is None:
            return
        await self._workspaces.update_one({"_id": workspace_id}, {"$inc": {"owned": 1}}, session=session)
        others = {"workspace_id": workspace_id, "role": "owner", "user_id": {"$ne": user_id}} | ACTIVE
        if await self._members.find_one(others, {"_id": 1}, session=session) is None:
            raise LastOwnerError

    async def _as_one(self, work: Any) -> bool:
        """Do something within a transaction; MongoDB lets one of two that touch the same go first."""
        async with await self._client.start_session() as session:
            done: bool = await session.with_transaction(work)
            return done


class _TakeBackError(Exception):
    """Nothing of this transaction is to stay."""


def _place(document: Document) -> Place:
    return Place(
        workspace_id=document["workspace_id"],
        user_id=document["user_id"],
        role=document["role"],
        joined_at=document["joined_at"],
        role_id=document.get("role_id"),
        ends_at=document.get("ends_at"),
        aside=document["deactivated"]["why"] if document.get("deactivated") else None,
    )
