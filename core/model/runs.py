"""Workflow runs: what somebody started by API, how far it is, and what came of it."""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from parlour.core.ids import RunId, UserId, WorkspaceId
from parlour.core.model.chat import WorkflowLink

EMPTY = msgspec.Raw(b"{}")
RunState = Literal[
    "waiting_to_start", "waiting", "running", "paused", "done", "failed", "cancelled", "terminated"
]
OPEN: tuple[RunState, ...] = ("waiting_to_start", "waiting", "running", "paused")
"""`waiting_to_start`: it is on record, and begins as soon as Temporal takes it. `waiting`: for its time."""
SubjectKind = Literal["channel", "workspace", "person", "file"]
Action = Literal["cancel", "terminate", "retry", "signal"]
StepState = Literal["at work", "waiting for a worker", "waiting to try again", "paused", "being cancelled"]


class Fault(Struct, frozen=True, kw_only=True):
    """Why a run failed, or what it could not do: a stable code, and a sentence."""

    code: str
    detail: str


class Progress(Struct, frozen=True, kw_only=True):
    """How far a run is: `done` of `total` (0: not known yet), counted in `unit`."""

    done: int
    total: int
    unit: str


class PendingStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step that a workflow waits for; `attempt` counts from 1, `attempts_max` 0: for as long as it takes."""

    step: str
    activity: str
    state: StepState
    attempt: int
    attempts_max: int = 0
    since: datetime | None = None
    last_error: str = ""
    next_try_at: datetime | None = None


class Subject(Struct, frozen=True, kw_only=True):
    """What a run is about."""

    kind: SubjectKind
    id: str


class SignalKind(Struct, frozen=True, kw_only=True):
    """A signal that a run takes: its name, what it does, and the JSON Schema of its payload."""

    name: str
    words: str
    payload: msgspec.Raw


class WorkflowType(Struct, frozen=True, kw_only=True):
    """Something that can be started by API.

    `input` and `result` are JSON Schemas; `needs` is the right it asks for besides `workflow.start`, if any. `steps`
    are what it does one after the other, in words.
    """

    name: str
    title: str
    promises: str
    steps: list[str]
    needs: str | None
    may_start: str
    subject: SubjectKind
    actions: list[Action]
    signals: list[SignalKind]
    input: msgspec.Raw
    result: msgspec.Raw


class Run(Struct, frozen=True, kw_only=True):
    """A workflow run as those see it who may.

    `version` counts its changes. `pending` are the steps it waits for just now (`pending_known` false: Temporal did not
    tell). `actions` are what the caller may do. `url` is where to ask again, `temporal_url` where its workflow can be
    opened, once it has one.
    """

    id: RunId
    type: str
    title: str
    workspace_id: WorkspaceId
    started_by: UserId
    subject: Subject
    state: RunState
    words: str
    progress: Progress | None
    pending: list[PendingStep]
    pending_known: bool
    result: msgspec.Raw | None
    failure: Fault | None
    created_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    version: int
    actions: list[Action]
    url: str
    temporal_url: str | None
    workflow: WorkflowLink | None


class NewRun(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to start, where, and with what. The same `id` (1 to 64 letters, digits, `. _ : -`) starts nothing twice."""

    type: str
    workspace_id: WorkspaceId
    input: msgspec.Raw = msgspec.field(default_factory=lambda: EMPTY)
    id: str | None = None


class RunSignal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signal to a run: one of its type's, and its payload."""

    name: str
    payload: msgspec.Raw = msgspec.field(default_factory=lambda: EMPTY)


class RunChange(Struct, frozen=True, kw_only=True):
    """What is told live of a run that changed."""

    id: RunId
    type: str
    workspace_id: WorkspaceId
    started_by: UserId
    state: RunState
    words: str
    progress: Progress | None
    version: int
