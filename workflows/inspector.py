"""Looking at workflows through Temporal, and helping those that are stuck: for those who run a workspace."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import WorkflowExecution as ExecutionId
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import (
    GetWorkflowExecutionHistoryReverseRequest,
    ResetActivityRequest,
)
from temporalio.client import (
    Client,
    WorkflowExecution,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.common import RawValue
from temporalio.service import RPCError, RPCStatusCode

from parlour.core.errors import NotFoundError, UnavailableError
from parlour.core.ids import WorkspaceId
from parlour.core.model.runs import PendingStep, StepState
from parlour.core.model.workflows import Execution, Executions, Happened, Wanted, WorkflowState
from parlour.core.runs.redact import redacted
from parlour.core.runs.words import step_words
from parlour.core.settings import Settings
from parlour.workflows.channel_delivery import STATE, SUBJECT, WORKSPACE
from parlour.workflows.retelling import retold

AWAY = (RPCError, OSError, TimeoutError, RuntimeError)
STATES: dict[str, WorkflowState] = {
    "Running": "running",
    "Completed": "done",
    "ContinuedAsNew": "done",
    "Failed": "failed",
    "TimedOut": "failed",
    "Canceled": "cancelled",
    "Terminated": "terminated",
    "Paused": "running",
}
STATUSES: dict[WorkflowExecutionStatus | None, WorkflowState] = {
    WorkflowExecutionStatus.RUNNING: "running",
    WorkflowExecutionStatus.COMPLETED: "done",
    WorkflowExecutionStatus.CONTINUED_AS_NEW: "done",
    WorkflowExecutionStatus.FAILED: "failed",
    WorkflowExecutionStatus.TIMED_OUT: "failed",
    WorkflowExecutionStatus.CANCELED: "cancelled",
    WorkflowExecutionStatus.TERMINATED: "terminated",
}
QUERIED: dict[WorkflowState, str] = {
    "stuck": "ExecutionStatus = 'Running'",
    "running": "ExecutionStatus = 'Running'",
    "done": "ExecutionStatus = 'Completed'",
    "failed": "ExecutionStatus IN ('Failed', 'TimedOut')",
    "cancelled": "ExecutionStatus = 'Canceled'",
    "terminated": "ExecutionStatus = 'Terminated'",
}
PEOPLE_AT_ONCE = 100
METADATA = "__temporal_workflow_metadata"
Asked = ParamSpec("Asked")
Result = TypeVar("Result")


def _translated(
    ask: Callable[Asked, Awaitable[Result]],
) -> Callable[Asked, Coroutine[Any, Any, Result]]:
    """Have what Temporal raises told as our own errors."""

    async def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Result:
        try:
            return await ask(*args, **kwargs)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise NotFoundError.of("workflow") from error
            raise UnavailableError.of("Temporal") from error
        except (OSError, TimeoutError, RuntimeError) as error:
            raise UnavailableError.of("Temporal") from error

    return asked


class TemporalInspector:
    """Connects when somebody first looks."""

    def __init__(self, settings: Settings, client: Client | None = None) -> None:
        self._settings = settings
        self._client = client
        self._limit = timedelta(seconds=settings.workflow_timeout)

    @_translated
    async def counts(self, wanted: Wanted) -> dict[WorkflowState, int]:
        """Return how many workflows are in each state; runs that continued as new count as the one they are."""
        client = await self._connected()
        asked = [
            client.count_workflows(
                f"{query} AND ExecutionStatus != 'ContinuedAsNew' GROUP BY ExecutionStatus",
                rpc_timeout=self._limit,
            )
            for query in _queries(wanted)
        ]
        counts: dict[WorkflowState, int] = {}
        for found in await asyncio.gather(*asked):
            for group in found.groups:
                state = STATES.get(str(group.group_values[0]), "running")
                counts[state] = counts.get(state, 0) + group.count
        return counts

    @_translated
    async def page(self, wanted: Wanted, *, cursor: str | None, limit: int) -> Executions:
        """Return workflows, those that go on first, then the newest."""
        client = await self._connected()
        which, _, token = (cursor or "0.").partition(".")
        queries = _queries(wanted)
        at = min(int(which) if which.isdigit() else 0, len(queries))
        if at == len(queries):
            return Executions(items=[])
        found = client.list_workflows(
            f"{queries[at]} AND ExecutionStatus != 'ContinuedAsNew'",
            page_size=limit,
            next_page_token=base64.urlsafe_b64decode(token) or None,
            rpc_timeout=self._limit,
        )
        await found.fetch_next_page()
        items = [_execution(one) for one in found.current_page or []]
        if found.next_page_token:
            return Executions(
                items=items, next=f"{at}.{base64.urlsafe_b64encode(found.next_page_token).decode()}"
            )
        return Executions(items=items, next=f"{at + 1}." if at + 1 < len(queries) else None)

    @_translated
    async def described(self, workflow_id: str) -> Execution:
        """Return the last run of a workflow with the steps it waits for."""
        client = await self._connected()
        found = await client.get_workflow_handle(workflow_id).describe(rpc_timeout=self._limit)
        return _with_steps(found, await found.static_summary() or "", self._settings.workflow_stuck_attempts)

    async def details(self, workflow_id: str) -> str:
        """Return what a workflow says of itself; empty when no worker answers for it."""
        try:
            client = await self._connected()
            raw = await client.get_workflow_handle(workflow_id).query(
                METADATA, result_type=RawValue, rpc_timeout=self._limit
            )
        except (WorkflowQueryFailedError, WorkflowQueryRejectedError, *AWAY):
            return ""
        metadata = client.data_converter.payload_converter.from_payload(raw.payload, WorkflowMetadata)
        return str(metadata.current_details)

    @_translated
    async def history(self, workflow_id: str, run_id: str, *, limit: int) -> tuple[list[Happened], bool]:
        """Return what happened, as far as the last `limit` events tell; and whether there were more."""
        client = await self._connected()
        answer = await client.workflow_service.get_workflow_execution_history_reverse(
            GetWorkflowExecutionHistoryReverseRequest(
                namespace=client.namespace,
                execution=ExecutionId(workflow_id=workflow_id, run_id=run_id),
                maximum_page_size=limit,
            ),
            timeout=self._limit,
        )
        events = list(reversed(answer.history.events))
        return retold(events), bool(events) and events[0].event_id > 1

    @_translated
    async def retry(self, execution: Execution) -> None:
        """Have the steps that wait for their next try tried now."""
        client = await self._connected()
        for activity_type in {
            step.activity for step in execution.pending if step.state == "waiting to try again"
        }:
            await client.workflow_service.reset_activity(
                ResetActivityRequest(
                    namespace=client.namespace,
                    execution=ExecutionId(workflow_id=execution.id, run_id=execution.run_id),
                    identity="parlour",
                    type=activity_type,
                ),
                timeout=self._limit,
            )

    @_translated
    async def terminate(self, workflow_id: str, reason: str) -> None:
        """End a workflow by force; one that is over stays as it is."""
        client = await self._connected()
        try:
            await client.get_workflow_handle(workflow_id).terminate(reason=reason, rpc_timeout=self._limit)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _connected(self) -> Client:
        if self._client is None:
            settings = self._settings
            self._client = await asyncio.wait_for(
                Client.connect(settings.temporal_address, namespace=settings.temporal_namespace),
                settings.workflow_timeout,
            )
        return self._client


def _queries(wanted: Wanted) -> list[str]:
    """Return the queries that find what is wanted: one, or one for so many people each."""
    narrowed = [
        *([f"WorkflowType = '{_quoted(wanted.type)}'"] if wanted.type else []),
        *([QUERIED[wanted.state]] if wanted.state else []),
    ]
    if wanted.workspace_id is not None:
        return [" AND ".join([f"{WORKSPACE.name} = '{_quoted(wanted.workspace_id)}'", *narrowed])]
    ids = [f"'{_quoted(user_id)}'" for user_id in wanted.user_ids]
    return [
        " AND ".join([f"{SUBJECT.name} IN ({', '.join(ids[at : at + PEOPLE_AT_ONCE])})", *narrowed])
        for at in range(0, len(ids), PEOPLE_AT_ONCE)
    ]


def _quoted(value: str) -> str:
    return value.replace("\\", "").replace("'", "")


def _execution(found: WorkflowExecution) -> Execution:
    attributes = found.typed_search_attributes
    named = attributes.get(WORKSPACE)
    return Execution(
        id=found.id,
        run_id=found.run_id,
        type=found.workflow_type,
        state=STATUSES.get(found.status, "running"),
        started_at=found.start_time,
        ended_at=found.close_time,
        workspace_id=WorkspaceId(named) if named else None,
        subject=attributes.get(SUBJECT) or "",
        word=attributes.get(STATE) or "",
        events=found.history_length,
    )


def _with_steps(found: WorkflowExecutionDescription, summary: str, stuck_attempts: int) -> Execution:
    pending = [_step(found.workflow_type, info) for info in found.raw_description.pending_activities]
    deciding = found.raw_description.pending_workflow_task
    if deciding.attempt > stuck_attempts:
        pending.append(
            PendingStep(
                step="Decide what comes next",
                activity="",
                state="waiting to try again",
                attempt=deciding.attempt,
                since=_moment(deciding.original_scheduled_time),
                last_error="The workflow's own code does not get on. See the worker's log.",
            )
        )
    base = _execution(found)
    # The attempt that is under way or waited for has not failed yet.
    is_stuck = base.state == "running" and any(step.attempt > stuck_attempts for step in pending)
    return Execution(
        id=base.id,
        run_id=base.run_id,
        type=base.type,
        state="stuck" if is_stuck else base.state,
        started_at=base.started_at,
        ended_at=base.ended_at,
        workspace_id=base.workspace_id,
        subject=base.subject,
        word=base.word,
        events=base.events,
        summary=summary,
        pending=pending,
    )


def _step(workflow_type: str, info: PendingActivityInfo) -> PendingStep:
    return PendingStep(
        step=step_words(workflow_type, info.activity_type.name),
        activity=info.activity_type.name,
        state=_state_of(info),
        attempt=info.attempt,
        attempts_max=info.maximum_attempts,
        since=_moment(info.last_started_time) or _moment(info.scheduled_time),
        last_error=redacted(info.last_failure.message) if info.HasField("last_failure") else "",
        next_try_at=_moment(info.next_attempt_schedule_time),
    )


def _state_of(info: PendingActivityInfo) -> StepState:
    if info.paused:
        return "paused"
    if info.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED:
        return "at work"
    if info.state == PendingActivityState.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED:
        return "being cancelled"
    # The first attempt waits for a worker alone; a later one waits for its time, and then for a worker.
    next_try = _moment(info.next_attempt_schedule_time)
    if info.attempt > 1 and next_try is not None and next_try > datetime.now(UTC):
        return "waiting to try again"
    return "waiting for a worker"


def _moment(stamp: Timestamp) -> datetime | None:
    return stamp.ToDatetime(UTC) if stamp.ByteSize() else None
