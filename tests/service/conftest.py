"""Every query of the whole suite is watched: one that scans a collection fails it at its end."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from parlour.core.house import House
from parlour.core.store.mongo import Document

SCANS = {"planSummary": {"$regex": "COLLSCAN"}, "ns": {"$not": {"$regex": r"\.(system\..*|scratch)$"}}}


@pytest.fixture(scope="session", autouse=True)
async def no_collection_scans(house: House) -> AsyncIterator[None]:
    """Let MongoDB's profiler record scans alone, and expect none."""
    await house.database.command("profile", 1, slowms=0, filter={"planSummary": {"$regex": "COLLSCAN"}})
    yield
    scans = await collection_scans(house.database, SCANS)
    assert not scans, [(scan["ns"], scan.get("command")) for scan in scans]


async def collection_scans(database: Any, query: Document | None = None) -> list[Document]:
    """Return the operations on record that scanned a collection, or those of them that match."""
    found = database["system.profile"].find(query or {"ns": {"$regex": r"\.scratch$"}})
    return [operation async for operation in found]
