"""`approval.ask`: somebody asks in a channel, by buttons; who answered what is on record, and it ends in time."""

from msgspec import Struct
from msgspec.structs import replace

from parlour.core.house import House
from parlour.core.ids import ApprovalId, ChannelId, EntryId, UserId, WorkspaceId
from parlour.core.integrations import approval_rules, approvals
from parlour.core.integrations.approvals import Ask
from parlour.core.model.actions import ApprovalAnswer, ApprovalState
from parlour.core.model.approvals import Approval
from parlour.core.model.runs import Fault, Subject
from parlour.core.runs.kinds import Begun, Checked, RunType, Seen, input_of
from parlour.core.store.runs import RunRecord


class ApprovalEnded(Struct, frozen=True, kw_only=True):
    """How it ended, who answered what, and the message that asked."""

    approval_id: ApprovalId
    state: ApprovalState
    answers: list[ApprovalAnswer]
    channel_id: ChannelId
    message_id: EntryId | None


async def check(house: House, starter: UserId, workspace_id: WorkspaceId, given: Ask) -> Checked:
    """Check that the starter could ask this now."""
    text = await approvals.checked(house, starter, workspace_id, given)
    return Checked(replace(given, text=text), Subject(kind="channel", id=given.channel_id))


async def begin(house: House, record: RunRecord) -> Begun:
    """Ask; what was asked already is found again."""
    given = replace(input_of(record, Ask), client_id=f"run.{record.key}")
    asked = await approvals.ask(house, record.user_id, record.workspace_id, given)
    return Begun(f"approval/{asked.id}", _seen(asked))


async def look(house: House, record: RunRecord) -> Seen | None:
    """Return how the approval stands."""
    found = await house.approvals.get(_id_of(record))
    return _seen(approval_rules.shown(found)) if found else None


async def cancel(house: House, record: RunRecord) -> Seen | None:
    """Take back what was asked."""
    await approvals.withdraw(house, record.user_id, _id_of(record))
    return None


def _id_of(record: RunRecord) -> ApprovalId:
    return ApprovalId((record.workflow_id or "").partition("/")[2])


def _seen(found: Approval) -> Seen:
    if found.state == "open":
        return Seen(state="waiting", words=found.told, done=len(found.answers), total=found.needed)
    if found.state == "withdrawn":
        return Seen(state="cancelled", words=found.told)
    result = ApprovalEnded(
        approval_id=found.id,
        state=found.state,
        answers=found.answers,
        channel_id=found.channel_id,
        message_id=found.message_id,
    )
    if found.state == "expired":
        fault = Fault(code="expired", detail="Nobody decided it in time.")
        return Seen(state="failed", words=found.told, failure=fault, result=result)
    return Seen(state="done", words=found.told, result=result, done=len(found.answers), total=found.needed)


APPROVAL_ASK = RunType(
    name="approval.ask",
    title="Ask for an approval",
    promises="Asks people in a channel, by buttons, reminds them, asks others too, and ends in time.",
    may_start="Whoever may write into the channel.",
    input=Ask,
    result=ApprovalEnded,
    subject="channel",
    workflow="Approval",
    scope="messages:write",
    unit="answers",
    needs="message.send",
    check=check,
    begin=begin,
    look=look,
    cancel=cancel,
)
