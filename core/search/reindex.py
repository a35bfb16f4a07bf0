"""Asking for a workspace's index to be rebuilt, and how far that is: for who sees to operations."""

from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.search import ReindexProgress
from parlour.core.people.rights import require


async def reindex(house: House, actor: UserId, workspace_id: WorkspaceId) -> None:
    """Rebuild the index; while that is going on already, nothing more.

    Raises:
        NotFoundError: the workspace is not theirs.
        ForbiddenError: `missing_right`.
        UnavailableError: Temporal does not answer.
    """
    await require(house, workspace_id, actor, "operations.act")
    if house.teller is None:
        raise UnavailableError.of("Temporal")
    await house.teller.rebuild_search(workspace_id)
    await house.audit.note(workspace_id, actor, "search.rebuilt", workspace_id, "The whole index.")


async def progress(house: House, actor: UserId, workspace_id: WorkspaceId) -> ReindexProgress:
    """Return how far rebuilding is, or how the last one went; raises as `reindex`, but needs no Temporal."""
    await require(house, workspace_id, actor, "operations.read")
    return await house.reindexes.of(workspace_id) or ReindexProgress(state="never")
