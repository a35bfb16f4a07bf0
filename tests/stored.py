"""Files as they are once the intake is done with them, put there without it."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ContentId, FileId, UserId, WorkspaceId, new_id
from parlour.core.model.files import Content, FileKind, FileRecord, Rendition, Verdict
from tests.person import Person

CLEAN = Verdict(result="clean", at=now())


async def store_file(
    house: House,
    person: Person,
    data: bytes,
    *,
    name: str = "notes.txt",
    mime_type: str = "text/plain",
    kind: FileKind = "text",
    thumb: bytes | None = None,
    **changed: Any,
) -> FileRecord:
    """Store a clean file that is ready; `changed` are other fields of its record."""
    content = await store_content(house, person, data, mime_type=mime_type, kind=kind, thumb=thumb)
    at = now()
    record = FileRecord(
        id=FileId(new_id()),
        workspace_id=WorkspaceId(person.workspace["id"]),
        uploader_id=UserId(person.id),
        name=name,
        size=len(data),
        state="ready",
        created_at=at,
        updated_at=at,
        mime_type=content.mime_type,
        kind=content.kind,
        content_id=content.id,
    )
    record = replace(record, **changed)
    await house.files.add(record)
    return record


async def store_content(
    house: House,
    person: Person,
    data: bytes,
    *,
    mime_type: str = "text/plain",
    kind: FileKind = "text",
    thumb: bytes | None = None,
) -> Content:
    """Store a content that was scanned, or return the one that the workspace has; it was wanted a while ago."""
    key = f"content/{uuid4().hex}"
    await house.objects.put(key, data)
    renditions = [await _thumb(house, thumb)] if thumb is not None else []
    content = await house.contents.add(
        Content(
            id=ContentId(new_id()),
            workspace_id=WorkspaceId(person.workspace["id"]),
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            key=key,
            mime_type=mime_type,
            kind=kind,
            created_at=now(),
            verdict=CLEAN,
            processed=True,
            renditions=renditions,
        )
    )
    if content.key != key:
        await house.objects.delete([key])
    await house.contents.change(content.id, wanted_at=now() - timedelta(hours=1))
    return content


async def _thumb(house: House, data: bytes) -> Rendition:
    key = f"previews/{uuid4().hex}"
    await house.objects.put(key, data)
    return Rendition(name="thumb", key=key, media_type="image/webp", size=len(data), width=40, height=30)
