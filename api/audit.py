"""The audit of a workspace: who did what, for whoever has the right to read it."""

from datetime import datetime

from msgspec import Struct

from parlour.api.routing import Answer, Call, PageQuery, Routes, Streamed
from parlour.core.ids import UserId
from parlour.core.model.audit import AuditEntry, AuditFilter, Retention, Verified
from parlour.core.model.page import Page
from parlour.core.people import audit, audit_retention, audit_verify
from parlour.core.people.audit import ExportFormat

routes = Routes("Audit", family="workspaces")

MEDIA_TYPES: dict[ExportFormat, str] = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


class AuditQuery(PageQuery, frozen=True):
    """Which entries: by `actor`, `action` (commas between several), `subject`, from `since` to before `until`."""

    actor: UserId | None = None
    action: str = ""
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def wanted(self) -> AuditFilter:
        """The filter these are."""
        return AuditFilter(
            actor_id=self.actor,
            actions=tuple(part.strip() for part in self.action.split(",") if part.strip()),
            subject=self.subject,
            since=self.since,
            until=self.until,
        )


class ExportQuery(AuditQuery, frozen=True):
    """As for a page, and in which format; `cursor` and `limit` mean nothing here."""

    format: ExportFormat = "jsonl"


class VerifyQuery(Struct, frozen=True):
    """Where to go on: behind the entry `after`, the `next` of the answer before."""

    after: int | None = None


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/audit",
    who="signed in",
    needs="audit.read",
    summary="Who did what of consequence in a workspace, when and from where, the newest first",
    query=AuditQuery,
    answers={200: Page[AuditEntry]},
    errors=(403, 404, 422),
)
async def list_audit(call: Call) -> Answer:
    """Page through what was done."""
    query = call.query(AuditQuery)
    found = await audit.audit(
        call.house,
        call.user_id,
        call.path("workspace"),
        query.wanted,
        before=query.cursor,
        limit=call.limit(query.limit),
    )
    return Answer(200, found)


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/audit/export",
    who="signed in",
    needs="audit.read",
    summary="The audit as a file: lines of JSON, whose chain of hashes anyone can verify, or CSV",
    query=ExportQuery,
    answers={200: Streamed},
    errors=(403, 404, 422),
)
async def export_audit(call: Call) -> Answer:
    """Send the audit as it is read."""
    query = call.query(ExportQuery)
    workspace_id = call.path("workspace")
    chunks = await audit.export(call.house, call.user_id, workspace_id, query.wanted, query.format)
    name = f'attachment; filename="audit.{query.format}"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Answer(200, Streamed(chunks, MEDIA_TYPES[query.format]), headers=headers)


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/audit/verify",
    who="signed in",
    needs="audit.read",
    summary="Whether the audit is what was written: nothing changed, taken out or put in, and where not",
    query=VerifyQuery,
    answers={200: Verified},
    errors=(403, 404, 422),
)
async def verify_audit(call: Call) -> Answer:
    """Verify the chain, or the next part of a long one."""
    after = call.query(VerifyQuery).after
    found = await audit_verify.verify_for(call.house, call.user_id, call.path("workspace"), after=after)
    return Answer(200, found)


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/audit/retention",
    who="signed in",
    needs="audit.read",
    summary="For how long the audit is kept",
    answers={200: Retention},
    errors=(403, 404),
)
async def get_retention(call: Call) -> Answer:
    """Return for how many days the audit is kept."""
    return Answer(200, await audit_retention.retention(call.house, call.user_id, call.path("workspace")))


@routes.add(
    "PUT",
    "/api/v1/workspaces/{workspace}/audit/retention",
    who="signed in",
    needs="workspace.change",
    summary="Keep the audit for some days, or for ever; what is older is removed once a day",
    body=Retention,
    answers={200: Retention},
    errors=(403, 404, 422),
)
async def set_retention(call: Call) -> Answer:
    """Set for how long the audit is kept."""
    given = call.body(Retention)
    kept = await audit_retention.keep_for(call.house, call.user_id, call.path("workspace"), given)
    return Answer(200, kept)
