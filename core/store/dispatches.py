"""What left the house, or is to: one row a dispatch, with every attempt on record."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import DispatchId, UserId, WorkspaceId
from parlour.core.model.notifications import Attempt, Dispatch, DispatchState
from parlour.core.store.mongo import ONE_REPLY, Document

OPEN: tuple[DispatchState, ...] = ("waiting", "sending", "retrying")
INDEXES = {
    "dispatches": [
        IndexModel(
            [("user_id", ASCENDING), ("open", ASCENDING)], partialFilterExpression={"open": True}, name="open"
        ),
        # Pushes that may still be seen on a device.
        IndexModel("user_id", partialFilterExpression={"shown": True}, name="shown"),
        IndexModel([("user_id", ASCENDING), ("covers.conversation", ASCENDING), ("_id", DESCENDING)]),
        # Which of them speak of one message: told by the index alone.
        IndexModel(
            [
                ("user_id", ASCENDING),
                ("covers.conversation", ASCENDING),
                ("covers.last_seq", ASCENDING),
                ("covers.first_seq", ASCENDING),
            ]
        ),
        IndexModel([("workspace_id", ASCENDING), ("state", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("workspace_id", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("workspace_id", ASCENDING), ("world", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("user_id", ASCENDING), ("workspace_id", ASCENDING), ("_id", DESCENDING)]),
        IndexModel([("world", ASCENDING), ("updated_at", DESCENDING)]),
        # What became of a day's dispatches, by world: told by the index alone.
        IndexModel(
            [
                ("workspace_id", ASCENDING),
                ("updated_at", DESCENDING),
                ("world", ASCENDING),
                ("state", ASCENDING),
            ]
        ),
        IndexModel("expires_at", expireAfterSeconds=0),
    ]
}
ATTEMPTS_KEPT = 100


class Filter(Struct, frozen=True, kw_only=True):
    """Which dispatches of a workspace: what is none matters not."""

    states: Sequence[DispatchState] = ()
    world: str | None = None
    user_id: UserId | None = None


class Dispatches:
    """The dispatches of all people. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._dispatches = database.dispatches

    async def add(self, dispatch: Dispatch, *, expires_at: datetime) -> bool:
        """Store a new dispatch; return false when it is there already."""
        try:
            await self._dispatches.insert_one({**_document(dispatch), "expires_at": expires_at})
        except DuplicateKeyError:
            return False
        return True

    async def get(self, dispatch_id: DispatchId) -> Dispatch | None:
        """Return one, whoever asks: the caller checks access."""
        document = await self._dispatches.find_one({"_id": dispatch_id})
        return _dispatch(document) if document else None

    async def open_of(self, user_id: UserId) -> list[Dispatch]:
        """Return someone's dispatches that are not at their end, the oldest first."""
        cursor = self._dispatches.find({"user_id": user_id, "open": True}).sort("_id", ASCENDING)
        return [_dispatch(document) async for document in cursor]

    async def last_of(
        self, user_id: UserId, conversations: Iterable[str], *, limit: int = 2000
    ) -> list[Dispatch]:
        """Return someone's dispatches that speak of these conversations, the newest first."""
        query = {"user_id": user_id, "covers.conversation": {"$in": list(conversations)}}
        cursor = self._dispatches.find(query).sort("_id", DESCENDING).limit(limit)
        return [_dispatch(document) async for document in cursor.batch_size(ONE_REPLY)]

    async def covering(self, messages: Iterable[tuple[UserId, str, int]]) -> list[Dispatch]:
        """Return the dispatches that speak of messages of people: (person, conversation, seq). The oldest first."""
        either = [
            {
                "user_id": user_id,
                "covers": {
                    "$elemMatch": {
                        "conversation": conversation,
                        "last_seq": {"$gte": seq},
                        "first_seq": {"$lte": seq},
                    }
                },
            }
            for user_id, conversation, seq in messages
        ]
        if not either:
            return []
        cursor = self._dispatches.find({"$or": either}).batch_size(ONE_REPLY)
        return sorted([_dispatch(document) async for document in cursor], key=lambda one: one.id)

    async def begin(self, dispatch: Dispatch, attempt: Attempt) -> Dispatch | None:
        """Record that an attempt begins, and what it speaks of, unless the dispatch ended meanwhile."""
        document = await self._dispatches.find_one_and_update(
            {"_id": dispatch.id, "open": True},
            {
                "$push": {"attempts": {"$each": [_builtins(attempt)], "$slice": -ATTEMPTS_KEPT}},
                "$inc": {"attempted": 1, "tries": 1},
                "$set": {"state": "sending", "updated_at": attempt.at, "covers": _builtins(dispatch.covers)},
            },
            return_document=ReturnDocument.AFTER,
        )
        return _dispatch(document) if document else None

    async def answered(self, dispatch: Dispatch) -> bool:
        """Record the outcome of the last attempt, and what comes next; return false if it was ended meanwhile.

        The attempt is on record even then.
        """
        fields = _document(dispatch)
        changed = {name: fields.get(name) for name in ("state", "words", "updated_at", "attempts", "due_at")}
        closed = {} if dispatch.state in OPEN else {"$unset": {"open": ""}}
        result = await self._dispatches.update_one(
            {"_id": dispatch.id, "state": "sending"}, {"$set": changed, **closed}
        )
        if result.matched_count:
            return True
        await self._dispatches.update_one({"_id": dispatch.id}, {"$set": {"attempts": changed["attempts"]}})
        return False

    async def end(
        self, dispatch_ids: Iterable[DispatchId], state: DispatchState, words: str, *, at: datetime
    ) -> int:
        """End dispatches that are still open; return how many were."""
        result = await self._dispatches.update_many(
            {"_id": {"$in": list(dispatch_ids)}, "open": True},
            {
                "$set": {"state": state, "words": words, "updated_at": at, "due_at": None},
                "$unset": {"open": ""},
            },
        )
        return int(result.modified_count)

    async def postpone(self, dispatch_id: DispatchId, due_at: datetime, words: str, *, at: datetime) -> None:
        """Let an open dispatch wait for a later time, without an attempt."""
        await self._dispatches.update_one(
            {"_id": dispatch_id, "open": True},
            {"$set": {"due_at": due_at, "words": words, "updated_at": at}},
        )

    async def redrive(self, dispatch_ids: Iterable[DispatchId], words: str, *, at: datetime) -> list[UserId]:
        """Open dispatches again that were given up; return whose they are."""
        query = {"_id": {"$in": list(dispatch_ids)}, "state": "given_up"}
        whose = [document["user_id"] async for document in self._dispatches.find(query, {"user_id": 1})]
        fields = {
            "state": "retrying",
            "words": words,
            "updated_at": at,
            "due_at": at,
            "since": at,
            "tries": 0,
            "open": True,
        }
        await self._dispatches.update_many(query, {"$set": fields})
        return list(dict.fromkeys(whose))

    async def under_way_or_shown(self, user_ids: Iterable[UserId]) -> list[UserId]:
        """Return those of several people who have a dispatch that is open, or a push that a device may show."""
        asked, found = list(user_ids), dict[UserId, None]()
        for flag in ("open", "shown"):
            query = {"user_id": {"$in": asked}, flag: True}
            async for document in self._dispatches.find(query, {"user_id": 1}):
                found[document["user_id"]] = None
        return list(found)

    async def shown_to(self, user_id: UserId) -> list[Dispatch]:
        """Return someone's pushes that a device may still show, the oldest first."""
        cursor = self._dispatches.find({"user_id": user_id, "shown": True}).sort("_id", ASCENDING)
        return [_dispatch(document) async for document in cursor]

    async def is_shown(self, dispatch_id: DispatchId) -> None:
        """Record that a device shows a push."""
        await self._dispatches.update_one({"_id": dispatch_id}, {"$set": {"shown": True}})

    async def not_shown(self, dispatch_ids: Iterable[DispatchId]) -> None:
        """Record that devices show pushes no more, or are about to be told so."""
        await self._dispatches.update_many({"_id": {"$in": list(dispatch_ids)}}, {"$unset": {"shown": ""}})

    async def page(
        self, workspace_id: WorkspaceId, wanted: Filter, *, before: str | None, limit: int
    ) -> list[Dispatch]:
        """Return a page of a workspace's dispatches, the newest first."""
        query: Document = {"workspace_id": workspace_id}
        query |= {"user_id": wanted.user_id} if wanted.user_id else {}
        query |= {"state": {"$in": list(wanted.states)}} if wanted.states else {}
        query |= {"world": wanted.world} if wanted.world else {}
        query |= {"_id": {"$lt": before}} if before else {}
        cursor = self._dispatches.find(query).sort("_id", DESCENDING).limit(limit)
        return [_dispatch(document) async for document in cursor]


def _builtins(value: object) -> Any:
    return msgspec.to_builtins(value, builtin_types=(datetime,))


def _document(dispatch: Dispatch) -> Document:
    document: Document = _builtins(dispatch)
    del document["id"]
    document.pop("workflow", None)
    if dispatch.state in OPEN:
        document["open"] = True
    return {"_id": dispatch.id, **document}


def _dispatch(document: Document) -> Dispatch:
    return msgspec.convert({**document, "id": document["_id"]}, Dispatch)
