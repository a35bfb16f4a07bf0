"""Asking what somebody may do in a workspace."""

from parlour.core.errors import ForbiddenError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.rights import MEANINGS, Right, Standing


async def standing(house: House, workspace_id: WorkspaceId, user_id: UserId) -> Standing:
    """Return someone's place in a workspace.

    Raises:
        NotFoundError: they have none.
    """
    found = await house.workspaces.standing(workspace_id, user_id)
    if found is None:
        raise NotFoundError.of("workspace")
    return found


async def may(house: House, workspace_id: WorkspaceId, user_id: UserId, right: Right) -> bool:
    """Return whether someone belongs to a workspace and has a right there."""
    found = await house.workspaces.standing(workspace_id, user_id)
    return found is not None and found.may(right)


async def require(house: House, workspace_id: WorkspaceId, user_id: UserId, right: Right) -> Standing:
    """Return someone's place in a workspace, where they need a right.

    Raises:
        NotFoundError: they have none.
        ForbiddenError: `missing_right`.
    """
    found = await standing(house, workspace_id, user_id)
    if not found.may(right):
        raise missing(right)
    return found


def missing(right: Right) -> ForbiddenError:
    """Return the error of somebody whose role lacks a right."""
    meaning = MEANINGS[right]
    error = ForbiddenError(
        "missing_right", f"Your role lacks the right “{right}”: {meaning[0].lower()}{meaning[1:]}."
    )
    error.right = right
    return error
