"""Asking for a workspace's index to be rebuilt, and how far that is: for its owners."""

from parlour.core.errors import ForbiddenError, NotFoundError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.search import ReindexProgress


async def reindex(house: House, actor: UserId, workspace_id: WorkspaceId) -> None:
    """Rebuild the index; while that is going on already, nothing more.

    Raises:
        NotFoundError: the workspace is not theirs.
        ForbiddenError: they are no owner of it.
        UnavailableError: Temporal does not answer.
    """
    await _owner(house, actor, workspace_id)
    if house.teller is None:
        raise UnavailableError.of("Temporal")
    await house.teller.rebuild_search(workspace_id)


async def progress(house: House, actor: UserId, workspace_id: WorkspaceId) -> ReindexProgress:
    """Return how far rebuilding is, or how the last one went; raises as `reindex`, but needs no Temporal."""
    await _owner(house, actor, workspace_id)
    return await house.reindexes.of(workspace_id) or ReindexProgress(state="never")


async def _owner(house: House, actor: UserId, workspace_id: WorkspaceId) -> None:
    role = await house.workspaces.role(workspace_id, actor)
    if role is None:
        raise NotFoundError.of("workspace")
    if role != "owner":
        raise ForbiddenError("forbidden", "Only an owner rebuilds the search index of a workspace.")
