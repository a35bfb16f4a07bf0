"""Workflow runs: starting something that is kept whatever happens, looking how far it is, and having a say in it."""

import re
from datetime import datetime
from urllib.parse import unquote

from msgspec import Struct, convert

from parlour.api.loading import BODIES, SignedLink, reader_of, sent
from parlour.api.routing import Answer, Call, Routes
from parlour.core.errors import InvalidError
from parlour.core.ids import RunId, RunKey, UserId, WorkspaceId
from parlour.core.model.page import Page
from parlour.core.model.runs import NewRun, Run, RunSignal, RunState
from parlour.core.runs import act, exports, see, start
from parlour.core.store.runs import RunFilter, RunRecord
from parlour.workflows.links import any_link

routes = Routes("Workflow runs", family="workflows")

VERSION = re.compile(r'\s*"(\d{1,9})"\s*')


class WhichRun(Struct, frozen=True):
    """In which workspace: only needed where several of one's own have a run with the same id."""

    workspace_id: WorkspaceId | None = None


class RunQuery(WhichRun, frozen=True):
    """Whether to wait for a change, `wait` seconds at most (setting `run_wait_max`), since the `version` one knows."""

    wait: float = 0
    version: int | None = None


class RunsQuery(Struct, frozen=True):
    """Which runs: of these types and states (several with commas between), about a subject, of a person, in a time."""

    workspace_id: WorkspaceId
    type: str = ""
    state: str = ""
    subject: str | None = None
    started_by: UserId | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    cursor: str | None = None

    @property
    def filter(self) -> RunFilter:
        """It as the store takes it."""
        return RunFilter(
            types=[name for name in self.type.split(",") if name],
            states=convert([name for name in self.state.split(",") if name], list[RunState]),
            user_id=self.started_by,
            subject=self.subject,
            since=_with_offset("since", self.since),
            until=_with_offset("until", self.until),
        )


@routes.add(
    "POST",
    "/api/v1/workflow-runs",
    who="signed in",
    needs="workflow.start",
    summary="Start a workflow; with an id of my own, never twice",
    body=NewRun,
    answers={202: Run},
    errors=(403, 404, 409, 422),
    repeatable=True,
)
async def start_run(call: Call) -> Answer:
    """Put a run on record, and begin it: at once, or as soon as Temporal takes it."""
    record = await start.start(call.house, call.signed_in, call.body(NewRun))
    return await _answer(call, 202, record)


@routes.add(
    "GET",
    "/api/v1/workflow-runs",
    who="signed in",
    others="workflow.read_any",
    summary="My runs in a workspace, the newest first; with the right to it, everybody's",
    query=RunsQuery,
    answers={200: Page[Run]},
    errors=(404, 422),
)
async def list_runs(call: Call) -> Answer:
    """Page through runs, by type, state, subject, person and time."""
    query = call.query(RunsQuery)
    found = await see.page(
        call.house,
        call.user_id,
        query.workspace_id,
        query.filter,
        before=query.cursor,
        limit=call.limit(query.limit),
        link_to=any_link(call.house.settings),
    )
    return Answer(200, found)


@routes.add(
    "GET",
    "/api/v1/workflow-runs/{run}",
    who="signed in",
    others="workflow.read_any",
    summary="How a run stands, in plain words; with ?wait=30, as soon as that changes",
    query=RunQuery,
    answers={200: Run, 304: None},
    errors=(404, 409, 422),
)
async def get_run(call: Call) -> Answer:
    """Return a run. Its `version` is its ETag: `If-None-Match`, or `version`, names the one that is known."""
    query = call.query(RunQuery)
    most = call.house.settings.run_wait_max
    if not 0 <= query.wait <= most:
        raise InvalidError.field("wait", f"A request waits for 0 to {most} seconds (run_wait_max).")
    known = VERSION.fullmatch(call.request.headers.get("if-none-match", ""))
    version = int(known[1]) if known else query.version
    found = await see.wait(
        call.house, call.user_id, _id(call), query.workspace_id, version=version, seconds=query.wait
    )
    etag = {"ETag": f'"{found.record.version}"'}
    if known and found.record.version == version:
        return Answer(304, headers=etag)
    link_to = any_link(call.house.settings)
    return Answer(200, await see.shown(call.house, found, link_to=link_to), headers=etag)


