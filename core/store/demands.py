"""Workspaces that demand a second step at sign-in, and who of their members lacks one by when.

A demand is kept at its workspace, what somebody lacks at their membership.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct
from pymongo import ASCENDING, IndexModel, ReturnDocument

from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.people import AsideWhy
from parlour.core.model.rights import Role
from parlour.core.store.asides import ACTIVE
from parlour.core.store.mongo import Document
from parlour.core.store.promises import Promises

# Of workspaces.
INDEXES = [
    IndexModel("second_factor.due_at", sparse=True),
    IndexModel("second_factor.changed_at", partialFilterExpression={"second_factor.untold": True}),
]
# Of their memberships.
MEMBERS_INDEXES = [
    IndexModel(
        [("workspace_id", ASCENDING), ("second_factor.due_at", ASCENDING)],
        partialFilterExpression={"second_factor.due_at": {"$exists": True}},
    ),
    IndexModel(
        [("workspace_id", ASCENDING), ("second_factor.by", ASCENDING), ("user_id", ASCENDING)],
        partialFilterExpression={"second_factor.by": {"$exists": True}},
    ),
]
WHY: AsideWhy = "second_factor"


class Demand(Struct, frozen=True, kw_only=True):
    """That a workspace demands a second step, since when, and how many days it gives.

    At `due_at` there is something to do; `version` counts the changes that its workflow has to know of. All members
    were gone through at `walked_at`. One that was lifted, at `lifted_at`, still lets in again whom it set aside.
    """

    workspace_id: WorkspaceId
    since: datetime
    grace_days: int
    due_at: datetime
    version: int
    walked_at: datetime | None = None
    lifted_at: datetime | None = None


class Lacking(Struct, frozen=True, kw_only=True):
    """A member without a second step: found so at `since`, to have one `by`; the mails they got are counted."""

    workspace_id: WorkspaceId
    user_id: UserId
    role: Role
    since: datetime
    by: datetime
    told: int
    aside: AsideWhy | None = None


class Demands:
    """The demands of all workspaces. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._workspaces = database.workspaces
        self._members = database.workspace_members
        self.promises = Promises(self._workspaces, _demand, at="second_factor.")

    async def get(self, workspace_id: WorkspaceId) -> Demand | None:
        """Return the demand of a workspace, also one that was lifted and is not done with."""
        query = {"_id": workspace_id, "second_factor": {"$exists": True}}
        document = await self._workspaces.find_one(query, {"second_factor": 1})
        return _demand(document) if document else None

    async def among(self, workspace_ids: Iterable[WorkspaceId]) -> list[WorkspaceId]:
        """Return those of these workspaces that demand one."""
        query = {"_id": {"$in": list(workspace_ids)}, "second_factor.since": {"$exists": True}}
        cursor = self._workspaces.find(query | {"second_factor.lifted_at": None}, {"_id": 1})
        return [document["_id"] async for document in cursor]

    async def put(
        self, workspace_id: WorkspaceId, grace_days: int, *, since: datetime, at: datetime
    ) -> Demand:
        """Demand one; whoever is known to lack one has it by so many days after that was found."""
        fields = {"since": since, "grace_days": grace_days, "walked_at": None, "lifted_at": None}
        demand = await self._change(workspace_id, fields, due_at=at, at=at)
        lacking = {"workspace_id": workspace_id, "second_factor.by": {"$exists": True}}
        by = {"$dateAdd": {"startDate": "$second_factor.since", "unit": "day", "amount": grace_days}}
        anew = {"second_factor.by": by, "second_factor.due_at": at, "second_factor.told": 0}
        await self._members.update_many(lacking, [{"$set": anew}])
        return demand

    async def lift(self, workspace_id: WorkspaceId, *, at: datetime) -> Demand:
        """Demand one no more; whoever was set aside is still to be let in."""
        return await self._change(workspace_id, {"lifted_at": at}, due_at=at, at=at)

    async def hurry(self, workspace_id: WorkspaceId, *, at: datetime) -> Demand:
        """Have a demand looked at."""
        return await self._change(workspace_id, {}, due_at=at, at=at)

    async def _change(
        self, workspace_id: WorkspaceId, fields: Document, *, due_at: datetime, at: datetime
    ) -> Demand:
        changed = {**fields, "due_at": due_at, "changed_at": at, "untold": True}
        document = await self._workspaces.find_one_and_update(
            {"_id": workspace_id},
            {
                "$set": {f"second_factor.{name}": value for name, value in changed.items()},
                "$inc": {"second_factor.version": 1},
            },
            return_document=ReturnDocument.AFTER,
        )
        return _demand(document)

    async def walked(self, demand: Demand, *, at: datetime) -> None:
        """Record that all members were gone through, as of a demand."""
        await self._workspaces.update_one(_as_of(demand), {"$set": {"second_factor.walked_at": at}})

    async def looked(self, demand: Demand, *, due_at: datetime) -> Demand | None:
        """Record when a demand is looked at next; none when it changed meanwhile."""
        document = await self._workspaces.find_one_and_update(
            _as_of(demand),
            {"$set": {"second_factor.due_at": due_at}, "$inc": {"second_factor.version": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return _demand(document) if document else None

    async def end(self, demand: Demand) -> bool:
        """Forget a demand; return false when it changed meanwhile."""
        result = await self._workspaces.update_one(_as_of(demand), {"$unset": {"second_factor": ""}})
        return bool(result.modified_count)

    # Who lacks one.

    async def mark(self, workspace_id: WorkspaceId, user_id: UserId, *, at: datetime, by: datetime) -> bool:
        """Record that a member lacks one; return false when that is known, or they are no member."""
        result = await self._members.update_one(
            {"workspace_id": workspace_id, "user_id": user_id, "second_factor": {"$exists": False}} | ACTIVE,
            {"$set": {"second_factor": {"since": at, "by": by, "due_at": at, "told": 0}}},
        )
        return bool(result.modified_count)

    async def unmark(self, workspace_id: WorkspaceId, user_id: UserId) -> bool:
        """Record that a member lacks none any more; return whether they did."""
        mine = {"workspace_id": workspace_id, "user_id": user_id, "second_factor": {"$exists": True}}
        return bool((await self._members.update_one(mine, {"$unset": {"second_factor": ""}})).modified_count)

    async def seen_to(self, lacking: Lacking, *, told: int, due_at: datetime | None) -> None:
        """Record that somebody was told, and when there is something to do next, if there is."""
        mine = {"workspace_id": lacking.workspace_id, "user_id": lacking.user_id}
        change: Document = {"$set": {"second_factor.told": told}}
        if due_at:
            change["$set"]["second_factor.due_at"] = due_at
        else:
            change["$unset"] = {"second_factor.due_at": ""}
        await self._members.update_one(mine | {"second_factor.by": lacking.by}, change)

    async def due(self, workspace_id: WorkspaceId, *, at: datetime, limit: int) -> list[Lacking]:
        """Return some with whom there is something to do by now."""
        query = {"workspace_id": workspace_id, "second_factor.due_at": {"$lte": at}}
        cursor = self._members.find(query).sort("second_factor.due_at", ASCENDING).limit(limit)
        return [_lacking(document) async for document in cursor]

    async def next_at(self, workspace_id: WorkspaceId) -> datetime | None:
        """Return when there is something to do with somebody next."""
        query = {"workspace_id": workspace_id, "second_factor.due_at": {"$exists": True}}
        found = await self._members.find_one(query, sort=[("second_factor.due_at", ASCENDING)])
        return found["second_factor"]["due_at"] if found else None

    async def page(
        self, workspace_id: WorkspaceId, *, after: tuple[datetime, str] | None, limit: int
    ) -> list[Lacking]:
        """Return a page of who lacks one, whoever has the least time left first."""
        query: Document = {"workspace_id": workspace_id, "second_factor.by": {"$exists": True}}
        if after:
            by, user_id = after
            later = {"second_factor.by": {"$gt": by}}
            query["$or"] = [later, {"second_factor.by": by, "user_id": {"$gt": user_id}}]
        order = [("second_factor.by", ASCENDING), ("user_id", ASCENDING)]
        return [_lacking(document) async for document in self._members.find(query).sort(order).limit(limit)]

    async def count(self, workspace_id: WorkspaceId) -> int:
        """Return how many lack one."""
        query = {"workspace_id": workspace_id, "second_factor.by": {"$exists": True}}
        return int(await self._members.count_documents(query))

    async def of_person(self, user_id: UserId) -> list[Lacking]:
        """Return the workspaces in which somebody lacks one."""
        query = {"user_id": user_id, "second_factor": {"$exists": True}}
        return [_lacking(document) async for document in self._members.find(query)]


def _as_of(demand: Demand) -> Document:
    return {"_id": demand.workspace_id, "second_factor.version": demand.version}


def _demand(document: Document) -> Demand:
    kept = document["second_factor"]
    fields = {name: kept[name] for name in Demand.__struct_fields__ if name in kept}
    return Demand(workspace_id=document["_id"], **fields)


def _lacking(document: Document) -> Lacking:
    kept = document["second_factor"]
    return Lacking(
        workspace_id=document["workspace_id"],
        user_id=document["user_id"],
        role=document["role"],
        since=kept["since"],
        by=kept["by"],
        told=kept["told"],
        aside=(document.get("deactivated") or {}).get("why"),
    )
