"""The connection to MongoDB: majority, journaled, every operation with a time limit."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

# Motor runs each operation in a thread; its default of five a core starves under change streams and
# slow queries (find_one p50 rose from 2.5 to 456 ms with twelve streams open). It is read at import.
os.environ.setdefault("MOTOR_MAX_WORKERS", "100")

from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import AsyncMongoClient, IndexModel
from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    PyMongoError,
    WaitQueueTimeoutError,
    WriteConcernError,
)

from parlour.core.settings import Settings

Document = dict[str, Any]
Indexes = Mapping[str, Sequence[IndexModel]]

StoreError = PyMongoError
"""The root of whatever MongoDB raises."""

DUPLICATE_KEY = 11000
"""MongoDB's code of a write that a unique index refuses."""
ONE_REPLY = 5_000
"""Documents that one reply may hold where someone's channels are read: MongoDB's first reply is 101 otherwise."""

UNAVAILABLE: tuple[type[PyMongoError], ...] = (
    ConnectionFailure,
    NetworkTimeout,
    ExecutionTimeout,
    NotPrimaryError,
    WaitQueueTimeoutError,
    WriteConcernError,
)
"""What MongoDB raises when it cannot keep a promise now, though it might later."""


def connect(settings: Settings) -> Any:
    """Return a client whose writes are acknowledged by a majority's journals."""
    return AsyncIOMotorClient(settings.mongo_url, **_options(settings))


def connect_log(settings: Settings) -> Any:
    """Return the client of the channel logs: PyMongo's own, which needs no thread.

    Motor's thread and a busy event loop take turns at holding the interpreter; that made a commit of 1 ms one of 2.5,
    and with one unacknowledged message a sender all wait for just that (`tests/bench/run echo`).
    """
    # The unique indexes already make a repeated insert harmless; the driver's own retries would cost each
    # commit another write, of a record of the session.
    return AsyncMongoClient(settings.mongo_url, **_options(settings), retryWrites=False)


def _options(settings: Settings) -> dict[str, Any]:
    limit_ms = int(settings.mongo_timeout * 1000)
    return {
        "w": "majority",
        "journal": True,
        "readConcernLevel": "majority",
        "timeoutMS": limit_ms,
        "serverSelectionTimeoutMS": limit_ms,
        "tz_aware": True,
        "appname": "parlour",
        "uuidRepresentation": "standard",
    }


async def ensure_indexes(database: Any, indexes: Indexes) -> None:
    """Create whatever index is missing; safe to repeat and to race."""
    for collection, models in indexes.items():
        await database[collection].create_indexes(list(models))


async def ping(database: Any) -> str:
    """Return the server's version; raises when no primary answers."""
    await database.command("ping")
    hello = await database.command("hello")
    if not hello.get("isWritablePrimary"):
        raise ConnectionFailure("there is no primary")
    return f"replica set {hello['setName']}"
