"""What may be done to a run: by who started it, and by whoever has the right to act on every workflow."""

import msgspec

from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, UnavailableError
from parlour.core.failures import translate
from parlour.core.house import House
from parlour.core.ids import RunId, UserId, WorkspaceId
from parlour.core.model.audit import AuditAction
from parlour.core.model.runs import RunSignal
from parlour.core.people.rights import missing
from parlour.core.runs.kinds import Seen
from parlour.core.runs.refresh import refresh
from parlour.core.runs.registry import TYPES
from parlour.core.runs.see import Found, find, is_retriable
from parlour.core.runs.start import begin
from parlour.core.runs.telling import record_seen, tell
from parlour.core.runs.waking import OWN_WORKFLOW, wake_soon
from parlour.core.store.runs import RunRecord


async def cancel(house: House, actor: UserId, run_id: RunId, workspace_id: WorkspaceId | None) -> RunRecord:
    """Cancel a run; one that is cancelled stays so.

    Raises:
        NotFoundError: there is none in the actor's sight.
        ForbiddenError: `missing_right`: it is somebody else's.
        ConflictError: `run_over`, `not_cancellable`, or as in what is cancelled.
    """
    found = await _open(house, actor, run_id, workspace_id, unless="cancelled")
    if not found.record.is_open:
        return found.record
    if unbegun := await _end_unbegun(
        house, found.record, Seen(state="cancelled", words="Cancelled before it began.")
    ):
        return await _noted(house, actor, found, unbegun, "workflow.cancelled")
    kind = TYPES[found.record.type]
    if kind.cancel is None:
        raise ConflictError("not_cancellable", f"What “{kind.title}” promises cannot be cancelled half-way.")
    seen = await kind.cancel(house, found.record)
    return await _noted(house, actor, found, await _stands(house, found.record, seen), "workflow.cancelled")


async def terminate(
    house: House, actor: UserId, run_id: RunId, workspace_id: WorkspaceId | None
) -> RunRecord:
    """End a run by force; only for those who may act on every workflow.

    Raises:
        NotFoundError: there is none in the actor's sight.
        ForbiddenError: `missing_right`.
        ConflictError: `run_over`, `not_terminable`, or as in what is ended.
    """
    found = await _open(house, actor, run_id, workspace_id, unless="terminated")
    if not found.standing.may("workflow.act_any"):
        raise missing("workflow.act_any")
    if not found.record.is_open:
        return found.record
    if unbegun := await _end_unbegun(
        house, found.record, Seen(state="terminated", words="Ended before it began.")
    ):
        return await _noted(house, actor, found, unbegun, "workflow.terminated")
    kind = TYPES[found.record.type]
    end = kind.terminate or kind.cancel
    if end is None:
        raise ConflictError("not_terminable", f"What “{kind.title}” promises is ended only as a workflow.")
    changed = await _stands(house, found.record, await end(house, found.record))
    await _end_workflow(house, changed)
    return await _noted(house, actor, found, changed, "workflow.terminated")


async def retry(house: House, actor: UserId, run_id: RunId, workspace_id: WorkspaceId | None) -> RunRecord:
    """Try a run again that failed, or that some channels did not take.

    Raises:
        NotFoundError: there is none in the actor's sight.
        ForbiddenError: `missing_right`: it is somebody else's.
        ConflictError: `not_failed`, or as in what is tried again.
    """
    found = await _in_reach(house, actor, run_id, workspace_id)
    record, kind = found.record, TYPES[found.record.type]
    if not is_retriable(record):
        raise ConflictError("not_failed", "Only a run that failed is tried again.")
    seen: Seen | None = Seen(state="waiting_to_start", words="To be tried again.")
    if record.workflow_id is not None and kind.retry is not None:
        seen = await kind.retry(house, record)
    again = seen is not None and seen.state == "waiting_to_start"
    changed = await house.runs.change(
        record,
        at=now(),
        states=[record.state],
        state="waiting_to_start" if again else "running",
        words=seen.words if seen else "To be tried again.",
        tries=record.tries + 1,
        untold=again,
        failure=None,
        result=None,
        ended_at=None,
        expires_at=None,
        release_at=None,
    )
    if changed is None:
        raise ConflictError("not_failed", "Only a run that failed is tried again.")
    tell(house, changed)
    stands = await (begin if again else refresh)(house, changed)
    return await _noted(house, actor, found, stands, "workflow.retried")


