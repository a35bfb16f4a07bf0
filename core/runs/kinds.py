"""What a type of run is: how it is checked, begun, looked at, and what may be done to it while it goes on."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.rights import Right, Scope
from parlour.core.model.runs import Fault, RunState, Subject, SubjectKind
from parlour.core.store.runs import RunRecord


class Checked(Struct, frozen=True):
    """An input that can be taken, as it is kept, and what it is about."""

    input: Struct
    subject: Subject


class Seen(Struct, frozen=True, kw_only=True):
    """How a run stands, in a word and in words, and how far it is."""

    state: RunState
    words: str
    done: int = 0
    total: int = 0
    result: Struct | None = None
    failure: Fault | None = None


class Begun(Struct, frozen=True):
    """The workflow that keeps a run's promise, and how the run stands."""

    workflow_id: str
    seen: Seen


Check = Callable[[House, UserId, WorkspaceId, Any], Awaitable[Checked]]
"""Checks what somebody wants to start, and changes nothing. Raises what is wrong with it."""
Begin = Callable[[House, RunRecord], Awaitable[Begun]]
"""Begins a run; again changes nothing. Raises `UnavailableError` when it is to be tried again."""
Look = Callable[[House, RunRecord], Awaitable[Seen | None]]
"""Returns how a run stands; none: as it is on record."""
Act = Callable[[House, RunRecord], Awaitable[Seen | None]]
"""Does something to a run; returns how it stands then (none: look)."""
Send = Callable[[House, RunRecord, Any], Awaitable[Seen | None]]


class Signal(Struct, frozen=True):
    """A signal that a type takes: what it does, the type of its payload, and what does it."""

    words: str
    payload: type[Struct]
    send: Send


class Nothing(Struct, frozen=True, forbid_unknown_fields=True):
    """No input, or no payload."""


class RunType(Struct, frozen=True, kw_only=True):
    """A type of run. `workflow` names the type of the workflow behind it, `unit` what its progress counts.

    A token that starts one also opens `scope`. `may_start` says in words who may. What has a `cancel` is ended by force
    by it, too, unless there is a `terminate` of its own.
    """

    name: str
    title: str
    promises: str
    may_start: str
    input: type[Struct]
    result: type[Struct]
    subject: SubjectKind
    workflow: str
    check: Check
    begin: Begin
    look: Look
    scope: Scope
    needs: Right | None = None
    unit: str = ""
    is_audited: bool = False
    cancel: Act | None = None
    terminate: Act | None = None
    retry: Act | None = None
    signals: Mapping[str, Signal] = {}


def input_of(record: RunRecord, model: type[Any]) -> Any:
    """Return what a run was started with."""
    return msgspec.json.decode(record.input, type=model)
