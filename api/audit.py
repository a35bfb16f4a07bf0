"""The audit of a workspace: who did what, for its owners."""

from parlour.api.routing import Answer, Call, PageQuery, Routes
from parlour.core.model.audit import AuditEntry
from parlour.core.model.page import Page
from parlour.core.people.audit import audit

routes = Routes("Workspaces")


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/audit",
    who="signed in",
    summary="Who did what of consequence in a workspace, the newest first; for owners",
    query=PageQuery,
    answers={200: Page[AuditEntry]},
    errors=(403, 404, 422),
)
async def list_audit(call: Call) -> Answer:
    """Page through what was done."""
    query = call.query(PageQuery)
    limit = call.limit(query.limit)
    found = await audit(call.house, call.user_id, call.path("workspace"), before=query.cursor, limit=limit)
    return Answer(200, found)
