"""Reading the audit of a workspace."""

from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.audit import AuditEntry
from parlour.core.model.page import Page
from parlour.core.people.owners import check_owner


async def audit(
    house: House, asker: UserId, workspace_id: WorkspaceId, *, before: str | None, limit: int
) -> Page[AuditEntry]:
    """Return a page of what was done in a workspace, the newest first.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: they are no owner of it.
    """
    await check_owner(house, asker, workspace_id, "Only an owner reads the audit of a workspace.")
    found = await house.audit.page(workspace_id, before=before, limit=limit + 1)
    page = found[:limit]
    return Page(page, page[-1].id if len(found) > limit else None)