async def signal(
    house: House, actor: UserId, run_id: RunId, workspace_id: WorkspaceId | None, given: RunSignal
) -> RunRecord:
    """Send a run one of the signals of its type.

    Raises:
        NotFoundError: there is none in the actor's sight.
        ForbiddenError: `missing_right`: it is somebody else's.
        ConflictError: `run_over`, `not_begun`, or as in what the signal does.
        InvalidError: `unknown_signal`, or its payload cannot be taken.
    """
    found = await _open(house, actor, run_id, workspace_id)
    record, kind = found.record, TYPES[found.record.type]
    known = kind.signals.get(given.name)
    if known is None:
        names = ", ".join(kind.signals) or "none"
        raise InvalidError.field("name", f"“{kind.title}” takes these signals: {names}.", "unknown_signal")
    if record.state == "waiting_to_start":
        raise ConflictError("not_begun", "This run has not begun yet.")
    try:
        payload = msgspec.json.decode(given.payload, type=known.payload)
    except msgspec.ValidationError as error:
        told = translate(error)
        fields = [{**one, "field": f"payload.{one['field']}"} for one in told.errors or []]
        raise InvalidError(told.code, told.detail, errors=fields) from error
    stands = await _stands(house, record, await known.send(house, record, payload))
    return await _noted(house, actor, found, stands, "workflow.signalled", given.name)


async def _in_reach(house: House, actor: UserId, run_id: RunId, workspace_id: WorkspaceId | None) -> Found:
    found = await find(house, actor, run_id, workspace_id)
    if not found.may_act:
        raise missing("workflow.act_any")
    return msgspec.structs.replace(found, record=await refresh(house, found.record))


async def _open(
    house: House, actor: UserId, run_id: RunId, workspace_id: WorkspaceId | None, *, unless: str = ""
) -> Found:
    """Return a run that is not over, or that is over already in the way that is wanted."""
    found = await _in_reach(house, actor, run_id, workspace_id)
    if not found.record.is_open and found.record.state != unless:
        raise ConflictError("run_over", f"This run is over: {found.record.words}")
    return found


async def _end_unbegun(house: House, record: RunRecord, seen: Seen) -> RunRecord | None:
    """End a run that nothing was begun of yet; none when it has begun."""
    if record.state != "waiting_to_start" or record.tries > 1:
        return None
    ended = await record_seen(house, record, seen, untold=False)
    return ended if ended.state == seen.state else None


async def _stands(house: House, record: RunRecord, seen: Seen | None) -> RunRecord:
    """Write down how a run stands after something was done to it, and tell its workflow."""
    if seen is None:
        return await refresh(house, record)
    own = record.type in OWN_WORKFLOW
    changed = await record_seen(house, record, seen, untold=own)
    if own:
        wake_soon(house, changed)
    return changed


async def _end_workflow(house: House, record: RunRecord) -> None:
    """End a run's own workflow; while Temporal is away, leave it to hear of it from the record."""
    if record.type not in OWN_WORKFLOW or not record.workflow_id or house.inspector is None:
        return
    try:
        await house.inspector.terminate(record.workflow_id, "ended by force, by API")
    except UnavailableError:
        return


async def _noted(
    house: House, actor: UserId, found: Found, record: RunRecord, action: AuditAction, what: str = ""
) -> RunRecord:
    kind = TYPES[record.type]
    if kind.is_audited or not found.is_own:
        told = f"{kind.title} ({kind.name}){f': {what}' if what else ''}."
        await house.audit.note(record.workspace_id, actor, action, record.id, told)
    return record
