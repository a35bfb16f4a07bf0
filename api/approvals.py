"""Approvals: asked in a channel, answered by those who are asked, followed by everyone there."""

from typing import Literal

from msgspec import Struct

from parlour.api.routing import Answer, Call, Routes
from parlour.core.integrations import approvals
from parlour.core.model.approvals import Approval
from parlour.core.model.page import Page
from parlour.workflows.links import approval_link

routes = Routes("Approvals", family="workflows")


class ApprovalQuery(Struct, frozen=True):
    """Which: those the caller asked for (`by_me`), or was asked for (`of_me`); behind `cursor`."""

    asked: Literal["by_me", "of_me"] = "of_me"
    limit: int | None = None
    cursor: str | None = None


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/approvals",
    who="signed in",
    needs="workflow.start",
    summary="Ask for an approval in a channel",
    body=approvals.Ask,
    answers={201: Approval},
    errors=(403, 404, 409, 422),
    repeatable=True,
)
async def ask_approval(call: Call) -> Answer:
    """Ask people and groups of a channel; a workflow reminds them, escalates, and ends it in time."""
    given = call.body(approvals.Ask)
    return Answer(201, await approvals.ask(call.house, call.user_id, call.path("workspace"), given))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/approvals",
    who="signed in",
    summary="Approvals that the caller was asked for, or asked for; the newest first",
    query=ApprovalQuery,
    answers={200: Page[Approval]},
    errors=(404, 422),
)
async def list_approvals(call: Call) -> Answer:
    """List approvals."""
    query = call.query(ApprovalQuery)
    rule = approvals.asked_by_me if query.asked == "by_me" else approvals.asked_of_me
    page = await rule(
        call.house,
        call.user_id,
        call.path("workspace"),
        before=query.cursor,
        limit=call.limit(query.limit),
        link=approval_link(call.house.settings),
    )
    return Answer(200, page)


@routes.add(
    "GET",
    "/api/v1/approvals/{approval}",
    who="signed in",
    summary="An approval: how it stands, who answered what",
    answers={200: Approval},
    errors=(404,),
)
async def get_approval(call: Call) -> Answer:
    """Return an approval, to whoever is in its channel."""
    link = approval_link(call.house.settings)
    found = await approvals.approval(call.house, call.user_id, call.path("approval"), link)
    return Answer(200, found)


@routes.add(
    "POST",
    "/api/v1/approvals/{approval}/answer",
    who="signed in",
    summary="Approve or reject; pressing the message's buttons does the same",
    body=approvals.Answered,
    answers={200: Approval},
    errors=(403, 404, 409, 422),
)
async def answer_approval(call: Call) -> Answer:
    """Answer an approval."""
    given = call.body(approvals.Answered)
    return Answer(200, await approvals.answer(call.house, call.user_id, call.path("approval"), given))


@routes.add(
    "POST",
    "/api/v1/approvals/{approval}/withdraw",
    who="signed in",
    others="message.delete_any",
    summary="Take back what was asked; its asker and moderators may",
    answers={200: Approval},
    errors=(403, 404, 409),
)
async def withdraw_approval(call: Call) -> Answer:
    """Withdraw an approval."""
    return Answer(200, await approvals.withdraw(call.house, call.user_id, call.path("approval")))
