"""For how long a workspace keeps its audit. What is older goes, from its old end; a sealed checkpoint stands for it."""

from datetime import timedelta

from parlour.core.clock import now
from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.audit import Retention
from parlour.core.people.audit_verify import verify
from parlour.core.people.rights import require
from parlour.core.telemetry import log


async def retention(house: House, asker: UserId, workspace_id: WorkspaceId) -> Retention:
    """Return for how long a workspace keeps its audit.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "audit.read")
    return Retention(days=await house.audit.days(workspace_id))


async def keep_for(house: House, actor: UserId, workspace_id: WorkspaceId, wanted: Retention) -> Retention:
    """Set for how long a workspace keeps its audit.

    Raises:
        NotFoundError: the workspace is not the actor's.
        ForbiddenError: `missing_right`.
        InvalidError: shorter than the setting `audit_retention_min_days`.
    """
    await require(house, workspace_id, actor, "workspace.change")
    least = house.settings.audit_retention_min_days
    if wanted.days is not None and wanted.days < least:
        raise InvalidError.field(
            "days", f"An audit is kept for at least {least} days (audit_retention_min_days)."
        )
    if wanted.days != await house.audit.days(workspace_id):
        await house.audit.keep_for(workspace_id, wanted.days)
        words = "For ever." if wanted.days is None else f"For {wanted.days} days."
        await house.audit.note(workspace_id, actor, "audit.retention_changed", workspace_id, words)
    return wanted


async def trim_all(house: House, *, batch: int) -> int:
    """Remove from every audit what it keeps no longer; return how many entries that were. May be taken again."""
    removed = 0
    for workspace_id, days in await house.audit.kept_for_a_time():
        removed += await trim(house, workspace_id, days=days, batch=batch)
    return removed


async def trim(house: House, workspace_id: WorkspaceId, *, days: int, batch: int = 1000) -> int:
    """Remove what is older than `days` from one audit, and return how many entries that were.

    The last entry stays. What does not verify is not removed: it would take the traces with it.
    """
    last, _ = await house.audit.tail(workspace_id)
    kept = await house.audit.first_since(workspace_id, now() - timedelta(days=days))
    up_to = (last if kept is None else kept) - 1
    checkpoint = await house.audit.checkpoint(workspace_id)
    begins = checkpoint.seq if checkpoint else 0
    if up_to > begins:
        if not await _move_checkpoint(house, workspace_id, begins, up_to):
            return 0
    elif checkpoint is None:
        return 0
    return await _forget(house, workspace_id, max(up_to, begins), batch)


async def _move_checkpoint(house: House, workspace_id: WorkspaceId, begins: int, up_to: int) -> bool:
    found = await verify(house, workspace_id, most=up_to - begins)
    last = await house.audit.numbered(workspace_id, up_to)
    if not found.intact or last is None:
        log.error("audit.not_trimmed", workspace_id=workspace_id, faults=len(found.faults))
        return False
    removed = up_to - begins + (found.checkpoint.removed if found.checkpoint else 0)
    await house.audit.put_checkpoint(workspace_id, seq=up_to, digest=last["hash"], removed=removed)
    words = f"{up_to - begins} entries that were older than this workspace keeps them, up to number {up_to}."
    once = f"trimmed/{workspace_id}/{up_to}"
    await house.audit.note(workspace_id, None, "audit.trimmed", workspace_id, words, once=once)
    return True


async def _forget(house: House, workspace_id: WorkspaceId, up_to: int, batch: int) -> int:
    removed = 0
    while gone := await house.audit.forget(workspace_id, up_to=up_to, batch=batch):
        removed += gone
    return removed
