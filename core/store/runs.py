"""Workflow runs: what was asked for with all it says, and how far it is. The workflow itself carries ids alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import ChannelId, RunId, RunKey, UserId, WorkspaceId
from parlour.core.model.runs import OPEN, Fault, RunState, SubjectKind
from parlour.core.store.mongo import Document

INDEXES = {
    "workflow_runs": [
        IndexModel([("workspace_id", ASCENDING), ("id", ASCENDING)], unique=True),
        IndexModel([("workspace_id", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("workspace_id", ASCENDING), ("user_id", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("workspace_id", ASCENDING), ("subject", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("id", ASCENDING), ("workspace_id", ASCENDING)]),
        IndexModel([("workflow_id", ASCENDING)], partialFilterExpression={"open": True}),
        IndexModel([("open", ASCENDING), ("looked_at", ASCENDING)], partialFilterExpression={"open": True}),
        IndexModel([("untold_at", ASCENDING)], partialFilterExpression={"untold": True}),
        IndexModel("release_at", sparse=True),
        IndexModel("expires_at", expireAfterSeconds=0),
    ]
}


class RunRecord(Struct, frozen=True, kw_only=True):
    """A run as stored. `key` is ours and unique, `id` its starter's and unique in a workspace.

    `input` and `result` are JSON. `untold`: its workflow does not know of the last change (or there is none yet).
    `release_at` is when what it keeps in the file store is deleted.
    """

    key: RunKey
    id: RunId
    workspace_id: WorkspaceId
    user_id: UserId
    type: str
    input: bytes
    fingerprint: str
    subject: str
    subject_kind: SubjectKind
    created_at: datetime
    changed_at: datetime
    looked_at: datetime
    state: RunState = "waiting_to_start"
    words: str = ""
    unit: str = ""
    done: int = 0
    total: int = 0
    version: int = 1
    tries: int = 1
    untold: bool = True
    untold_at: datetime | None = None
    workflow_id: str | None = None
    ended_at: datetime | None = None
    result: bytes | None = None
    failure: Fault | None = None
    release_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.state in OPEN


class RunFilter(Struct, frozen=True, kw_only=True):
    """Which runs of a workspace: what is none, or empty, matters not."""

    types: Sequence[str] = ()
    states: Sequence[RunState] = ()
    user_id: UserId | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Runs:
    """The runs of all workspaces. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._runs = database.workflow_runs

    async def add(self, record: RunRecord) -> RunRecord:
        """Store a new one, or return the one that has its id in the workspace."""
        document = {name: value for name, value in asdict(record).items() if value is not None}
        document["_id"] = document.pop("key")
        document |= {"open": True, "untold_at": record.created_at}
        try:
            await self._runs.insert_one(document)
        except DuplicateKeyError:
            found = await self.named(record.id, [record.workspace_id])
            if not found:
                raise
            return found[0]
        return record

    async def get(self, key: RunKey) -> RunRecord | None:
        """Return one, whoever asks."""
        document = await self._runs.find_one({"_id": key})
        return _record(document) if document else None

    async def named(self, run_id: RunId, workspace_ids: Sequence[WorkspaceId]) -> list[RunRecord]:
        """Return those of several workspaces that have an id: one each at most."""
        cursor = self._runs.find({"id": run_id, "workspace_id": {"$in": list(workspace_ids)}})
        return [_record(document) async for document in cursor]

    async def page(
        self, workspace_id: WorkspaceId, wanted: RunFilter, *, before: str | None, limit: int
    ) -> list[RunRecord]:
        """Return runs of a workspace, the newest first, from the one behind `before` (a key)."""
        query: Document = {"workspace_id": workspace_id} | _query(wanted)
        if before:
            query["_id"] = {"$lt": before}
        cursor = self._runs.find(query).sort("_id", DESCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def count_open(
        self, workspace_id: WorkspaceId, user_id: UserId, run_type: str | None = None
    ) -> int:
        """Return how many of someone's are open in a workspace, of one type or of all."""
        query: Document = {"workspace_id": workspace_id, "user_id": user_id, "open": True}
        return int(await self._runs.count_documents(query | ({"type": run_type} if run_type else {})))

    async def of_workflow(self, workflow_id: str) -> list[RunRecord]:
        """Return the open runs that a workflow keeps."""
        cursor = self._runs.find({"workflow_id": workflow_id, "open": True})
        return [_record(document) async for document in cursor]

    async def change(
        self, record: RunRecord, *, at: datetime, states: Sequence[RunState] = OPEN, **fields: object
    ) -> RunRecord | None:
        """Change one that is in one of `states` and whose `tries` are the same; none when it is in another."""
        changes: Document = {"changed_at": at, **fields}
        if isinstance(fault := changes.get("failure"), Fault):
            changes["failure"] = asdict(fault)
        if (state := fields.get("state")) is not None:
            changes["open"] = state in OPEN
        if fields.get("untold"):
            changes["untold_at"] = at
        return await self._set(
            {"_id": record.key, "state": {"$in": list(states)}, "tries": record.tries}, changes
        )

    async def told(self, record: RunRecord) -> None:
        """Record that its workflow knows of a version, if that is still the last."""
        await self._runs.update_one(
            {"_id": record.key, "version": record.version}, {"$set": {"untold": False}}
        )

    async def put_off(self, record: RunRecord, *, at: datetime) -> None:
        """Let one whose workflow could not be told be tried again behind the others."""
        await self._runs.update_one({"_id": record.key, "untold": True}, {"$set": {"untold_at": at}})

    async def untold(self, *, before: datetime, limit: int) -> list[RunRecord]:
        """Return some whose workflow does not know of their last change, the longest first."""
        query = {"untold": True, "untold_at": {"$lt": before}}
        cursor = self._runs.find(query).sort("untold_at", ASCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def unseen(self, *, before: datetime, limit: int) -> list[RunRecord]:
        """Return open ones that were not looked at since, the longest first."""
        cursor = self._runs.find({"open": True, "looked_at": {"$lt": before}})
        return [_record(document) async for document in cursor.sort("looked_at", ASCENDING).limit(limit)]

    async def looked(self, keys: Sequence[RunKey], *, at: datetime) -> None:
        """Record that some were looked at."""
        if keys:
            await self._runs.update_many({"_id": {"$in": list(keys)}}, {"$set": {"looked_at": at}})

    async def to_release(self, *, before: datetime, limit: int) -> list[RunRecord]:
        """Return some that keep in the file store what is to be deleted."""
        cursor = self._runs.find({"release_at": {"$lt": before}}).sort("release_at", ASCENDING).limit(limit)
        return [_record(document) async for document in cursor]

    async def released(self, key: RunKey) -> None:
        """Record that one keeps nothing in the file store."""
        await self._runs.update_one({"_id": key}, {"$unset": {"release_at": ""}})

    async def outcome(self, key: RunKey, channel_id: ChannelId, outcome: Mapping[str, str]) -> None:
        """Record what came of a run for one channel."""
        await self._runs.update_one({"_id": key}, {"$set": {f"outcomes.{channel_id}": dict(outcome)}})

    async def outcomes(self, key: RunKey) -> dict[ChannelId, dict[str, str]]:
        """Return what came of a run, channel by channel."""
        document = await self._runs.find_one({"_id": key}, {"outcomes": 1})
        return dict(document.get("outcomes", {})) if document else {}

    async def forget_outcomes(self, key: RunKey, channel_ids: Sequence[ChannelId]) -> None:
        """Forget what came of a run for some channels, so that they are tried again."""
        gone = {f"outcomes.{channel_id}": "" for channel_id in channel_ids}
        if gone:
            await self._runs.update_one({"_id": key}, {"$unset": gone})

    async def _set(self, query: Document, changes: Document) -> RunRecord | None:
        gone = {name: "" for name, value in changes.items() if value is None}
        kept = {name: value for name, value in changes.items() if value is not None}
        update: Document = {"$set": kept, "$inc": {"version": 1}} | ({"$unset": gone} if gone else {})
        document = await self._runs.find_one_and_update(query, update, return_document=ReturnDocument.AFTER)
        return _record(document) if document else None


def _query(wanted: RunFilter) -> Document:
    query: Document = {}
    if wanted.types:
        query["type"] = {"$in": list(wanted.types)}
    if wanted.states:
        query["state"] = {"$in": list(wanted.states)}
    if wanted.user_id:
        query["user_id"] = wanted.user_id
    if wanted.subject:
        query["subject"] = wanted.subject
    times = {name: at for name, at in (("$gte", wanted.since), ("$lt", wanted.until)) if at is not None}
    return query | ({"created_at": times} if times else {})


def _record(document: Document) -> RunRecord:
    known = {name: document[name] for name in RunRecord.__struct_fields__ if name in document}
    if known.get("failure"):
        known["failure"] = Fault(**known["failure"])
    return RunRecord(key=document["_id"], **known)
