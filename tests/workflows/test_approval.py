"""`Approval` with skipped time, against a record that goes by the real rules."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace
from temporalio import activity
from temporalio.client import WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.names import ADVANCE_APPROVAL
from parlour.core.ids import ApprovalId, ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.integrations import approval_rules as rules
from parlour.core.model.approvals import ApprovalRecord
from parlour.core.model.promises import Due, DueRequest
from parlour.core.settings import Settings
from parlour.workflows.approval import Approval, promise_of
from parlour.workflows.due import DueState

BEN, CLEO = UserId("ben"), UserId("cleo")


@dataclass
class Kept:
    """An approval as the activity knows it, with what was done when; time is that of the workflow's timers."""

    record: ApprovalRecord
    failures: int = 0
    done: list[tuple[str, datetime]] = field(default_factory=list)

    @activity.defn(name=ADVANCE_APPROVAL)
    async def advance(self, _request: DueRequest) -> Due:
        if self.failures:
            self.failures -= 1
            raise ApplicationError("the database is away")
        # Skipped time passes for timers, not for the clock of the machine.
        at = rules.wake_of(self.record).due_at
        if self.record.message_id is None:
            self.record = replace(self.record, message_id=EntryId("m"))
            self.done.append(("asked", at))
        due = rules.moved(self.record, at=at)
        if due is not self.record:
            self.done += [(what, at) for what in _what(self.record, due)]
            self.record = replace(due, version=self.record.version + 1)
        self.record = replace(self.record, shown_version=self.record.version)
        return Due(self.record.state, rules.told(self.record), rules.wake_of(self.record))


def _what(was: ApprovalRecord, due: ApprovalRecord) -> list[str]:
    done = ["escalated"] if due.escalated_at and not was.escalated_at else []
    done += ["reminded"] if due.reminders > was.reminders else []
    return done + ([due.state] if due.state != "open" else [])


class Waiting:
    """One approval under test."""

    def __init__(self, environment: WorkflowEnvironment, kept: Kept, settings: Settings) -> None:
        self.environment = environment
        self.kept = kept
        self.settings = settings
        self.promise = promise_of(rules.wake_of(kept.record))

    async def answer(self, who: UserId) -> None:
        """Answer as the rule does: on record, shown, and told."""
        record = rules.answered(self.kept.record, who, "approve", "", at=self.kept.record.created_at)
        version = record.version + 1
        self.kept.record = replace(record, version=version, shown_version=version)
        await self.promise.tell(self.environment.client, self.settings, rules.wake_of(self.kept.record))

    async def ended(self) -> DueState:
        handle = self.environment.client.get_workflow_handle_for(Approval.run, self.promise.id)
        with suppress(RPCError):  # it has ended already
            await self.environment.fast_forward(handle)
        return await handle.result()


@asynccontextmanager
async def waiting(environment: WorkflowEnvironment, **fields: Any) -> AsyncIterator[Waiting]:
    queue = f"queue-{uuid.uuid4().hex}"
    settings = Settings(temporal_task_queue=queue)  # type: ignore[call-arg]
    at = datetime.now(UTC)
    given: dict[str, Any] = {"needed": 1, "rejections": 1, "deadline_at": at + timedelta(days=3)}
    record = ApprovalRecord(
        id=ApprovalId(uuid.uuid4().hex),
        workspace_id=WorkspaceId("w1"),
        channel_id=ChannelId("c"),
        asker_id=UserId("ada"),
        text="May I?",
        user_ids=[BEN],
        group_ids=[],
        created_at=at,
        changed_at=at,
        **given | fields,
    )
    approval = Waiting(environment, Kept(record), settings)
    async with Worker(
        environment.client, task_queue=queue, workflows=[Approval], activities=[approval.kept.advance]
    ):
        with environment.with_time_skipping_disabled():
            await approval.promise.tell(environment.client, settings, rules.wake_of(record))
        yield approval


async def test_nobody_answers_and_it_ends_at_its_deadline(temporal: WorkflowEnvironment) -> None:
    async with waiting(temporal) as approval:
        assert (await approval.ended()).state == "expired"
        record = approval.kept.record
        assert approval.kept.done == [("asked", record.created_at), ("expired", record.deadline_at)]


async def test_it_reminds_and_escalates_on_its_way_to_the_deadline(temporal: WorkflowEnvironment) -> None:
    at = datetime.now(UTC)
    day = 24 * 3600
    async with waiting(
        temporal,
        escalate_at=at + timedelta(hours=36),
        escalate_to=[CLEO],
        remind_every=day,
        remind_at=at + timedelta(days=1),
    ) as approval:
        await approval.ended()
        told = [what for what, _ in approval.kept.done]
        assert told == ["asked", "reminded", "escalated", "reminded", "expired"]


async def test_an_answer_ends_it_at_once(temporal: WorkflowEnvironment) -> None:
    async with waiting(temporal) as approval:
        with temporal.with_time_skipping_disabled():
            await approval.answer(BEN)
        await approval.ended()
        assert [what for what, _ in approval.kept.done] == ["asked"]
        assert approval.kept.record.state == "approved"


async def test_an_answer_after_an_escalation_ends_it(temporal: WorkflowEnvironment) -> None:
    at = datetime.now(UTC)
    async with waiting(
        temporal, needed=2, escalate_at=at + timedelta(hours=1), escalate_to=[CLEO]
    ) as approval:
        with temporal.with_time_skipping_disabled():
            await approval.answer(BEN)
            await approval.answer(CLEO)
        await approval.ended()
        assert approval.kept.record.state == "approved"


async def test_servers_that_are_away_delay_what_is_due_and_lose_nothing(
    temporal: WorkflowEnvironment,
) -> None:
    async with waiting(temporal) as approval:
        approval.kept.failures = 8
        assert (await approval.ended()).state == "expired"
        assert [what for what, _ in approval.kept.done] == ["asked", "expired"]


async def test_a_year_of_reminders_continues_as_new_and_loses_none(temporal: WorkflowEnvironment) -> None:
    at = datetime.now(UTC)
    async with waiting(
        temporal,
        deadline_at=at + timedelta(days=90, hours=1),
        remind_every=24 * 3600,
        remind_at=at + timedelta(days=1),
    ) as approval:
        await approval.ended()
        assert [what for what, _ in approval.kept.done].count("reminded") == 90
        handle = temporal.client.get_workflow_handle(approval.promise.id)
        first = await temporal.client.get_workflow_handle(
            approval.promise.id,
            run_id=(await handle.describe()).raw_description.workflow_execution_info.first_run_id,
        ).describe()
        assert first.status is WorkflowExecutionStatus.CONTINUED_AS_NEW
