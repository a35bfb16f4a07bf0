"""Reading the audit of a workspace: pages, and the whole as a file."""

import csv
import io
from collections.abc import AsyncGenerator
from typing import Literal, get_args

import msgspec
from msgspec import structs

from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.audit import AuditAction, AuditEntry, AuditFilter
from parlour.core.model.page import Page
from parlour.core.people.rights import require

ExportFormat = Literal["jsonl", "csv"]
COLUMNS = (
    "seq",
    "at",
    "actor_id",
    "actor",
    "action",
    "subject",
    "detail",
    "address",
    "agent",
    "session_id",
    "kind",
    "id",
    "prev_hash",
    "hash",
)
ACTIONS: tuple[str, ...] = get_args(AuditAction)
FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet takes a cell for a formula, which may send away what stands beside it."""
AT_A_TIME = 500


async def audit(
    house: House,
    asker: UserId,
    workspace_id: WorkspaceId,
    wanted: AuditFilter,
    *,
    before: str | None,
    limit: int,
) -> Page[AuditEntry]:
    """Return a page of what was done in a workspace, the newest first.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
        InvalidError: there is no such action.
    """
    await require(house, workspace_id, asker, "audit.read")
    wanted = _checked(wanted)
    found = await house.audit.page(workspace_id, before=before, limit=limit + 1, wanted=wanted)
    page = found[:limit]
    return Page(page, page[-1].id if len(found) > limit else None)


async def export(
    house: House, asker: UserId, workspace_id: WorkspaceId, wanted: AuditFilter, form: ExportFormat
) -> AsyncGenerator[bytes, None]:
    """Return the audit as a file, the oldest first: lines of JSON that can be verified, or CSV; noted in it.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
        InvalidError: there is no such action.
    """
    await require(house, workspace_id, asker, "audit.read")
    wanted = _checked(wanted)
    words = "As CSV." if form == "csv" else "As lines of JSON."
    await house.audit.note(workspace_id, asker, "audit.exported", workspace_id, words)
    return _csv(house, workspace_id, wanted) if form == "csv" else _lines(house, workspace_id, wanted)


def _checked(wanted: AuditFilter) -> AuditFilter:
    """Return a filter whose actions are written out."""
    return structs.replace(
        wanted, actions=tuple(found for given in wanted.actions for found in _meant(given))
    )


def _meant(given: str) -> list[str]:
    """Return the action of a name, or all of a family: `file.*`."""
    family = given.removesuffix("*") if given.endswith(".*") else None
    found = [action for action in ACTIONS if (action.startswith(family) if family else action == given)]
    if not found:
        raise InvalidError.field("action", f"There is no action {given}.")
    return found


async def _lines(house: House, workspace_id: WorkspaceId, wanted: AuditFilter) -> AsyncGenerator[bytes, None]:
    async for entries in _batches(house, workspace_id, wanted):
        yield b"".join(msgspec.json.encode(entry, order="sorted") + b"\n" for entry in entries)


async def _csv(house: House, workspace_id: WorkspaceId, wanted: AuditFilter) -> AsyncGenerator[bytes, None]:
    yield _rows([list(COLUMNS)])
    async for entries in _batches(house, workspace_id, wanted):
        names = await house.users.names({entry.actor_id for entry in entries if entry.actor_id})
        yield _rows([_row(entry, names.get(entry.actor_id or UserId(""), "")) for entry in entries])


async def _batches(
    house: House, workspace_id: WorkspaceId, wanted: AuditFilter
) -> AsyncGenerator[list[AuditEntry], None]:
    batch: list[AuditEntry] = []
    async for entry in house.audit.all_of(workspace_id, wanted):
        batch.append(entry)
        if len(batch) == AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(entry: AuditEntry, actor: str) -> list[str]:
    where = entry.origin
    facts = {
        **{name: getattr(entry, name) for name in COLUMNS if hasattr(entry, name)},
        "at": entry.at.isoformat().replace("+00:00", "Z"),
        "actor": actor or ("Parlour" if entry.actor_id is None else ""),
        "address": where.address if where else "",
        "agent": where.agent if where else "",
        "session_id": where.session_id if where else "",
        "kind": where.kind if where else "",
    }
    return [_cell(facts[name]) for name in COLUMNS]


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text


def _rows(rows: list[list[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()
