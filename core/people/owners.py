"""What is for a workspace's owners alone."""

from parlour.core.errors import ForbiddenError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId


async def check_owner(house: House, asker: UserId, workspace_id: WorkspaceId, refusal: str) -> None:
    """Check that somebody owns a workspace; `refusal` tells other members what only owners do.

    Raises:
        NotFoundError: the workspace is not theirs.
        ForbiddenError: they are no owner of it.
    """
    role = await house.workspaces.role(workspace_id, asker)
    if role is None:
        raise NotFoundError.of("workspace")
    if role != "owner":
        raise ForbiddenError("forbidden", refusal)
