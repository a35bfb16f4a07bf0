"""`AuditRetention`: what audits keep no longer goes, and what fails is tried again."""

from uuid import uuid4

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import TRIM_AUDITS
from parlour.core.model.promises import SweepRequest
from parlour.workflows.audit_retention import AuditRetention


async def test_a_removal_that_fails_is_tried_again_and_tells_how_much_went(
    temporal: WorkflowEnvironment,
) -> None:
    asked: list[int] = []

    @activity.defn(name=TRIM_AUDITS)
    async def trim(request: SweepRequest) -> int:
        asked.append(request.page)
        if len(asked) < 3:
            raise ApplicationError("MongoDB does not answer.")
        return 7

    queue = f"audits-{uuid4().hex}"
    async with Worker(temporal.client, task_queue=queue, workflows=[AuditRetention], activities=[trim]):
        handle = await temporal.client.start_workflow(
            AuditRetention.run, SweepRequest(1000), id=queue, task_queue=queue
        )
        await temporal.fast_forward(handle)
        assert await handle.result() == 7
    assert asked == [1000, 1000, 1000]
