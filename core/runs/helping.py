"""Helping workflows along, or ending them: for those who may act on every workflow of a workspace; each is audited."""

from parlour.core.errors import ConflictError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import ApprovalId, FileId, ReminderId, ScheduledId, UserId, WorkspaceId
from parlour.core.integrations import approvals
from parlour.core.later import reminders, scheduled
from parlour.core.model.audit import AuditAction
from parlour.core.model.run_promises import RunWake
from parlour.core.model.workflows import Execution, WorkflowAction
from parlour.core.runs import act
from parlour.core.runs.administer import find, offers, run_behind
from parlour.core.runs.words import words_of

DONE: dict[WorkflowAction, AuditAction] = {
    "retry": "workflow.retried",
    "cancel": "workflow.cancelled",
    "terminate": "workflow.terminated",
}


async def help_along(
    house: House, actor: UserId, workspace_id: WorkspaceId, given: str, action: WorkflowAction
) -> None:
    """Do one of what is offered for a workflow.

    Raises:
        NotFoundError: the workspace has no such workflow.
        ConflictError: `not_offered`: it is over, or that cannot be done to it.
        UnavailableError: Temporal does not answer.
    """
    found = await find(house, workspace_id, given)
    if action not in {offer.action for offer in offers(found)}:
        raise ConflictError(
            "not_offered", "This workflow is over, or this cannot be done to it as it stands."
        )
    if action == "retry":
        await _retry(house, found, workspace_id)
    elif action == "cancel":
        await _cancel(house, actor, found)
    else:
        await _terminate(house, actor, found, workspace_id)
    detail = f"{words_of(found.type).title} ({found.type})."
    await house.audit.note(workspace_id, actor, DONE[action], found.id, detail)


async def _retry(house: House, found: Execution, workspace_id: WorkspaceId) -> None:
    if house.inspector is None or house.teller is None:
        raise UnavailableError.of("Temporal")
    await house.inspector.retry(found)
    await _forget_troubles(house, found)
    run = await run_behind(house, found)
    if found.type == "FileIntake":
        await house.teller.take_in(FileId(found.subject), workspace_id)
    elif found.type == "FileCheck" and run is not None:
        await house.teller.wake_run(RunWake("file.scan", run.key, workspace_id))


async def _cancel(house: House, actor: UserId, found: Execution) -> None:
    """Cancel what a workflow promises, by the record behind it."""
    kind, _, key = found.id.partition("/")
    if kind == "scheduled" and (message := await house.scheduled.get(ScheduledId(key))):
        await scheduled.cancel(house, message.user_id, message.id)
    elif kind == "reminder" and (reminder := await house.reminders.get(ReminderId(key))):
        await reminders.remove(house, reminder.user_id, reminder.id)
    elif kind == "approval" and (asked := await house.approvals.get(ApprovalId(key))):
        await approvals.withdraw(house, asked.asker_id, asked.id)
    elif run := await run_behind(house, found):
        await act.cancel(house, actor, run.id, run.workspace_id)


async def _terminate(house: House, actor: UserId, found: Execution, workspace_id: WorkspaceId) -> None:
    """End a workflow by force; a record that said it goes on says so no more."""
    if house.inspector is None:
        raise UnavailableError.of("Temporal")
    kind = found.id.partition("/")[0]
    run = await run_behind(house, found)
    if run is not None and kind in ("announce", "export", "check") and run.is_open:
        await act.terminate(house, actor, run.id, run.workspace_id)
        return
    name = (await house.users.names([actor])).get(actor, "somebody")
    await house.inspector.terminate(found.id, f"by {name}, in Parlour")
    await _forget_troubles(house, found)
    if found.type == "SearchReindex":
        await house.reindexes.forget(workspace_id)
    elif found.type == "FileRescan":
        await house.rescans.put_back(workspace_id, None)


async def _forget_troubles(house: House, found: Execution) -> None:
    """Forget what was in trouble: what still is will be noted again."""
    for step in found.pending:
        await house.troubles.over(found.id, step.activity)
