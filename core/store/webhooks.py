"""Outgoing webhooks and what is on its way to them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument
from pymongo.errors import BulkWriteError

from parlour.core.ids import WebhookDeliveryId, WebhookId, WorkspaceId
from parlour.core.model.webhooks import (
    OPEN,
    Attempted,
    DeliveryState,
    EventName,
    SealedSecret,
    Webhook,
    WebhookDelivery,
)
from parlour.core.store.mongo import DUPLICATE_KEY, Document

ATTEMPTS_KEPT = 20
NEWEST = [("webhook_id", ASCENDING), ("subject", DESCENDING), ("_id", DESCENDING)]
INDEXES = {
    "webhooks": [
        IndexModel([("workspace_id", ASCENDING), ("_id", ASCENDING)]),
        IndexModel(
            [("workspace_id", ASCENDING), ("events", ASCENDING)], partialFilterExpression={"enabled": True}
        ),
    ],
    "webhook_deliveries": [
        IndexModel(
            [("webhook_id", ASCENDING), ("order", ASCENDING), ("_id", ASCENDING)],
            partialFilterExpression={"open": True},
        ),
        IndexModel(
            [("webhook_id", ASCENDING), ("due_at", ASCENDING)], partialFilterExpression={"open": True}
        ),
        IndexModel([("due_at", ASCENDING)], partialFilterExpression={"open": True}),
        IndexModel(NEWEST),
        IndexModel(
            [("webhook_id", ASCENDING), ("state", ASCENDING), ("subject", DESCENDING), ("_id", DESCENDING)]
        ),
        IndexModel("expires_at", expireAfterSeconds=0),
    ],
}


class Place(Struct, frozen=True):
    """Where a page of a log ends: the next begins behind it."""

    subject: str
    id: str


class Webhooks:
    """The outgoing webhooks of all workspaces. Callers check rights."""

    def __init__(self, database: Any) -> None:
        self._hooks = database.webhooks
        self._deliveries = database.webhook_deliveries

    async def add(self, hook: Webhook, secret: SealedSecret) -> None:
        """Store a new one."""
        document = _plain(hook)
        document["_id"] = document.pop("id")
        await self._hooks.insert_one(document | {"secrets": [_plain(secret)]})

    async def get(self, hook_id: WebhookId) -> tuple[Webhook, list[SealedSecret]] | None:
        """Return one, whoever asks, and its secrets, the newest first."""
        document = await self._hooks.find_one({"_id": hook_id})
        if document is None:
            return None
        return _hook(document), msgspec.convert(document["secrets"], list[SealedSecret])

    async def of(self, workspace_id: WorkspaceId, hook_id: str) -> Webhook | None:
        """Return one of a workspace."""
        document = await self._hooks.find_one({"_id": hook_id, "workspace_id": workspace_id})
        return _hook(document) if document else None

    async def page(self, workspace_id: WorkspaceId, *, after: str | None, limit: int) -> list[Webhook]:
        """Return those of a workspace, the oldest first."""
        query: Document = {"workspace_id": workspace_id, "_id": {"$gt": after or ""}}
        cursor = self._hooks.find(query).sort("_id", ASCENDING).limit(limit)
        return [_hook(document) async for document in cursor]

    async def wanting(self, workspace_id: WorkspaceId, events: Iterable[EventName]) -> list[Webhook]:
        """Return those of a workspace that are to be told of some of these events."""
        query = {"workspace_id": workspace_id, "enabled": True, "events": {"$in": list(events)}}
        return [_hook(document) async for document in self._hooks.find(query)]

    async def count(self, workspace_id: WorkspaceId) -> int:
        """Return how many a workspace has."""
        return int(await self._hooks.count_documents({"workspace_id": workspace_id}))

    async def change(self, hook_id: WebhookId, **fields: object) -> Webhook | None:
        """Overwrite fields, and return it as it is then."""
        document = await self._hooks.find_one_and_update(
            {"_id": hook_id}, {"$set": fields}, return_document=ReturnDocument.AFTER
        )
        return _hook(document) if document else None

    async def disable(self, hook_id: WebhookId, why: str, *, at: datetime) -> bool:
        """Disable one that is enabled, for a reason; return whether it was."""
        fields = {"enabled": False, "disabled_at": at, "disabled_why": why, "quiet_until": None}
        result = await self._hooks.update_one({"_id": hook_id, "enabled": True}, {"$set": fields})
        return bool(result.modified_count)

    async def keep_secrets(
        self, hook_id: WebhookId, secrets: Sequence[SealedSecret], *, until: datetime | None
    ) -> Webhook | None:
        """Replace the secrets, the newest first; the others count until then."""
        return await self.change(
            hook_id, secrets=[_plain(one) for one in secrets], previous_secret_until=until
        )

    async def remove(self, hook_id: WebhookId) -> None:
        """Delete one, and all that is on record of it."""
        await self._hooks.delete_one({"_id": hook_id})
        await self._deliveries.delete_many({"webhook_id": hook_id})

    async def queue(self, deliveries: Sequence[WebhookDelivery], *, expires_at: datetime) -> None:
        """Store deliveries; one that is on record already is left as it is."""
        documents = []
        for delivery in deliveries:
            document = _plain(delivery)
            document["_id"] = document.pop("id")
            # Whoever tries a webhook is not kept waiting by what waits.
            order = f"!{delivery.subject}" if delivery.event == "webhook.ping" else delivery.subject
            documents.append(document | {"open": True, "order": order, "expires_at": expires_at})
        try:
            await self._deliveries.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            if any(one["code"] != DUPLICATE_KEY for one in (error.details or {})["writeErrors"]):
                raise

    async def next_due(
        self, hook_id: WebhookId, *, at: datetime, only_untried: bool = False
    ) -> WebhookDelivery | None:
        """Return the first of a webhook's deliveries, in the order of their events, that is due."""
        query: Document = {"webhook_id": hook_id, "open": True, "due_at": {"$lte": at}}
        query |= {"tries": 0} if only_untried else {}
        found = await self._deliveries.find_one(query, sort=[("order", ASCENDING), ("_id", ASCENDING)])
        return _delivery(found) if found else None

    async def next_at(self, hook_id: WebhookId) -> datetime | None:
        """Return when the next of a webhook's deliveries is due; none when none is open."""
        query = {"webhook_id": hook_id, "open": True}
        found = await self._deliveries.find_one(query, {"due_at": 1}, sort=[("due_at", ASCENDING)])
        return found["due_at"] if found else None

    async def begin(self, delivery_id: WebhookDeliveryId, attempt: Attempted) -> WebhookDelivery | None:
        """Record that an attempt begins, unless the delivery ended meanwhile."""
        document = await self._deliveries.find_one_and_update(
            {"_id": delivery_id, "open": True},
            {
                "$push": {"attempts": {"$each": [_plain(attempt)], "$slice": -ATTEMPTS_KEPT}},
                "$inc": {"tries": 1},
                "$set": {"state": "sending", "updated_at": attempt.at},
            },
            return_document=ReturnDocument.AFTER,
        )
        return _delivery(document) if document else None

    async def answered(self, delivery: WebhookDelivery) -> None:
        """Record the outcome of the last attempt, and what comes next."""
        fields = {
            name: _plain(delivery)[name] for name in ("state", "words", "updated_at", "attempts", "due_at")
        }
        closed = {} if delivery.state in OPEN else {"$unset": {"open": ""}}
        await self._deliveries.update_one({"_id": delivery.id, "open": True}, {"$set": fields, **closed})

    async def hurry(self, hook_id: WebhookId, *, at: datetime) -> None:
        """Let all that is open be due: the receiver is back."""
        await self._deliveries.update_many(
            {"webhook_id": hook_id, "open": True, "due_at": {"$gt": at}}, {"$set": {"due_at": at}}
        )

    async def end_all(self, hook_id: WebhookId, state: DeliveryState, words: str, *, at: datetime) -> None:
        """End all of a webhook's deliveries that are open."""
        await self._deliveries.update_many(
            {"webhook_id": hook_id, "open": True},
            {
                "$set": {"state": state, "words": words, "updated_at": at, "due_at": None},
                "$unset": {"open": ""},
            },
        )

    async def redrive(
        self, hook_id: WebhookId, ids: Sequence[WebhookDeliveryId] | None, *, at: datetime, kept: timedelta
    ) -> int:
        """Open deliveries again that were given up, those named or (none) all; return how many."""
        query: Document = {"webhook_id": hook_id, "state": "dead"}
        query |= {"_id": {"$in": list(ids)}} if ids is not None else {}
        fields = {
            "state": "retrying",
            "words": "sent again",
            "updated_at": at,
            "since": at,
            "due_at": at,
            "tries": 0,
            "open": True,
            "expires_at": at + kept,
        }
        return int((await self._deliveries.update_many(query, {"$set": fields})).modified_count)

    async def counts(self, hook_id: WebhookId, *, most: int) -> tuple[int, int]:
        """Return how many deliveries wait, and how many were given up; of each at most so many."""
        waiting = await self._deliveries.count_documents({"webhook_id": hook_id, "open": True}, limit=most)
        dead = await self._deliveries.count_documents({"webhook_id": hook_id, "state": "dead"}, limit=most)
        return int(waiting), int(dead)

    async def log(
        self, hook_id: WebhookId, states: Sequence[DeliveryState], *, behind: Place | None, limit: int
    ) -> list[WebhookDelivery]:
        """Return a page of a webhook's deliveries, those of the newest events first."""
        query: Document = {"webhook_id": hook_id} | ({"state": {"$in": list(states)}} if states else {})
        if behind:
            older = {"subject": {"$lt": behind.subject}}
            query["$or"] = [older, {"subject": behind.subject, "_id": {"$lt": behind.id}}]
        order = [("subject", DESCENDING), ("_id", DESCENDING)]
        cursor = self._deliveries.find(query).sort(order).limit(limit)
        return [_delivery(document) async for document in cursor]

    async def delivery(self, hook_id: WebhookId, delivery_id: str) -> WebhookDelivery | None:
        """Return one of a webhook's deliveries."""
        document = await self._deliveries.find_one({"_id": delivery_id, "webhook_id": hook_id})
        return _delivery(document) if document else None

    async def overdue(self, before: datetime, *, limit: int) -> list[tuple[WebhookId, WorkspaceId]]:
        """Return webhooks that have something open which was due before a time."""
        pipeline: list[Document] = [
            {"$match": {"open": True, "due_at": {"$lt": before}}},
            {"$sort": {"due_at": 1}},
            {"$limit": limit},
            {"$group": {"_id": "$webhook_id", "workspace_id": {"$first": "$workspace_id"}}},
        ]
        return [(one["_id"], one["workspace_id"]) async for one in self._deliveries.aggregate(pipeline)]


def _plain(held: object) -> Document:
    plain: Document = msgspec.to_builtins(held, builtin_types=(datetime, bytes))
    return plain


def _hook(document: Document) -> Webhook:
    return msgspec.convert({**document, "id": document["_id"]}, Webhook)


def _delivery(document: Document) -> WebhookDelivery:
    return msgspec.convert({**document, "id": document["_id"]}, WebhookDelivery)
