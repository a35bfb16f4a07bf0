"""The pictures of people, each under an address of its own that nobody guesses."""

from collections.abc import Mapping
from typing import Any

from pymongo import IndexModel

from parlour.core.ids import UserId

INDEXES = {"avatars": [IndexModel("user_id")]}


class Avatars:
    """The pictures of everyone, in all their sizes. A version never changes."""

    def __init__(self, database: Any) -> None:
        self._avatars = database.avatars

    async def add(self, version: str, user_id: UserId, pictures: Mapping[str, bytes]) -> None:
        """Store a picture in its sizes."""
        await self._avatars.insert_one({"_id": version, "user_id": user_id, "sizes": dict(pictures)})

    async def get(self, version: str, side: str) -> bytes | None:
        """Return a picture in one size."""
        found = await self._avatars.find_one({"_id": version}, {f"sizes.{side}": 1})
        return bytes(found["sizes"][side]) if found and side in found["sizes"] else None

    async def keep_only(self, user_id: UserId, version: str | None) -> None:
        """Forget someone's pictures but one, or all."""
        await self._avatars.delete_many({"user_id": user_id, "_id": {"$ne": version}})
