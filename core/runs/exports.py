"""Loading what was exported: by its starter alone, with a token or by a link that ends by itself, while it is kept."""

import time

import msgspec
from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import GoneError, NotFoundError
from parlour.core.files.serve import Served
from parlour.core.house import House
from parlour.core.ids import RunKey, UserId
from parlour.core.people.rights import standing
from parlour.core.runs.export import Exported, object_key
from parlour.core.settings import Settings
from parlour.core.signing import is_signature, signature
from parlour.core.store.runs import RunRecord


async def open_export(house: House, key: RunKey, reader: UserId) -> Served:
    """Return an export to who started it, as long as they belong to the workspace.

    Raises:
        NotFoundError: there is none of theirs.
        GoneError: `export_expired`.
    """
    record = await house.runs.get(key)
    if record is None or record.type != "export" or record.user_id != reader or record.state != "done":
        raise NotFoundError.of("export")
    await _in_workspace(house, record, reader)
    if record.release_at is None or record.release_at <= now():
        raise GoneError("export_expired", "This export was deleted (export_kept_hours). Start another one.")
    stored = await house.objects.stat(object_key(record))
    return Served(
        key=stored.key,
        size=stored.size,
        media_type="application/zip",
        disposition=f'attachment; filename="parlour-export-{record.created_at:%Y-%m-%d}.zip"',
        etag=f'"{record.key}-{record.tries}"',
        modified_at=record.ended_at or record.changed_at,
    )


def with_link(house: House, record: RunRecord) -> bytes:
    """Return an export's result with the link by which its starter loads it, while it is kept."""
    result = msgspec.json.decode(record.result or b"{}", type=Exported)
    if record.release_at is None or record.release_at <= now():
        return record.result or b"{}"
    url = f"{house.settings.address}{link(record, house.settings)}"
    return msgspec.json.encode(replace(result, url=url))


def link(record: RunRecord, settings: Settings) -> str:
    """Return a path that holds for `export_link_seconds`."""
    until = int(time.time()) + settings.export_link_seconds
    signed = signature(settings, "export", record.key, record.user_id, until=until)
    return f"/api/v1/exports/{record.key}?reader={record.user_id}&until={until}&signature={signed}"


def is_signed(key: RunKey, reader: UserId, until: int, given: str, settings: Settings) -> bool:
    """Return whether a link was given out here, to this reader, and its time is not over."""
    return is_signature(settings, given, "export", key, reader, until=until)


async def _in_workspace(house: House, record: RunRecord, reader: UserId) -> None:
    try:
        await standing(house, record.workspace_id, reader)
    except NotFoundError as error:
        raise NotFoundError.of("export") from error
