"""Starting a run: it is checked, put on record, and then begun. Where that cannot be now, a sweep begins it."""

import hashlib
import re

import msgspec

from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, ParlourError, UnavailableError
from parlour.core.failures import translate
from parlour.core.house import House
from parlour.core.ids import RunId, RunKey, UserId, new_id
from parlour.core.model.people import Identity
from parlour.core.model.runs import Fault, NewRun
from parlour.core.people.rights import missing, require
from parlour.core.people.scopes import check_scope
from parlour.core.runs.kinds import RunType, Seen
from parlour.core.runs.registry import TYPES
from parlour.core.runs.telling import record_seen, tell
from parlour.core.store.mongo import UNAVAILABLE
from parlour.core.store.runs import RunRecord
from parlour.core.telemetry import log

RUN_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
FINAL = (403, 404, 409, 410, 413, 422)
"""The statuses of errors that trying again does not mend."""
WAITS = "On record. It begins as soon as Temporal takes it."


async def start(house: House, caller: Identity, given: NewRun) -> RunRecord:
    """Start what is asked for; the same id with the same input returns the first one.

    Raises:
        NotFoundError: the workspace, or what it is about, is not the starter's.
        ForbiddenError: `missing_right`, `missing_scope`, or as in what is started.
        ConflictError: `run_exists`: the id stands for another run; `too_many_runs` (setting `runs_open_per_person`); or
            as in what is started.
        InvalidError: `unknown_type`, or the input or the id cannot be taken.
    """
    starter = caller.user_id
    standing = await require(house, given.workspace_id, starter, "workflow.start")
    kind = type_named(given.type)
    check_scope(caller, kind.scope)
    if kind.needs and not standing.may(kind.needs):
        raise missing(kind.needs)
    asked = _decoded(given.input, kind)
    run_id = _checked_id(given.id)
    fingerprint = hashlib.sha256(b"\0".join((kind.name.encode(), msgspec.json.encode(asked)))).hexdigest()
    if run_id and (found := await house.runs.named(run_id, [given.workspace_id])):
        return _same(found[0], starter, fingerprint)
    await _room_for_another(house, starter, given, kind)
    checked = await kind.check(house, starter, given.workspace_id, asked)
    at = now()
    key = RunKey(new_id())
    record = RunRecord(
        key=key,
        id=run_id or RunId(key),
        workspace_id=given.workspace_id,
        user_id=starter,
        type=kind.name,
        input=msgspec.json.encode(checked.input),
        fingerprint=fingerprint,
        subject=checked.subject.id,
        subject_kind=checked.subject.kind,
        created_at=at,
        changed_at=at,
        looked_at=at,
        words=WAITS,
        unit=kind.unit,
    )
    stored = await house.runs.add(record)
    if stored.key != key:
        return _same(stored, starter, fingerprint)
    if kind.is_audited:
        await house.audit.note(
            stored.workspace_id, starter, "workflow.started", stored.id, f"{kind.title} ({kind.name})."
        )
    return await begin(house, stored)


async def begin(house: House, record: RunRecord) -> RunRecord:
    """Begin a run that waits to start; while what it needs is away, leave it to the sweep."""
    kind = TYPES[record.type]
    try:
        begun = await kind.begin(house, record)
    except UnavailableError as error:
        log.info("run.left_to_sweep", run=record.key, type=record.type, why=error.detail)
        return record
    except UNAVAILABLE as error:
        log.warning("run.left_to_sweep", run=record.key, type=record.type, why=translate(error).detail)
        return record
    except ParlourError as error:
        if error.status not in FINAL:
            raise
        fault = Fault(code=error.code, detail=error.detail)
        failed = Seen(state="failed", words=f"It could not begin: {error.detail}", failure=fault)
        return await record_seen(house, record, failed, untold=False)
    changed = await record_seen(house, record, begun.seen, workflow_id=begun.workflow_id, untold=False)
    if changed.workflow_id is None:
        # What it does has been written down before this was: it only lacks its workflow's id.
        named = await house.runs.change(
            changed, at=now(), states=[changed.state], workflow_id=begun.workflow_id, untold=False
        )
        if named:
            tell(house, named)
        return named or changed
    return changed


def type_named(name: str) -> RunType:
    """Return a type that can be started.

    Raises:
        InvalidError: `unknown_type`.
    """
    kind = TYPES.get(name)
    if kind is None:
        raise InvalidError.field(
            "type",
            f"There is no such type; GET /api/v1/workflow-types lists them: {', '.join(TYPES)}.",
            "unknown_type",
        )
    return kind


def _decoded(given: msgspec.Raw, kind: RunType) -> msgspec.Struct:
    try:
        found: msgspec.Struct = msgspec.json.decode(given, type=kind.input)
    except msgspec.ValidationError as error:
        told = translate(error)
        fields = [{**one, "field": _below_input(one["field"])} for one in told.errors or []]
        raise InvalidError(told.code, told.detail, errors=fields) from error
    return found


def _below_input(field: str) -> str:
    return "input" if field == "body" else f"input.{field}"


def _checked_id(given: str | None) -> RunId | None:
    if given is None:
        return None
    if not RUN_ID.fullmatch(given):
        raise InvalidError.field("id", "An id has 1 to 64 letters, digits or . _ : -")
    return RunId(given)


def _same(found: RunRecord, starter: UserId, fingerprint: str) -> RunRecord:
    if found.user_id != starter or found.fingerprint != fingerprint:
        raise ConflictError("run_exists", "This id stands for another run, with another input, already.")
    return found


async def _room_for_another(house: House, starter: UserId, given: NewRun, kind: RunType) -> None:
    most = house.settings.runs_open_per_person
    if await house.runs.count_open(given.workspace_id, starter) >= most:
        raise ConflictError(
            "too_many_runs", f"A person has at most {most} runs open in a workspace (runs_open_per_person)."
        )
    if kind.name == "export":
        most = house.settings.exports_open_per_person
        if await house.runs.count_open(given.workspace_id, starter, kind.name) >= most:
            raise ConflictError(
                "too_many_exports",
                f"A person has at most {most} exports under way (exports_open_per_person).",
            )
