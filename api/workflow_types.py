"""What can be started by API."""

from parlour.api.routing import Answer, Call, Routes
from parlour.core.model.page import Page
from parlour.core.model.runs import WorkflowType
from parlour.core.runs import registry

routes = Routes("Workflow runs", family="workflows")


@routes.add(
    "GET",
    "/api/v1/workflow-types",
    who="signed in",
    summary="What can be started: what it promises, what it takes and results in, and who may start it",
    answers={200: Page[WorkflowType]},
)
async def list_workflow_types(_call: Call) -> Answer:
    """List every type, with the JSON Schemas of its input and its result."""
    return Answer(200, registry.listed())