@routes.add(
    "POST",
    "/api/v1/workflow-runs/{run}/signal",
    who="signed in",
    others="workflow.act_any",
    summary="Send a run one of the signals of its type",
    body=RunSignal,
    query=WhichRun,
    answers={200: Run},
    errors=(403, 404, 409, 422),
)
async def signal_run(call: Call) -> Answer:
    """Have a say in what a run does: pause, resume, change, as its type allows."""
    given = call.body(RunSignal)
    record = await act.signal(call.house, call.user_id, _id(call), _where(call), given)
    return await _answer(call, 200, record)


@routes.add(
    "POST",
    "/api/v1/workflow-runs/{run}/cancel",
    who="signed in",
    others="workflow.act_any",
    summary="Cancel a run of mine; with the right to it, anybody's",
    query=WhichRun,
    answers={200: Run},
    errors=(403, 404, 409),
)
async def cancel_run(call: Call) -> Answer:
    """Let a run do nothing more; what it did stays. Again changes nothing."""
    record = await act.cancel(call.house, call.user_id, _id(call), _where(call))
    return await _answer(call, 200, record)


@routes.add(
    "POST",
    "/api/v1/workflow-runs/{run}/terminate",
    who="signed in",
    needs="workflow.act_any",
    summary="End a run by force, as one who may act on every workflow",
    query=WhichRun,
    answers={200: Run},
    errors=(403, 404, 409),
)
async def terminate_run(call: Call) -> Answer:
    """End a run where cancelling does not help."""
    record = await act.terminate(call.house, call.user_id, _id(call), _where(call))
    return await _answer(call, 200, record)


@routes.add(
    "POST",
    "/api/v1/workflow-runs/{run}/retry",
    who="signed in",
    others="workflow.act_any",
    summary="Try a run again that failed",
    query=WhichRun,
    answers={202: Run},
    errors=(403, 404, 409),
)
async def retry_run(call: Call) -> Answer:
    """Begin again what failed: only what was not done is done."""
    record = await act.retry(call.house, call.user_id, _id(call), _where(call))
    return await _answer(call, 202, record)


@routes.add(
    "GET",
    "/api/v1/exports/{export}",
    who="anyone",
    summary="Load an export of mine: by an access token, or by the link in its run's result",
    query=SignedLink,
    answers=BODIES,
    errors=(401, 403, 404, 410, 416),
)
async def get_export(call: Call) -> Answer:
    """Send the zip file, or a part of it, to who started the export."""
    key = RunKey(call.path("export"))
    return sent(call, await exports.open_export(call.house, key, await _reader(call, key)))


def _id(call: Call) -> RunId:
    return RunId(unquote(call.path("run")))


def _where(call: Call) -> WorkspaceId | None:
    return call.query(WhichRun).workspace_id


async def _answer(call: Call, status: int, record: RunRecord) -> Answer:
    found = await see.find(call.house, call.user_id, record.id, record.workspace_id)
    link_to = any_link(call.house.settings)
    return Answer(
        status,
        await see.shown(call.house, found, link_to=link_to),
        headers={"Location": f"/api/v1/workflow-runs/{record.id}", "ETag": f'"{found.record.version}"'},
    )


async def _reader(call: Call, key: RunKey) -> UserId:
    """Return who loads, by a signed link or by a token."""

    def holds(reader: UserId, until: int, signature: str) -> bool:
        return exports.is_signed(key, reader, until, signature, call.house.settings)

    return await reader_of(call, "messages:read", holds, what="export")


def _with_offset(name: str, at: datetime | None) -> datetime | None:
    if at is not None and at.tzinfo is None:
        raise InvalidError.field(name, f"{name} is a time with its offset, such as 2026-11-21T09:00:00Z.")
    return at
