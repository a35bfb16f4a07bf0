"""Everything that is stored of a person, wherever it is: found, counted and erased, a batch at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from parlour.core.ids import ChannelId, EntryId, FileId, UserId, WorkspaceId
from parlour.core.model.chat import MESSAGE, REPLY
from parlour.core.model.erasures import ErasedMessages
from parlour.core.store.mongo import Document

NAME = "Deleted person"


class Found(Struct, frozen=True):
    """A message of someone's, and where it is in its channel."""

    id: EntryId
    seq: int


class Erasing:
    """The whole database, as whoever erases somebody needs it."""

    def __init__(self, database: Any) -> None:
        self._database = database

    async def count(self, collection: str, query: Document) -> int:
        """Return how many records of a collection there are."""
        return int(await self._database[collection].count_documents(query))

    async def erase(self, collection: str, query: Document, *, limit: int) -> int:
        """Delete so many records of a collection at most; return how many."""
        cursor = self._database[collection].find(query, {"_id": 1}).limit(limit)
        ids = [document["_id"] async for document in cursor]
        if ids:
            await self._database[collection].delete_many({"_id": {"$in": ids}})
        return len(ids)

    async def workspaces_of(self, user_id: UserId) -> list[WorkspaceId]:
        """Return every workspace that someone belongs to, deactivated or not."""
        cursor = self._database.workspace_members.find({"user_id": user_id}, {"workspace_id": 1})
        return sorted([document["workspace_id"] async for document in cursor])

    async def is_alone(self, workspace_id: WorkspaceId, user_id: UserId) -> bool:
        """Return whether nobody else belongs to a workspace, or did: nobody can have read what is in it."""
        others = {"workspace_id": workspace_id, "user_id": {"$ne": user_id}}
        return await self._database.workspace_members.find_one(others, {"_id": 1}) is None

    async def erased_messages(self, workspace_id: WorkspaceId) -> ErasedMessages:
        """Return what becomes of the messages of people whose account is erased."""
        document = await self._database.workspaces.find_one({"_id": workspace_id}, {"erased_messages": 1})
        found: ErasedMessages = (document or {}).get("erased_messages", "choose")
        return found

    async def unfollow(self, workspace_id: WorkspaceId, user_id: UserId) -> int:
        """Forget which threads of a workspace someone followed, and how far they read them."""
        mine, threads = f"read_seqs.{user_id}", self._database.threads
        here = {"workspace_id": workspace_id}
        pulled = await threads.update_many(
            here | {"follower_ids": user_id}, {"$pull": {"follower_ids": user_id}}
        )
        await threads.update_many(here | {mine: {"$exists": True}}, {"$unset": {mine: ""}})
        return int(pulled.modified_count)

    async def messages(
        self, channel_id: ChannelId, user_id: UserId, *, after_seq: int, limit: int
    ) -> list[Found]:
        """Return messages that someone wrote in a channel, from behind an entry on."""
        query = {
            "channel_id": channel_id,
            "author_id": user_id,
            # Every message has one, and by it the index finds them.
            "client_id": {"$exists": True},
            "kind": {"$in": [MESSAGE, REPLY]},
            "seq": {"$gt": after_seq},
        }
        cursor = self._database.entries.find(query, {"seq": 1}).sort("seq", 1).limit(limit)
        return [Found(document["_id"], document["seq"]) async for document in cursor]

    async def files(self, user_id: UserId, *, after: str, limit: int) -> list[FileId]:
        """Return files that someone uploaded, by their ids."""
        cursor = self._database.files.find({"uploader_id": user_id, "_id": {"$gt": after}}, {"_id": 1})
        return [document["_id"] async for document in cursor.sort("_id", 1).limit(limit)]

    async def bury_membership(self, workspace_id: WorkspaceId, user_id: UserId, *, at: datetime) -> None:
        """Keep of a membership only that it was: by it, what someone wrote has an author."""
        await self._database.workspace_members.update_one(
            {"workspace_id": workspace_id, "user_id": user_id},
            {
                "$set": {"role": "member", "deactivated": {"by": None, "at": at, "why": "erased"}},
                "$unset": {"role_id": "", "ends_at": "", "groups_left": "", "moving": ""},
            },
        )

    async def bury_workspace(self, workspace_id: WorkspaceId) -> None:
        """Take the name from a workspace in which nobody is left."""
        buried = {"name": "Deleted workspace", "slug": f"deleted-{workspace_id}"}
        await self._database.workspaces.update_one({"_id": workspace_id}, {"$set": buried})

    async def bury_account(self, user_id: UserId, *, at: datetime) -> None:
        """Keep of an account only its number. The address makes no other one impossible, and is none."""
        await self._database.users.replace_one(
            {"_id": user_id},
            {
                "_id": user_id,
                "name": NAME,
                "email": f"erased:{user_id}",
                "password_hash": "",
                "created_at": at,
                "deactivated_at": at,
                "erased_at": at,
            },
        )

    async def keys_of(self, collection: str, user_id: UserId) -> Sequence[str]:
        """Return the keys of records that begin with someone's id."""
        begins = {"_id": {"$gte": f"{user_id}:", "$lt": f"{user_id};"}}
        return [document["_id"] async for document in self._database[collection].find(begins, {"_id": 1})]
