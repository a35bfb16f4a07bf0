"""Seeing runs: one's own, and with the right to it every one of a workspace; waiting for one to change."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from msgspec import Struct

from parlour.core.errors import ConflictError, NotFoundError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import RunId, UserId, WorkspaceId
from parlour.core.model.chat import WorkflowLink
from parlour.core.model.page import Page
from parlour.core.model.rights import Standing
from parlour.core.model.runs import Action, PendingStep, Run, Subject
from parlour.core.people.rights import standing
from parlour.core.runs.exports import with_link
from parlour.core.runs.refresh import refresh
from parlour.core.runs.registry import TYPES, actions_of
from parlour.core.runs.telling import progress_of
from parlour.core.store.runs import RunFilter, RunRecord

LinkTo = Callable[[str], WorkflowLink]
"""Returns where the workflow of an id can be opened."""


class Found(Struct, frozen=True):
    """A run in somebody's sight, and their place in its workspace."""

    record: RunRecord
    standing: Standing
    is_own: bool

    @property
    def may_act(self) -> bool:
        """Whether they may do what who started it may."""
        return self.is_own or self.standing.may("workflow.act_any")


async def find(house: House, asker: UserId, run_id: RunId, workspace_id: WorkspaceId | None = None) -> Found:
    """Return a run that somebody started, or may see by their right.

    Raises:
        NotFoundError: there is none in their sight.
        ConflictError: `ambiguous`: several of their workspaces have one with this id; name the workspace.
    """
    mine = [workspace_id] if workspace_id else [one.id for one in await house.workspaces.of(asker)]
    found = [
        seen
        for record in await house.runs.named(run_id, mine)
        if (seen := await _in_sight(house, asker, record)) is not None
    ]
    if not found:
        raise NotFoundError.of("run")
    if len(found) > 1:
        raise ConflictError(
            "ambiguous", "Several of your workspaces have a run with this id: name workspace_id."
        )
    return found[0]


async def one(
    house: House, asker: UserId, run_id: RunId, workspace_id: WorkspaceId | None, *, link_to: LinkTo
) -> Run:
    """Return a run as it stands now; raises as `find`."""
    found = await find(house, asker, run_id, workspace_id)
    return await shown(house, await refreshed(house, found), link_to=link_to)


async def wait(
    house: House,
    asker: UserId,
    run_id: RunId,
    workspace_id: WorkspaceId | None,
    *,
    version: int | None,
    seconds: float,
) -> Found:
    """Return a run once its version is another than the one known, or the time is over; raises as `find`."""
    found = await refreshed(house, await find(house, asker, run_id, workspace_id))
    known = found.record.version if version is None else version
    if house.waiting >= house.settings.run_waiters:
        return found
    house.waiting += 1
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while found.record.version == known:
                    await asyncio.sleep(house.settings.run_look_interval)
                    # Asked for anew each time: whoever loses sight of it while they wait is told nothing more.
                    found = await refreshed(
                        house, await find(house, asker, run_id, found.record.workspace_id)
                    )
    finally:
        house.waiting -= 1
    return found


async def refreshed(house: House, found: Found) -> Found:
    """Return a run as its workflow says that it stands now."""
    return msgspec.structs.replace(found, record=await refresh(house, found.record))


async def page(
    house: House,
    asker: UserId,
    workspace_id: WorkspaceId,
    wanted: RunFilter,
    *,
    before: str | None,
    limit: int,
    link_to: LinkTo,
) -> Page[Run]:
    """Return runs of a workspace, the newest first: one's own; with the right to it, everybody's.

    Raises:
        NotFoundError: the workspace is not theirs.
    """
    place = await standing(house, workspace_id, asker)
    if not place.may("workflow.read_any"):
        if wanted.user_id not in (None, asker):
            return Page([])
        wanted = msgspec.structs.replace(wanted, user_id=asker)
    found = await house.runs.page(workspace_id, wanted, before=before, limit=limit + 1)
    items = [
        _view(house, Found(record, place, record.user_id == asker), [], known=False, link_to=link_to)
        for record in found[:limit]
    ]
    return Page(items, found[limit - 1].key if len(found) > limit else None)


async def shown(house: House, found: Found, *, link_to: LinkTo) -> Run:
    """Return a run with the steps that it waits for."""
    pending, known = await _pending(house, found.record)
    return _view(house, found, pending, known=known, link_to=link_to)


def offered(found: Found) -> list[Action]:
    """Return what somebody may do to a run as it stands."""
    if not found.may_act:
        return []
    record, kind = found.record, TYPES[found.record.type]
    there = set(actions_of(kind))
    can: dict[Action, bool] = {
        "signal": record.is_open and record.state != "waiting_to_start",
        "cancel": record.is_open,
        "terminate": record.is_open and found.standing.may("workflow.act_any"),
        "retry": is_retriable(record),
    }
    return [
        action
        for action, is_open in can.items()
        if is_open and (action in there or _may_begin_anew(action, record))
    ]


def is_retriable(record: RunRecord) -> bool:
    """Whether a run can be tried again: it failed, or some channel did not take it."""
    if record.state == "failed":
        return True
    return record.state == "done" and record.type == "announce" and bool(_result(record).get("refused"))


def _may_begin_anew(action: Action, record: RunRecord) -> bool:
    return action == "retry" and record.state == "failed" and record.workflow_id is None


async def _in_sight(house: House, asker: UserId, record: RunRecord) -> Found | None:
    try:
        place = await standing(house, record.workspace_id, asker)
    except NotFoundError:
        return None
    is_own = record.user_id == asker
    return Found(record, place, is_own) if is_own or place.may("workflow.read_any") else None


async def _pending(house: House, record: RunRecord) -> tuple[Sequence[PendingStep], bool]:
    """Return the steps that a run's workflow waits for; none of one that is over, or keeps other promises too."""
    if not record.is_open or not record.workflow_id or record.workflow_id.startswith("delivery/"):
        return [], True
    if house.inspector is None:
        return [], False
    try:
        return (await house.inspector.described(record.workflow_id)).pending, True
    except (UnavailableError, NotFoundError):
        return [], False


def _view(house: House, found: Found, pending: Sequence[PendingStep], *, known: bool, link_to: LinkTo) -> Run:
    record = found.record
    workflow = link_to(record.workflow_id) if record.workflow_id else None
    return Run(
        id=record.id,
        type=record.type,
        title=TYPES[record.type].title,
        workspace_id=record.workspace_id,
        started_by=record.user_id,
        subject=Subject(kind=record.subject_kind, id=record.subject),
        state=record.state,
        words=record.words,
        progress=progress_of(record),
        pending=list(pending),
        pending_known=known,
        result=_result_shown(house, found),
        failure=record.failure,
        created_at=record.created_at,
        changed_at=record.changed_at,
        ended_at=record.ended_at,
        version=record.version,
        actions=offered(found),
        url=f"{house.settings.address}/api/v1/workflow-runs/{record.id}",
        temporal_url=workflow.url if workflow else None,
        workflow=workflow,
    )


def _result_shown(house: House, found: Found) -> msgspec.Raw | None:
    record = found.record
    if record.result is None:
        return None
    if record.type == "export" and found.is_own:
        return msgspec.Raw(with_link(house, record))
    return msgspec.Raw(record.result)


def _result(record: RunRecord) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(record.result) if record.result else {}
    return found
