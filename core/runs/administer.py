"""The workflows of a workspace as those see them who run it: how many there are, which are stuck, what happened to one.

Those of the workspace itself carry its id in Temporal. A person's notifications belong to every workspace that the
person belongs to. Routes ask for the right `workflow.read_any` before anything here is asked.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from parlour.core.errors import NotFoundError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import RunKey, UserId, WorkspaceId
from parlour.core.model.runs import PendingStep
from parlour.core.model.workflows import (
    Execution,
    Happened,
    Inspector,
    Offer,
    Wanted,
    WorkflowCount,
    WorkflowItem,
    WorkflowPage,
    WorkflowState,
    WorkflowStep,
    WorkflowSummary,
)
from parlour.core.people.rights import may
from parlour.core.runs.see import LinkTo
from parlour.core.runs.words import WORKFLOWS, words_of
from parlour.core.store.runs import RunRecord

Found = TypeVar("Found")
AT_ONCE = 10
"""Questions that Temporal is asked at a time."""
STUCK_MAX = 100
PERSONS = "MemberNotifications"
OWN_RUN = ("announce", "export", "check")
"""What the ids of workflows begin with whose runs have records of their own."""


class Page(Struct, frozen=True, kw_only=True):
    """A page of workflows, and where the next one begins."""

    items: list[WorkflowItem]
    next: str | None


async def summary(house: House, workspace_id: WorkspaceId) -> WorkflowSummary:
    """Return how many workflows of each type are in each state.

    Raises:
        UnavailableError: Temporal does not answer.
    """
    inspector = _inspector(house)
    people = await _people(house, workspace_id)
    types = [name for name, words in WORKFLOWS.items() if not words.is_ours]
    wanted = [_wanted(workspace_id, people, name, None) for name in types]
    counted = await _gathered([inspector.counts(one) for one in wanted])
    stuck = await _stuck_by_type(house, workspace_id, people)
    items = [
        WorkflowCount(
            type=name,
            title=words_of(name).title,
            promises=words_of(name).promises,
            counts=_with_stuck(counts, stuck.get(name, 0)),
        )
        for name, counts in zip(types, counted, strict=True)
    ]
    totals: dict[WorkflowState, int] = {}
    for item in items:
        for state, count in item.counts.items():
            totals[state] = totals.get(state, 0) + count
    return WorkflowSummary(items=items, totals=totals, people_counted=len(people))


async def page(
    house: House,
    workspace_id: WorkspaceId,
    *,
    of_type: str | None,
    state: WorkflowState | None,
    cursor: str | None,
    limit: int,
    link_to: LinkTo,
) -> Page:
    """Return workflows: those that are stuck first, then those that failed, those that go on, and the others.

    Raises:
        UnavailableError: Temporal does not answer.
    """
    inspector = _inspector(house)
    people = await _people(house, workspace_id)
    first: list[Execution] = []
    if cursor is None and state in (None, "stuck"):
        first = await _in_trouble(house, workspace_id, people, of_type)
    if state == "stuck":
        return Page(items=[_item(one, link_to) for one in first], next=None)
    if cursor is None and state is None:
        failed = await inspector.page(
            _wanted(workspace_id, people, of_type, "failed"), cursor=None, limit=limit
        )
        first += failed.items
    found = await inspector.page(_wanted(workspace_id, people, of_type, state), cursor=cursor, limit=limit)
    known = {one.run_id for one in first}
    rest = [
        one
        for one in found.items
        if one.run_id not in known and (cursor is None or one.state != "failed" or state)
    ]
    described = await _gathered([_described(inspector, one) for one in rest])
    return Page(items=[_item(one, link_to) for one in (*first, *described)], next=found.next)


async def one(
    house: House, asker: UserId, workspace_id: WorkspaceId, given: str, *, link_to: LinkTo
) -> WorkflowPage:
    """Return a workflow of a workspace: where it is, what happened, what comes next, and why.

    Raises:
        NotFoundError: the workspace has no such workflow.
        UnavailableError: Temporal does not answer.
    """
    inspector = _inspector(house)
    found = await find(house, workspace_id, given)
    goes_on = found.state in ("running", "stuck")
    details = await inspector.details(found.id) if goes_on else ""
    happened, is_cut = await inspector.history(
        found.id, found.run_id, limit=house.settings.workflow_events_max
    )
    run = await run_behind(house, found)
    words = words_of(found.type)
    actor = await may(house, workspace_id, asker, "workflow.act_any")
    return WorkflowPage(
        id=public_id(found.id),
        type=found.type,
        title=words.title,
        subject=found.subject,
        promises=words.promises,
        steps=[WorkflowStep(activity=name, words=told) for name, told in words.steps.items()],
        state=found.state,
        words=_where(found, details, happened),
        next=_next(found),
        why=_why(found, happened),
        started_at=found.started_at,
        ended_at=found.ended_at,
        events=found.events,
        pending=found.pending,
        happened=happened,
        is_cut=is_cut,
        actions=offers(found) if actor else [],
        run_id=run.id if run else None,
        started_by=run.user_id if run else None,
        workflow=link_to(found.id),
    )


async def find(house: House, workspace_id: WorkspaceId, given: str) -> Execution:
    """Return a workflow of a workspace by its id, with `:` or `/` between its parts.

    Raises:
        NotFoundError: the workspace has none such.
        UnavailableError: Temporal does not answer.
    """
    found = await _inspector(house).described(given.replace(":", "/"))
    if found.workspace_id == workspace_id:
        return found
    is_a_persons = found.type == PERSONS and found.workspace_id is None
    if is_a_persons and await house.workspaces.role(workspace_id, UserId(found.subject)) is not None:
        return found
    raise NotFoundError.of("workflow")


async def run_behind(house: House, found: Execution) -> RunRecord | None:
    """Return the run by API that a workflow keeps, if it is one."""
    kind, _, key = found.id.partition("/")
    if kind in OWN_RUN:
        return await house.runs.get(RunKey(key))
    open_ones = await house.runs.of_workflow(found.id)
    return open_ones[0] if len(open_ones) == 1 else None


def offers(found: Execution) -> list[Offer]:
    """Return what may be done to a workflow as it stands."""
    if found.state not in ("running", "stuck"):
        return []
    words = words_of(found.type)
    waits = any(step.state == "waiting to try again" and step.activity for step in found.pending)
    offered = []
    if waits or found.type in ("FileIntake", "FileCheck"):
        told = "Tries what it waits for at once, instead of when it would be time."
        offered.append(Offer(action="retry", words=told))
    if words.cancel:
        offered.append(Offer(action="cancel", words=words.cancel))
    if words.terminate:
        offered.append(Offer(action="terminate", words=words.terminate))
    return offered


def public_id(workflow_id: str) -> str:
    """Return the id of a workflow as a path may have it."""
    return workflow_id.replace("/", ":")


def _inspector(house: House) -> Inspector:
    if house.inspector is None:
        raise UnavailableError.of("Temporal")
    return house.inspector


async def _people(house: House, workspace_id: WorkspaceId) -> list[UserId]:
    most = house.settings.workflow_people_max
    return [user_id for user_id, *_ in await house.workspaces.members(workspace_id, after=None, limit=most)]


def _wanted(
    workspace_id: WorkspaceId, people: Sequence[UserId], of_type: str | None, state: WorkflowState | None
) -> Wanted:
    if of_type == PERSONS:
        return Wanted(user_ids=list(people), type=of_type, state=state)
    return Wanted(workspace_id=workspace_id, type=of_type, state=state)


async def _stuck_by_type(house: House, workspace_id: WorkspaceId, people: Sequence[UserId]) -> dict[str, int]:
    by_type: dict[str, set[str]] = {}
    for workflow_type, workflow_id in await _troubled(house, workspace_id, people):
        by_type.setdefault(workflow_type, set()).add(workflow_id)
    return {name: len(ids) for name, ids in by_type.items()}


async def _troubled(
    house: House, workspace_id: WorkspaceId, people: Sequence[UserId]
) -> list[tuple[str, str]]:
    """Return the type and id of each workflow in trouble, the longest first."""
    least = house.settings.workflow_stuck_attempts
    found = await house.troubles.of([workspace_id, None], attempts=least, limit=STUCK_MAX)
    theirs = {f"notify/{user_id}" for user_id in people}
    return list(
        dict.fromkeys(
            (one.workflow_type, one.workflow_id)
            for one in found
            if one.workspace_id is not None or one.workflow_id in theirs
        )
    )


async def _in_trouble(
    house: House, workspace_id: WorkspaceId, people: Sequence[UserId], of_type: str | None
) -> list[Execution]:
    """Return the workflows that are stuck, as Temporal has them now; what is over meanwhile is forgotten."""
    ids = [found for name, found in await _troubled(house, workspace_id, people) if of_type in (None, name)]
    described = await _gathered([_or_none(_inspector(house), workflow_id) for workflow_id in ids])
    return [one for one in described if one is not None and one.state == "stuck"]


async def _or_none(inspector: Inspector, workflow_id: str) -> Execution | None:
    try:
        return await inspector.described(workflow_id)
    except NotFoundError:
        return None


async def _described(inspector: Inspector, found: Execution) -> Execution:
    """Return a workflow that goes on with the steps it waits for."""
    if found.state != "running":
        return found
    return await _or_none(inspector, found.id) or found


def _with_stuck(counts: Mapping[WorkflowState, int], stuck: int) -> dict[WorkflowState, int]:
    running = max(0, counts.get("running", 0) - stuck)
    told: dict[WorkflowState, int] = {**counts, "running": running, "stuck": stuck}
    return {state: count for state, count in told.items() if count}


def _item(found: Execution, link_to: LinkTo) -> WorkflowItem:
    return WorkflowItem(
        id=public_id(found.id),
        type=found.type,
        title=words_of(found.type).title,
        subject=found.subject,
        state=found.state,
        words=_in_short(found),
        started_at=found.started_at,
        ended_at=found.ended_at,
        pending=found.pending,
        workflow=link_to(found.id),
    )


def _in_short(found: Execution) -> str:
    tried = [step for step in found.pending if step.attempt > 1]
    if tried:
        worst = max(tried, key=lambda step: step.attempt)
        return f"{worst.step}: attempt {worst.attempt}. {worst.last_error}".strip()
    if found.pending:
        return f"{found.pending[0].step}."
    return f"{found.word[:1].upper()}{found.word[1:]}." if found.word else ""


def _where(found: Execution, details: str, happened: Sequence[Happened]) -> str:
    if found.state == "stuck":
        worst = max(found.pending, key=lambda step: step.attempt)
        return f"Stuck at “{worst.step}”, attempt {worst.attempt}. {details}".strip()
    if found.state == "running":
        return details or (f"{found.word[:1].upper()}{found.word[1:]}." if found.word else "It goes on.")
    return happened[-1].words if happened else "It is over."


def _next(found: Execution) -> str:
    if found.state not in ("running", "stuck"):
        return "Nothing: it is over."
    if not found.pending:
        return "It waits for a time, or to be told something."
    return " ".join(_comes(step) for step in found.pending)


def _comes(step: PendingStep) -> str:
    if step.state == "at work":
        return f"“{step.step}” is being done, attempt {step.attempt}."
    if step.state == "waiting to try again":
        return f"“{step.step}” is tried again, attempt {step.attempt}."
    if step.state == "waiting for a worker":
        return f"“{step.step}” is next, as soon as a worker takes it."
    return f"“{step.step}” is {step.state}."


def _why(found: Execution, happened: Sequence[Happened]) -> str:
    errors = [step.last_error for step in found.pending if step.last_error]
    if errors:
        return f"The last attempt failed: {errors[0]}"
    if found.state in ("failed", "terminated"):
        bad = [one.words for one in happened if one.tone == "bad"]
        return bad[-1] if bad else ""
    return ""


async def _gathered(asked: Sequence[Coroutine[Any, Any, Found]]) -> list[Found]:
    """Ask so many questions, a few at a time."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def ask(question: Coroutine[Any, Any, Found]) -> Found:
        async with limit:
            return await question

    return list(await asyncio.gather(*(ask(question) for question in asked)))
