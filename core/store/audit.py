"""The audit of each workspace: entries are added, each chained to the one before, and never changed.

The unique index on `(workspace_id, seq)` is the sequencer: of several writers one wins, the others read the tail
again. `audit_marks` keeps, a workspace, the sealed end of its chain (so that one cut short shows), where it begins once
its old end was removed, and for how long it is kept.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from parlour.core.clock import now
from parlour.core.ids import UserId, WorkspaceId, moment_of_id, new_id
from parlour.core.model.audit import AuditAction, AuditEntry, AuditFilter, AuditOrigin, Checkpoint
from parlour.core.origin import origin
from parlour.core.store.audit_chain import Beginning, Sealer, hash_of
from parlour.core.store.mongo import Document
from parlour.core.telemetry import log

SEQUENCED: Document = {"$type": "number"}

INDEXES = {
    "audit": [
        IndexModel([("workspace_id", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("workspace_id", ASCENDING), ("actor_id", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("workspace_id", ASCENDING), ("action", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("workspace_id", ASCENDING), ("subject", ASCENDING), ("_id", DESCENDING)]),
        IndexModel(
            [("workspace_id", ASCENDING), ("seq", ASCENDING)],
            unique=True,
            partialFilterExpression={"seq": SEQUENCED},
        ),
        IndexModel([("once", ASCENDING)], unique=True, partialFilterExpression={"once": {"$type": "string"}}),
    ],
    "audit_marks": [IndexModel("days", sparse=True)],
}


class Audit:
    """Entries of all workspaces. Callers check access."""

    def __init__(self, database: Any, *, secret_key: str) -> None:
        self._audit = database.audit
        self._marks = database.audit_marks
        self.sealer = Sealer(secret_key)

    async def note(
        self,
        workspace_id: WorkspaceId,
        actor: UserId | None,
        action: AuditAction,
        subject: str,
        detail: str,
        *,
        once: str | None = None,
    ) -> None:
        """Note that somebody (none: Parlour itself) did something; of several notes for the same `once`, the first.

        Where from is what the process knows of the request it serves. Activities, which may run twice, give `once`.
        """
        made = new_id()
        entry: Document = {
            "id": made,
            "workspace_id": workspace_id,
            "at": moment_of_id(made) or now(),
            "actor_id": actor,
            "action": action,
            "subject": subject,
            "detail": detail,
            "origin": msgspec.to_builtins(_origin()),
        }
        if await self._append(entry, {"once": once} if once else {}):
            log.info("audit.noted", workspace_id=workspace_id, seq=entry["seq"], hash=entry["hash"])

    async def _append(self, entry: Document, beside: Document) -> bool:
        """Chain an entry to the tail and store it; return false when it was noted before.

        Each try that another writer beats is one that the other wins, so this ends.
        """
        workspace_id = entry["workspace_id"]
        while True:
            seq, entry["prev_hash"] = await self.tail(workspace_id)
            entry["seq"] = seq + 1
            entry["hash"] = hash_of(entry)
            seal = self.sealer.seal("entry", workspace_id, entry["seq"], entry["hash"])
            document = {**entry, **beside, "_id": entry["id"], "seal": seal}
            del document["id"]
            try:
                await self._audit.insert_one(document)
            except DuplicateKeyError as error:
                if "once" in (error.details or {}).get("keyPattern", {}):
                    return False
                continue
            await self._move_end(workspace_id, entry["seq"], entry["hash"])
            return True

    async def tail(self, workspace_id: WorkspaceId) -> tuple[int, str]:
        """Return the number and hash of the last entry, or what the first is to follow."""
        query = {"workspace_id": workspace_id, "seq": SEQUENCED}
        last = await self._audit.find_one(query, {"seq": 1, "hash": 1}, sort=[("seq", DESCENDING)])
        if last:
            return last["seq"], last["hash"]
        checkpoint = await self.checkpoint(workspace_id)
        if checkpoint:
            return checkpoint.seq, checkpoint.hash
        return 0, await self.beginning(workspace_id)

    async def beginning(self, workspace_id: WorkspaceId) -> str:
        """Return what the first entry of a chain follows: the hash of what was noted before there was one."""
        found = Beginning()
        async for document in self.unsequenced(workspace_id):
            found.add(document)
        return found.hash

    async def _move_end(self, workspace_id: WorkspaceId, seq: int, digest: str) -> None:
        end = {"seq": seq, "hash": digest, "seal": self.sealer.seal("end", workspace_id, seq, digest)}
        behind = {"_id": workspace_id, "$or": [{"end": None}, {"end.seq": {"$lt": seq}}]}
        try:
            await self._marks.update_one(behind, {"$set": {"end": end}}, upsert=True)
        except DuplicateKeyError:
            """Another writer's end is further on."""

    async def end(self, workspace_id: WorkspaceId) -> Document | None:
        """Return the sealed end of a chain as it is stored, whoever wrote it."""
        found = await self._marks.find_one({"_id": workspace_id}, {"end": 1})
        end: Document | None = found.get("end") if found else None
        return end

    async def checkpoint(self, workspace_id: WorkspaceId) -> Checkpoint | None:
        """Return where a chain begins whose old end was removed."""
        found = await self._marks.find_one({"_id": workspace_id}, {"checkpoint": 1})
        return msgspec.convert(found["checkpoint"], Checkpoint) if found and "checkpoint" in found else None

    async def page(
        self,
        workspace_id: WorkspaceId,
        *,
        before: str | None,
        limit: int,
        wanted: AuditFilter | None = None,
    ) -> list[AuditEntry]:
        """Return entries of a workspace, the newest first, from the one behind `before`."""
        query = _query(workspace_id, wanted or AuditFilter())
        if before:
            query = {"$and": [query, {"_id": {"$lt": before}}]}
        cursor = self._audit.find(query).sort("_id", DESCENDING).limit(limit)
        return [_entry(document) async for document in cursor]

    async def all_of(self, workspace_id: WorkspaceId, wanted: AuditFilter) -> AsyncIterator[AuditEntry]:
        """Yield entries of a workspace, the oldest first."""
        cursor = self._audit.find(_query(workspace_id, wanted)).sort("_id", ASCENDING)
        async for document in cursor:
            yield _entry(document)

    async def chained(self, workspace_id: WorkspaceId, *, after: int, limit: int) -> list[Document]:
        """Return the numbered entries behind `after` as they are stored, whoever wrote them."""
        query = {"workspace_id": workspace_id, "seq": {"$gt": after}}
        cursor = self._audit.find(query).sort([("seq", ASCENDING)]).limit(limit)
        return [_raw(document) async for document in cursor]

    async def numbered(self, workspace_id: WorkspaceId, seq: int) -> Document | None:
        """Return the entry of a number as it is stored."""
        found = await self._audit.find_one({"workspace_id": workspace_id, "seq": seq})
        return _raw(found) if found else None

    async def unsequenced(self, workspace_id: WorkspaceId) -> AsyncIterator[Document]:
        """Yield the entries that have no number, as they are stored, in the order of their ids."""
        query = {"workspace_id": workspace_id, "seq": {"$not": SEQUENCED}}
        async for document in self._audit.find(query).sort("_id", ASCENDING):
            yield _raw(document)

    async def first_since(self, workspace_id: WorkspaceId, moment: datetime) -> int | None:
        """Return the number of the first entry that is not older than a moment."""
        query = {"workspace_id": workspace_id, "seq": SEQUENCED, "at": {"$gte": moment}}
        found = await self._audit.find_one(query, {"seq": 1}, sort=[("seq", ASCENDING)])
        return found["seq"] if found else None

    async def put_checkpoint(self, workspace_id: WorkspaceId, *, seq: int, digest: str, removed: int) -> None:
        """Seal that a chain begins behind an entry from now on."""
        checkpoint = Checkpoint(
            seq=seq,
            hash=digest,
            at=now(),
            removed=removed,
            seal=self.sealer.seal("checkpoint", workspace_id, seq, digest),
        )
        fields = {"checkpoint": msgspec.to_builtins(checkpoint, builtin_types=(datetime,))}
        await self._marks.update_one({"_id": workspace_id}, {"$set": fields}, upsert=True)

    async def forget(self, workspace_id: WorkspaceId, *, up_to: int, batch: int) -> int:
        """Remove some of the entries that a checkpoint stands for; return how many."""
        old = {"$or": [{"seq": {"$lte": up_to}}, {"seq": {"$not": SEQUENCED}}]}
        cursor = self._audit.find({"workspace_id": workspace_id, **old}, {"_id": 1}).limit(batch)
        ids = [document["_id"] async for document in cursor]
        if ids:
            await self._audit.delete_many({"_id": {"$in": ids}})
        return len(ids)

    async def days(self, workspace_id: WorkspaceId) -> int | None:
        """Return for how long a workspace's audit is kept."""
        found = await self._marks.find_one({"_id": workspace_id}, {"days": 1})
        return found.get("days") if found else None

    async def keep_for(self, workspace_id: WorkspaceId, days: int | None) -> None:
        """Set for how long a workspace's audit is kept; none: for ever."""
        change = {"$unset": {"days": ""}} if days is None else {"$set": {"days": days}}
        await self._marks.update_one({"_id": workspace_id}, change, upsert=True)

    async def kept_for_a_time(self) -> Sequence[tuple[WorkspaceId, int]]:
        """Return the workspaces whose audit is not kept for ever, and for how many days it is."""
        cursor = self._marks.find({"days": {"$gt": 0}}, {"days": 1})
        return [(document["_id"], document["days"]) async for document in cursor]


def _origin() -> AuditOrigin | None:
    found = origin.get()
    if found is None:
        return None
    return AuditOrigin(address=found.address, agent=found.agent, session_id=found.session_id, kind=found.kind)


def _query(workspace_id: WorkspaceId, wanted: AuditFilter) -> Document:
    query: Document = {"workspace_id": workspace_id}
    if wanted.actor_id:
        query["actor_id"] = wanted.actor_id
    if wanted.actions:
        query["action"] = {"$in": list(wanted.actions)}
    if wanted.subject:
        query["subject"] = wanted.subject
    # Ids begin with the millisecond in which they were made, which is the entry's time.
    made = {
        **({"$gte": _first_id_of(wanted.since)} if wanted.since else {}),
        **({"$lt": _first_id_of(wanted.until)} if wanted.until else {}),
    }
    return query | ({"_id": made} if made else {})


def _first_id_of(moment: datetime) -> str:
    digits = f"{max(0, round(moment.timestamp() * 1000)):012x}"
    return f"{digits[:8]}-{digits[8:]}"


def _raw(document: Document) -> Document:
    document["id"] = document.pop("_id")
    return document


def _entry(document: Document) -> AuditEntry:
    return msgspec.convert(_raw(document), AuditEntry)
