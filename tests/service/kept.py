"""Files and their contents as the store holds them, made without an upload."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import msgspec

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ContentId, FileId, UserId, WorkspaceId, new_id
from parlour.core.model.files import Content, FileRecord, Verdict, VerdictResult
from tests.person import Person

# In two parts, so that no scanner finds it in this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LONG_AGO = timedelta(days=30)


def verdict(result: VerdictResult = "clean", *, found: str = "", signatures: str = "older") -> Verdict:
    return Verdict(result=result, at=now(), scanner="ClamAV 1.0.0", signatures=signatures, found=found)


async def a_content(
    house: House, person: Person, data: bytes, said: Verdict | None = None, **fields: Any
) -> Content:
    """Store bytes, and what is known of them."""
    said = said or verdict()
    quarantined = said.result != "clean"
    folder = "quarantine" if quarantined else "content"
    content = Content(
        id=ContentId(new_id()),
        workspace_id=WorkspaceId(person.workspace["id"]),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        key=f"{folder}/{new_id().replace('-', '')}",
        mime_type="text/plain",
        kind="text",
        created_at=now(),
        verdict=said,
        quarantined=quarantined,
        processed=not quarantined,
    )
    content = msgspec.structs.replace(content, **fields)
    await house.objects.put(content.key, data)
    return await house.contents.add(content)


async def a_file(
    house: House, person: Person, content: Content | None, *, name: str = "notes.txt", **fields: Any
) -> FileRecord:
    """Store a file of a content."""
    record = FileRecord(
        id=FileId(new_id()),
        workspace_id=WorkspaceId(person.workspace["id"]),
        uploader_id=UserId(person.id),
        name=name,
        size=content.size if content else 0,
        state="quarantined" if content and content.quarantined else "ready",
        created_at=now(),
        updated_at=now(),
        mime_type="text/plain",
        kind="text",
        content_id=content.id if content else None,
    )
    record = msgspec.structs.replace(record, **fields)
    await house.files.add(record)
    return record


async def age(house: House, *, files: list[FileRecord], contents: list[Content]) -> datetime:
    """Make records a month old."""
    then = now() - LONG_AGO
    for record in files:
        await house.database.files.update_one(
            {"_id": record.id}, {"$set": {"created_at": then, "updated_at": then}}
        )
    for content in contents:
        await house.database.contents.update_one(
            {"_id": content.id}, {"$set": {"created_at": then, "wanted_at": then}}
        )
    return then
