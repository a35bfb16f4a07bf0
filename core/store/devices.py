"""Devices that can be pushed to. Their addresses are secrets: they never leave this store but to their push service."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

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


class Registered(Struct, frozen=True, kw_only=True):
    """A device that was registered; `taken_from` is who had its address until then, if somebody else had."""

    record: DeviceRecord
    is_new: bool
    taken_from: UserId | None


class Devices:
    """All people's devices. One that is gone is kept, without its address, so that its owner learns of it."""

    def __init__(self, database: Any) -> None:
        self._devices = database.devices

    async def put(self, record: DeviceRecord, *, replaces: str | None = None) -> Registered:
        """Register a device; the same address again is the same device, of whoever registers it now.

        With `replaces`, the address that this person's device had before, the device stays, reached by the new one.
        """
        address = {"kind": record.kind, "target": record.target}
        # Somebody else's is not handed over but forgotten: what is under way to it is not for its new owner's eyes.
        lost = await self._devices.find_one_and_delete({**address, "user_id": {"$ne": record.user_id}})
        if replaces:
            await self._move(record, replaces)
        try:
            found = await self._registered(record, address)
        except DuplicateKeyError:  # another tab did so at the same time
            found = await self._registered(record, address)
        return Registered(
            record=found, is_new=found.id == record.id, taken_from=lost["user_id"] if lost else None
        )

    async def _move(self, record: DeviceRecord, before: str) -> None:
        mine = {"kind": record.kind, "target": before, "user_id": record.user_id}
        try:
            await self._devices.update_one(mine, {"$set": {"target": record.target}})
        except DuplicateKeyError:
            await self._devices.delete_one(mine)

    async def _registered(self, record: DeviceRecord, address: Document) -> DeviceRecord:
        keys = msgspec.to_builtins(record.keys) if record.keys else None
        document = await self._devices.find_one_and_update(
            {**address, "user_id": record.user_id},
            {
                "$set": {"session_id": record.session_id, "keys": keys},
                "$unset": {"last_error": ""},
                "$setOnInsert": {
                    "_id": record.id,
                    "name": record.name,
                    "created_at": record.created_at,
                    "enabled": True,
                },
            },
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return _record(document)

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

    async def remove_of_session(self, user_id: UserId, session_id: SessionId) -> int:
        """Forget the devices that a session registered, when it ends; return how many there were."""
        result = await self._devices.delete_many({"user_id": user_id, "session_id": session_id})
        return int(result.deleted_count)

    async def remove_several(self, device_ids: Iterable[DeviceId]) -> None:
        """Forget devices."""
        await self._devices.delete_many({"_id": {"$in": list(device_ids)}})

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
