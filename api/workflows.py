"""The workflows of a workspace, for those who run it: never any text."""

from urllib.parse import unquote

from msgspec import Struct

from parlour.api.routing import Answer, Call, Routes
from parlour.core.model.page import Page
from parlour.core.model.workflows import (
    WorkflowAction,
    WorkflowItem,
    WorkflowPage,
    WorkflowState,
    WorkflowSummary,
)
from parlour.core.runs import administer, helping
from parlour.workflows.links import any_link

routes = Routes("Workflows", family="workflows")


class WorkflowsQuery(Struct, frozen=True):
    """Which workflows: of a type, in a state."""

    type: str | None = None
    state: WorkflowState | None = None
    limit: int | None = None
    cursor: str | None = None


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/workflows/summary",
    who="signed in",
    needs="workflow.read_any",
    summary="How many workflows of each type are in each state",
    answers={200: WorkflowSummary},
    errors=(403, 404, 503),
)
async def summarize_workflows(call: Call) -> Answer:
    """Count a workspace's workflows by type and state."""
    return Answer(200, await administer.summary(call.house, call.path("workspace")))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/workflows",
    who="signed in",
    needs="workflow.read_any",
    summary="The workflows of a workspace: stuck and failed ones first, then those that go on, then the others",
    query=WorkflowsQuery,
    answers={200: Page[WorkflowItem]},
    errors=(403, 404, 422, 503),
)
async def list_workflows(call: Call) -> Answer:
    """Page through a workspace's workflows, with the steps they wait for."""
    query = call.query(WorkflowsQuery)
    found = await administer.page(
        call.house,
        call.path("workspace"),
        of_type=query.type or None,
        state=query.state,
        cursor=query.cursor,
        limit=call.limit(query.limit),
        link_to=any_link(call.house.settings),
    )
    return Answer(200, Page(found.items, found.next))


@routes.add(
    "GET",
    "/api/v1/workspaces/{workspace}/workflows/{workflow}",
    who="signed in",
    needs="workflow.read_any",
    summary="A workflow in plain words: what it promises, what happened, what comes next, and why",
    answers={200: WorkflowPage},
    errors=(403, 404, 503),
)
async def get_workflow(call: Call) -> Answer:
    """Return one workflow, its history in brief, and what the caller may do to it."""
    return Answer(200, await _page(call))


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/workflows/{workflow}/retry",
    who="signed in",
    needs="workflow.act_any",
    summary="Have the steps that a workflow waits for tried now",
    answers={200: WorkflowPage},
    errors=(403, 404, 409, 503),
)
async def retry_workflow(call: Call) -> Answer:
    """Try at once what would be tried later."""
    return await _helped(call, "retry")


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/workflows/{workflow}/cancel",
    who="signed in",
    needs="workflow.act_any",
    summary="Cancel what a workflow promises, where that can be done",
    answers={200: WorkflowPage},
    errors=(403, 404, 409, 503),
)
async def cancel_workflow(call: Call) -> Answer:
    """Cancel it in an orderly way."""
    return await _helped(call, "cancel")


@routes.add(
    "POST",
    "/api/v1/workspaces/{workspace}/workflows/{workflow}/terminate",
    who="signed in",
    needs="workflow.act_any",
    summary="End a workflow by force",
    answers={200: WorkflowPage},
    errors=(403, 404, 409, 503),
)
async def terminate_workflow(call: Call) -> Answer:
    """End it where nothing else helps; many begin anew from their record."""
    return await _helped(call, "terminate")


async def _helped(call: Call, action: WorkflowAction) -> Answer:
    await helping.help_along(call.house, call.user_id, call.path("workspace"), _id(call), action)
    return Answer(200, await _page(call))


async def _page(call: Call) -> WorkflowPage:
    link_to = any_link(call.house.settings)
    return await administer.one(call.house, call.user_id, call.path("workspace"), _id(call), link_to=link_to)


def _id(call: Call) -> str:
    return unquote(call.path("workflow"))
