"""Devices that can be pushed to. Their addresses are secrets: they never leave this store but to their push service."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from pymongo import ASCENDING, IndexModel, ReturnDocument

from parlour.core.ids import DeviceId, SessionId, UserId
from parlour.core.model.notifications import Device, DeviceKind, NotificationKind, WebPushKeys
from parlour.core.outside.notice import Address
from parlour.core.store.mongo import Document

INDEXES = {
    "devices": [
        IndexModel([("user_id", ASCENDING), ("_id", ASCENDING)]),
        # One address is one device, of whoever used it last.
        IndexModel([("kind", ASCENDING), ("target", ASCENDING)], unique=True),
    ]
}


class DeviceRecord(Struct, frozen=True, kw_only=True):
    """A device as stored: `target` is an endpoint or token; `session_id` the session that registered it."""

    id: DeviceId
    user_id: UserId
    kind: DeviceKind
    target: str
    name: str
    created_at: datetime
    session_id: SessionId | None = None
    keys: WebPushKeys | None = None
    enabled: bool = True
    kinds: list[NotificationKind] | None = None
    last_sent_at: datetime | None = None
    last_error: str | None = None
    gone: str | None = None

    @property
    def address(self) -> Address:
        """Where it is reached."""
        return Address(device_id=self.id, kind=self.kind, target=self.target, keys=self.keys)

    @property
    def device(self) -> Device:
        """It as its owner sees it."""
        return Device(
            id=self.id,
            kind=self.kind,
            name=self.name,
            created_at=self.created_at,
            enabled=self.enabled,
            kinds=self.kinds,
            last_sent_at=self.last_sent_at,
            last_error=self.last_error,
            gone=self.gone,
        )


class Devices:
    """All people's devices. One that is gone is kept, without its address, so that its owner learns of it."""

    def __init__(self, database: Any) -> None:
        self._devices = database.devices

    async def put(self, record: DeviceRecord) -> DeviceRecord:
        """Register a device; the same address again is the same device, and of whoever registers it now."""
        fields = {"user_id": record.user_id, "name": record.name, "session_id": record.session_id}
        keys = msgspec.to_builtins(record.keys) if record.keys else None
        found = await self._devices.find_one_and_update(
            {"kind": record.kind, "target": record.target},
            {
                "$set": {**fields, "keys": keys},
                "$unset": {"gone": "", "last_error": ""},
                "$setOnInsert": {"_id": record.id, "created_at": record.created_at, "enabled": True},
            },
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return _record(found)

    async def of(self, user_id: UserId) -> list[DeviceRecord]:
        """Return someone's devices, oldest first, those that are gone among them."""
        cursor = self._devices.find({"user_id": user_id}).sort("_id", ASCENDING)
        return [_record(document) async for document in cursor]

    async def get(self, device_id: DeviceId) -> DeviceRecord | None:
        """Return a device, whoever asks: the caller checks whose it is."""
        document = await self._devices.find_one({"_id": device_id})
        return _record(document) if document else None

    async def change(self, device_id: DeviceId, user_id: UserId, fields: Document) -> DeviceRecord | None:
        """Overwrite fields of one's own device."""
        document = await self._devices.find_one_and_update(
            {"_id": device_id, "user_id": user_id},
            {"$set": fields},
            return_document=ReturnDocument.AFTER,
        )
        return _record(document) if document else None

    async def remove(self, device_id: DeviceId, user_id: UserId) -> bool:
        """Forget one's own device; return whether there was one."""
        result = await self._devices.delete_one({"_id": device_id, "user_id": user_id})
        return bool(result.deleted_count)

    async def remove_of_session(self, user_id: UserId, session_id: SessionId) -> None:
        """Forget the devices that a session registered, when it ends."""
        await self._devices.delete_many({"user_id": user_id, "session_id": session_id})

    async def is_gone(self, device_id: DeviceId, words: str) -> None:
        """Record that a push service knows a device no more, and forget its address."""
        forgotten = {"gone": words, "target": f"gone:{device_id}", "keys": None}
        await self._devices.update_one({"_id": device_id}, {"$set": forgotten})

    async def answered(self, device_id: DeviceId, *, sent_at: datetime | None, error: str | None) -> None:
        """Record how the last attempt at a device went."""
        fields: Document = {"last_error": error} | ({"last_sent_at": sent_at} if sent_at else {})
        await self._devices.update_one({"_id": device_id}, {"$set": fields})

    async def of_several(self, device_ids: Iterable[DeviceId]) -> dict[DeviceId, DeviceRecord]:
        """Return those devices that exist."""
        cursor = self._devices.find({"_id": {"$in": list(device_ids)}})
        return {document["_id"]: _record(document) async for document in cursor}


def _record(document: Document) -> DeviceRecord:
    return msgspec.convert({**document, "id": document["_id"]}, DeviceRecord)
