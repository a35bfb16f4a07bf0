"""How much waits in Temporal's task queues, and who works on it."""

from datetime import timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from parlour.core.errors import UnavailableError
from parlour.core.model.console import TaskBacklog
from parlour.core.settings import Settings
from parlour.workflows.file_intake import files_queue, previews_queue, scan_queue

AWAY = (RPCError, OSError, TimeoutError, RuntimeError)
TYPES = (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)


class TemporalBacklogs:
    """Connects when somebody first asks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client | None = None

    async def backlogs(self) -> list[TaskBacklog]:
        """Return the task queues and what waits in them.

        Raises:
            UnavailableError: Temporal does not answer.
        """
        settings = self._settings
        try:
            if self._client is None:
                self._client = await Client.connect(
                    settings.temporal_address, namespace=settings.temporal_namespace
                )
            queue = settings.temporal_task_queue
            names = (queue, files_queue(queue), previews_queue(queue), scan_queue(queue))
            return [await self._backlog(self._client, name) for name in names]
        except AWAY as error:
            raise UnavailableError.of("Temporal") from error

    async def _backlog(self, client: Client, name: str) -> TaskBacklog:
        waiting, workers = 0, 0
        for kind in TYPES:
            found = await client.workflow_service.describe_task_queue(
                DescribeTaskQueueRequest(
                    namespace=client.namespace,
                    task_queue=TaskQueue(name=name),
                    task_queue_type=kind,
                    report_stats=True,
                ),
                timeout=timedelta(seconds=self._settings.temporal_timeout),
            )
            waiting += found.stats.approximate_backlog_count
            workers = max(workers, len(found.pollers))
        return TaskBacklog(name, waiting, workers)
