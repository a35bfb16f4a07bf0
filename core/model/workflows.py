"""Workflows as those see them who run a workspace: what they promise, how they stand, what happened. Never any text."""

from datetime import datetime
from typing import Literal, Protocol

from msgspec import Struct

from parlour.core.ids import RunId, UserId, WorkspaceId
from parlour.core.model.chat import WorkflowLink
from parlour.core.model.runs import PendingStep

WorkflowState = Literal["stuck", "running", "done", "failed", "cancelled", "terminated"]
"""`stuck`: it goes on, but tried a step in vain as often as the setting `workflow_stuck_attempts` says."""
WorkflowAction = Literal["retry", "cancel", "terminate"]


class WorkflowCount(Struct, frozen=True, kw_only=True):
    """How many workflows of a type are in each state."""

    type: str
    title: str
    promises: str
    counts: dict[WorkflowState, int]


class WorkflowSummary(Struct, frozen=True, kw_only=True):
    """The workflows of a workspace by type and state. `people_counted`: whose notifications' workflows were counted."""

    items: list[WorkflowCount]
    totals: dict[WorkflowState, int]
    people_counted: int


class WorkflowItem(Struct, frozen=True, kw_only=True):
    """A workflow in a list. `id` is its id in Temporal with `:` for `/`; `words` say where it is, or what is wrong.

    `subject` is the id of what it is about: a channel, a person, a file, a record.
    """

    id: str
    type: str
    title: str
    subject: str
    state: WorkflowState
    words: str
    started_at: datetime
    ended_at: datetime | None
    pending: list[PendingStep]
    workflow: WorkflowLink


class Happened(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to a workflow, in words; `took_ms` until it was over, after so many `attempts`."""

    at: datetime
    words: str
    tone: Literal["plain", "good", "bad"] = "plain"
    took_ms: int | None = None
    attempts: int = 1


class WorkflowStep(Struct, frozen=True, kw_only=True):
    """A step that a type of workflow takes, in words."""

    activity: str
    words: str


class Offer(Struct, frozen=True, kw_only=True):
    """What the caller may do to a workflow, and what that means."""

    action: WorkflowAction
    words: str


class WorkflowPage(Struct, frozen=True, kw_only=True):
    """One workflow: what it promises, where it is and why, what happened, what comes next, and what one may do.

    `is_cut`: only the last part of its history was read (setting `workflow_events_max`). `run` is the workflow run by
    API behind it, if it is one.
    """

    id: str
    type: str
    title: str
    subject: str
    promises: str
    steps: list[WorkflowStep]
    state: WorkflowState
    words: str
    next: str
    why: str
    started_at: datetime
    ended_at: datetime | None
    events: int
    pending: list[PendingStep]
    happened: list[Happened]
    is_cut: bool
    actions: list[Offer]
    run_id: RunId | None
    started_by: UserId | None
    workflow: WorkflowLink


class Execution(Struct, frozen=True, kw_only=True):
    """What Temporal tells of a workflow: whose it is, and how it stands. `word` is its own word for that."""

    id: str
    run_id: str
    type: str
    state: WorkflowState
    started_at: datetime
    ended_at: datetime | None
    workspace_id: WorkspaceId | None
    subject: str
    events: int = 0
    summary: str = ""
    word: str = ""
    pending: list[PendingStep] = []


class Executions(Struct, frozen=True, kw_only=True):
    """A page of workflows, and where the next one begins."""

    items: list[Execution]
    next: str | None = None


class Wanted(Struct, frozen=True, kw_only=True):
    """Which workflows: those of a workspace, or the notifications of some people; of a type, in a state."""

    workspace_id: WorkspaceId | None = None
    user_ids: list[UserId] = []
    type: str | None = None
    state: WorkflowState | None = None


class Inspector(Protocol):
    """How workflows are looked at, and helped. Each raises `UnavailableError` when Temporal is away."""

    async def counts(self, wanted: Wanted) -> dict[WorkflowState, int]:
        """Return how many workflows are in each state."""

    async def page(self, wanted: Wanted, *, cursor: str | None, limit: int) -> Executions:
        """Return workflows, those that go on first, then the newest."""

    async def described(self, workflow_id: str) -> Execution:
        """Return the last run of a workflow with the steps it waits for; raises `NotFoundError` without one."""

    async def details(self, workflow_id: str) -> str:
        """Return what a workflow says of itself; empty when nobody can ask it."""

    async def history(self, workflow_id: str, run_id: str, *, limit: int) -> tuple[list[Happened], bool]:
        """Return what happened, at most so many events, the last ones; and whether there were more."""

    async def retry(self, execution: Execution) -> None:
        """Have the steps that wait for their next try tried now."""

    async def terminate(self, workflow_id: str, reason: str) -> None:
        """End a workflow by force; one that is over stays as it is."""
