"""Slash commands of workspaces, and their uses that may still be answered."""

from datetime import datetime
from typing import Any

import msgspec
from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from parlour.core.errors import ConflictError
from parlour.core.ids import SlashCommandId, WorkspaceId
from parlour.core.model.slash_commands import CommandRun, SlashCommand
from parlour.core.store.mongo import Document

INDEXES = {
    "slash_commands": [IndexModel([("workspace_id", ASCENDING), ("name", ASCENDING)], unique=True)],
    "command_runs": [IndexModel("expires_at", expireAfterSeconds=0)],
}


class SlashCommands:
    """The slash commands of all workspaces. Callers check access."""

    def __init__(self, database: Any) -> None:
        self._commands = database.slash_commands
        self._runs = database.command_runs

    async def add(self, command: SlashCommand, *, sealed_secret: bytes) -> None:
        """Store a new command.

        Raises:
            ConflictError: `command_taken` in its workspace.
        """
        document: Document = msgspec.to_builtins(command, builtin_types=(datetime,))
        stored = {"_id": document.pop("id"), **document, "secret": sealed_secret}
        try:
            await self._commands.insert_one(stored)
        except DuplicateKeyError:
            raise _taken(command.name) from None

    async def get(self, workspace_id: WorkspaceId, command_id: SlashCommandId) -> SlashCommand | None:
        """Return a command of a workspace."""
        document = await self._commands.find_one({"_id": command_id, "workspace_id": workspace_id})
        return _command(document) if document else None

    async def named(self, workspace_id: WorkspaceId, name: str) -> tuple[SlashCommand, bytes] | None:
        """Return a workspace's command by its name, with its sealed secret."""
        document = await self._commands.find_one({"workspace_id": workspace_id, "name": name})
        return (_command(document), document["secret"]) if document else None

    async def of(self, workspace_id: WorkspaceId, *, limit: int) -> list[SlashCommand]:
        """Return a workspace's commands by name."""
        cursor = self._commands.find({"workspace_id": workspace_id}).sort("name", ASCENDING).limit(limit)
        return [_command(document) async for document in cursor]

    async def count(self, workspace_id: WorkspaceId) -> int:
        """Return how many commands a workspace has."""
        return int(await self._commands.count_documents({"workspace_id": workspace_id}))

    async def change(self, command_id: SlashCommandId, **fields: Any) -> SlashCommand | None:
        """Overwrite fields of a command and return it.

        Raises:
            ConflictError: `command_taken` in its workspace.
        """
        try:
            document = await self._commands.find_one_and_update(
                {"_id": command_id}, {"$set": fields}, return_document=ReturnDocument.AFTER
            )
        except DuplicateKeyError:
            raise _taken(str(fields.get("name"))) from None
        return _command(document) if document else None

    async def remove(self, command_id: SlashCommandId) -> None:
        """Delete a command."""
        await self._commands.delete_one({"_id": command_id})

    async def begin(self, run: CommandRun) -> None:
        """Store a use of a command."""
        document: Document = msgspec.to_builtins(run, builtin_types=(datetime,))
        await self._runs.insert_one({"_id": document.pop("id"), **document})

    async def run(self, run_id: str) -> CommandRun | None:
        """Return a use of a command, as long as it is kept."""
        document = await self._runs.find_one({"_id": run_id})
        return _run(document) if document else None

    async def use(self, run_id: str, *, most: int, at: datetime) -> CommandRun | None:
        """Count an answer; none if there were as many as there may be, or it is too late."""
        document = await self._runs.find_one_and_update(
            {"_id": run_id, "uses": {"$lt": most}, "expires_at": {"$gt": at}},
            {"$inc": {"uses": 1}},
            return_document=ReturnDocument.AFTER,
        )
        return _run(document) if document else None


def _taken(name: str) -> ConflictError:
    detail = f"There is already a command /{name} here."
    return ConflictError("command_taken", detail, errors=[{"field": "name", "detail": detail}])


def _command(document: Document) -> SlashCommand:
    return msgspec.convert({**document, "id": document["_id"]}, SlashCommand)


def _run(document: Document) -> CommandRun:
    return msgspec.convert({**document, "id": document["_id"]}, CommandRun)
