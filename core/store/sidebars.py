"""Sidebars: one document a person and workspace, replaced as a whole by whoever read its last version."""

from collections.abc import Iterable
from typing import Any

import msgspec
from pymongo.errors import DuplicateKeyError

from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.sidebar import Sidebar
from parlour.core.store.mongo import Document


class Sidebars:
    """How people arrange their channels. A document's id is its person and workspace."""

    def __init__(self, database: Any) -> None:
        self._sidebars = database.sidebars

    async def get(self, user_id: UserId, workspace_id: WorkspaceId) -> tuple[Sidebar, int]:
        """Return someone's sidebar and its version; 0 before they changed anything."""
        found = await self._sidebars.find_one({"_id": _key(user_id, workspace_id)})
        return (_sidebar(found), found["version"]) if found else (Sidebar(workspace_id=workspace_id), 0)

    async def of(self, user_id: UserId, workspace_ids: Iterable[WorkspaceId]) -> list[Sidebar]:
        """Return the sidebars that someone has changed in some workspaces."""
        keys = [_key(user_id, workspace_id) for workspace_id in workspace_ids]
        return [_sidebar(found) async for found in self._sidebars.find({"_id": {"$in": keys}})]

    async def put(self, user_id: UserId, sidebar: Sidebar, *, was: int) -> bool:
        """Store a sidebar; return false when someone stored another since version `was`."""
        document = {**msgspec.to_builtins(sidebar), "version": was + 1}
        wanted = {"_id": _key(user_id, sidebar.workspace_id), "version": was}
        try:
            await self._sidebars.replace_one(wanted, document, upsert=True)
        except DuplicateKeyError:
            return False
        return True


def _key(user_id: UserId, workspace_id: WorkspaceId) -> str:
    return f"{user_id}:{workspace_id}"


def _sidebar(document: Document) -> Sidebar:
    return msgspec.convert(document, Sidebar)
