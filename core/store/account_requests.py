"""What waits for a proof of an address. A request is claimed once, and gone with its time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel, ReturnDocument

from parlour.core.ids import RequestId, UserId
from parlour.core.model.account_requests import AccountRequest, RequestKind
from parlour.core.store.mongo import Document

INDEXES = {
    "account_requests": [
        IndexModel("expires_at", expireAfterSeconds=0),
        IndexModel([("user_id", ASCENDING), ("kind", ASCENDING)]),
    ]
}


class AccountRequests:
    """The requests of everyone."""

    def __init__(self, database: Any) -> None:
        self._requests = database.account_requests

    async def add(self, request: AccountRequest) -> None:
        """Store one, unless it is there."""
        document: Document = msgspec.to_builtins(request, builtin_types=(datetime,))
        del document["id"]
        await self._requests.update_one({"_id": request.id}, {"$setOnInsert": document}, upsert=True)

    async def get(self, request_id: RequestId) -> AccountRequest | None:
        """Return one."""
        document = await self._requests.find_one({"_id": request_id})
        return _request(document) if document else None

    async def claim(self, request_id: RequestId) -> bool:
        """Take one away; return whether it was there: of several who try, one."""
        result = await self._requests.delete_one({"_id": request_id})
        return bool(result.deleted_count)

    async def mailed(self, request_id: RequestId) -> None:
        """Note that the code of one is on its way to who is to type it."""
        await self._requests.update_one({"_id": request_id}, {"$set": {"mailed": True}})

    async def tried(self, request_id: RequestId) -> int:
        """Count a try, and return how many there have been."""
        document = await self._requests.find_one_and_update(
            {"_id": request_id}, {"$inc": {"tries": 1}}, return_document=ReturnDocument.AFTER
        )
        return int(document["tries"]) if document else 0

    async def forget(
        self, user_id: UserId, kinds: Iterable[RequestKind], *, after: RequestId | None = None
    ) -> None:
        """Take away all of somebody's of some kinds, or those that were made `after` one."""
        query: Document = {"user_id": user_id, "kind": {"$in": list(kinds)}}
        await self._requests.delete_many(query | ({"_id": {"$gt": after}} if after else {}))


def _request(document: Document) -> AccountRequest:
    document["id"] = document.pop("_id")
    return msgspec.convert(document, AccountRequest)
