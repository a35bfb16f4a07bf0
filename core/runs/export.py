"""`export`: channels with their messages as JSON lines in a zip, by the workflow `Export`.

Channel after channel is read and kept in parts in the file store, so that a worker that dies is replaced and the next
one goes on behind the last part; then the parts are packed. What can be loaded is deleted after a while.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from parlour.core.chat.channel_state import with_changes
from parlour.core.chat.current import current
from parlour.core.clock import now
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, FileId, RunKey, UserId, WorkspaceId
from parlour.core.model.chat import MESSAGE, REPLY, ChannelKind, Entry
from parlour.core.model.files import FileRecord
from parlour.core.model.people import Person
from parlour.core.model.run_promises import ExportCursor, ExportRequest, ExportStep
from parlour.core.model.runs import Fault, RunState, Subject
from parlour.core.people.rights import require, standing
from parlour.core.runs.kinds import Begun, Checked, RunType, Seen, input_of
from parlour.core.runs.telling import record_seen
from parlour.core.runs.waking import wake
from parlour.core.runs.zipping import zipped
from parlour.core.store.channels import ChannelRecord
from parlour.core.store.runs import RunRecord

PART = ".jsonl"
DELETED_AT_ONCE = 500
STILL_WRITTEN = timedelta(minutes=10)
"""How long a worker that has not heard of it may still write for a run that was ended."""


class ToExport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which channels: `mine`, those that one is in, direct messages included; or all `public` ones of the workspace."""

    channels: Literal["mine", "public"] = "mine"


class Exported(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is in it, and until when it can be loaded by `url`, which its starter alone is told."""

    channels: int
    messages: int
    size_bytes: int
    expires_at: datetime
    url: str | None = None


class ExportedChannel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A channel in an export: a line of `channels.jsonl`; its messages are in `file`."""

    id: ChannelId
    kind: ChannelKind
    name: str
    created_at: datetime
    file: str
    topic: str = ""
    purpose: str = ""
    archived: bool = False


class ExportedAuthor(Struct, frozen=True, kw_only=True):
    """Who wrote a message."""

    id: UserId
    name: str
    handle: str


class ExportedFile(Struct, frozen=True, kw_only=True):
    """A file that a message holds, without its content."""

    id: FileId
    name: str
    size: int
    mime_type: str


class ExportedMessage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message in an export as it is now: a line of its channel's file."""

    id: EntryId
    seq: int
    created_at: datetime
    author: ExportedAuthor
    text: str = ""
    thread_root_id: EntryId | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    pinned: bool = False
    reactions: dict[str, list[UserId]] = {}
    files: list[ExportedFile] = []


async def check(house: House, starter: UserId, workspace_id: WorkspaceId, given: ToExport) -> Checked:
    """Check that the starter may export these channels."""
    if given.channels == "public":
        await require(house, workspace_id, starter, "workspace.change")
    return Checked(given, Subject(kind="workspace", id=workspace_id))


async def begin(house: House, record: RunRecord) -> Begun:
    """Start its workflow."""
    await wake(house, record)
    return Begun(f"export/{record.key}", Seen(state="running", words="Counting the channels."))


async def look(_house: House, _record: RunRecord) -> Seen | None:
    """Return nothing: its activities write down how it stands."""
    return None


async def cancel(house: House, record: RunRecord) -> Seen | None:
    """Read no further, and delete what was kept."""
    return await _ended(house, record, "cancelled", "Stopped; what was read is deleted.")


async def terminate(house: House, record: RunRecord) -> Seen | None:
    """End it at once; the workflow hears of it when it next asks."""
    return await _ended(house, record, "terminated", "Ended by force; what was read is deleted.")


async def retry(_house: House, _record: RunRecord) -> Seen | None:
    """Begin anew."""
    return Seen(state="waiting_to_start", words="To be tried again.")


async def count(house: House, key: RunKey) -> ExportCursor:
    """Return the beginning of an export: how many channels it has."""
    record = await house.runs.get(key)
    found = await _channels(house, record) if record else []
    return ExportCursor(channels=len(found))


async def read_next(house: House, request: ExportRequest, told: Callable[[ExportCursor], None]) -> ExportStep:
    """Read and keep the next parts; return how far that is. `told` hears of each part that is kept."""
    cursor = request.cursor
    for _ in range(request.parts):
        record = await _open(house, request.key)
        if record is None:
            return ExportStep(cursor, over=True)
        left = [channel_id for channel_id in await _channels(house, record) if channel_id > cursor.after]
        if not left:
            return ExportStep(cursor, is_read=True)
        cursor = await _keep_part(house, record, left[0], cursor)
        told(cursor)
    record = await _open(house, request.key)
    if record is not None:
        words = f"Read {cursor.messages} messages of {cursor.channels_done} of {cursor.channels} channels."
        seen = Seen(state="running", words=words, done=cursor.channels_done, total=cursor.channels)
        await record_seen(house, record, seen)
    return ExportStep(cursor, over=record is None)


async def pack(house: House, request: ExportRequest) -> ExportStep:
    """Pack all parts, and let the export be loaded; again packs again."""
    record, cursor = await _open(house, request.key), request.cursor
    if record is None:
        return ExportStep(cursor, is_read=True, over=True)
    keys = [stored.key async for stored in house.objects.listed(_folder(record)) if stored.key.endswith(PART)]
    channels = await _described(house, record)
    await house.objects.put(
        object_key(record), _packed(house, record, channels, keys), media_type="application/zip"
    )
    size = (await house.objects.stat(object_key(record))).size
    expires_at = now() + timedelta(hours=house.settings.export_kept_hours)
    result = Exported(
        channels=len(channels), messages=cursor.messages, size_bytes=size, expires_at=expires_at
    )
    words = f"{cursor.messages} messages of {len(channels)} channels, ready to be loaded."
    seen = Seen(state="done", words=words, done=len(channels), total=len(channels), result=result)
    await record_seen(house, record, seen, release_at=expires_at)
    await house.objects.delete(keys)
    return ExportStep(cursor, is_read=True, over=True)


async def release(house: House, record: RunRecord) -> None:
    """Delete whatever an export keeps in the file store."""
    keys = [stored.key async for stored in house.objects.listed(_folder(record))]
    for start in range(0, len(keys), DELETED_AT_ONCE):
        await house.objects.delete(keys[start : start + DELETED_AT_ONCE])


def object_key(record: RunRecord) -> str:
    """Return where an export lies in the file store."""
    return f"{_folder(record)}export.zip"


def _folder(record: RunRecord) -> str:
    return f"exports/{record.key}/"


async def _open(house: House, key: RunKey) -> RunRecord | None:
    """Return an export that goes on; one whose starter left the workspace does not."""
    record = await house.runs.get(key)
    if record is None or not record.is_open:
        return None
    try:
        await standing(house, record.workspace_id, record.user_id)
    except NotFoundError:
        fault = Fault(code="left", detail="Who started it does not belong to the workspace any more.")
        failed = Seen(state="failed", words=fault.detail, failure=fault)
        await record_seen(house, record, failed, release_at=now() + STILL_WRITTEN)
        return None
    return record


async def _channels(house: House, record: RunRecord) -> list[ChannelId]:
    """Return the channels of an export, in order, as they are its starter's to see now."""
    if input_of(record, ToExport).channels == "mine":
        mine = await house.channels.memberships_of(record.user_id, record.workspace_id)
        return sorted(membership.channel_id for membership in mine)
    return await house.channels.public_ids(record.workspace_id)


async def _described(house: House, record: RunRecord) -> list[ExportedChannel]:
    ids = await _channels(house, record)
    found: Sequence[ChannelRecord] = await with_changes(house, await house.channels.many(ids))
    return [
        ExportedChannel(
            id=channel.id,
            kind=channel.kind,
            name=channel.name,
            created_at=channel.created_at,
            file=_file_name(channel),
            topic=channel.topic,
            purpose=channel.purpose,
            archived=channel.archived_at is not None,
        )
        for channel in sorted(found, key=lambda channel: channel.id)
    ]


def _file_name(channel: ChannelRecord) -> str:
    """Return a name that no other channel has and that leads nowhere."""
    plain = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in channel.name)[:60]
    return f"channels/{plain or channel.kind}-{channel.id}.jsonl"


async def _keep_part(
    house: House, record: RunRecord, channel_id: ChannelId, cursor: ExportCursor
) -> ExportCursor:
    """Keep the next entries of a channel as a part; again keeps the same one."""
    page = house.settings.export_page
    entries = await house.entries.since(channel_id, cursor.seq, limit=page)
    messages = await current(house, [entry for entry in entries if entry.kind in (MESSAGE, REPLY)])
    if messages:
        lines = b"".join(msgspec.json.encode(line) + b"\n" for line in await _lines(house, messages))
        await house.objects.put(f"{_folder(record)}{channel_id}/{cursor.parts:06d}{PART}", lines)
    done = cursor.messages + len(messages)
    if len(entries) < page:
        return ExportCursor(cursor.channels, cursor.channels_done + 1, done, after=channel_id)
    return ExportCursor(
        cursor.channels, cursor.channels_done, done, cursor.after, entries[-1].seq, cursor.parts + 1
    )


async def _lines(house: House, messages: Sequence[Entry]) -> list[ExportedMessage]:
    people = await house.users.people({message.author_id for message in messages})
    ids = [file_id for message in messages for file_id in message.file_ids or []]
    files = await house.files.many(ids) if ids else {}
    return [
        ExportedMessage(
            id=message.id,
            seq=message.seq,
            created_at=message.created_at,
            author=_author(message.author_id, people.get(message.author_id)),
            text="" if message.deleted_at else message.text or "",
            thread_root_id=message.thread_root_id,
            edited_at=message.edited_at,
            deleted_at=message.deleted_at,
            pinned=message.pinned_by is not None,
            reactions=message.reactions,
            files=[_file(files[file_id]) for file_id in message.file_ids or [] if file_id in files],
        )
        for message in messages
    ]


def _author(user_id: UserId, person: Person | None) -> ExportedAuthor:
    return ExportedAuthor(
        id=user_id, name=person.name if person else "", handle=person.handle if person else ""
    )


def _file(record: FileRecord) -> ExportedFile:
    return ExportedFile(id=record.id, name=record.name, size=record.size, mime_type=record.mime_type)


async def _packed(
    house: House, record: RunRecord, channels: Sequence[ExportedChannel], keys: Sequence[str]
) -> AsyncIterator[bytes]:
    """Yield the zip: a list of the channels, and a file for each with messages in it."""
    files = {channel.id: channel.file for channel in channels}
    listed = b"".join(msgspec.json.encode(channel) + b"\n" for channel in channels)
    parts: dict[str, list[str]] = {}
    for key in sorted(keys):
        channel_id = ChannelId(key.removeprefix(_folder(record)).partition("/")[0])
        if channel_id in files:
            parts.setdefault(files[channel_id], []).append(key)

    async def read(key: str) -> AsyncIterator[bytes]:
        async for block in house.objects.stream(key):
            yield block

    async for chunk in zipped({"channels.jsonl": listed}, parts, read):
        yield chunk


async def _ended(house: House, record: RunRecord, state: RunState, words: str) -> Seen:
    await house.runs.change(record, at=now(), states=[record.state], release_at=now() + STILL_WRITTEN)
    return Seen(state=state, words=words)


EXPORT = RunType(
    name="export",
    title="Export channels",
    promises="Puts channels with all their messages, as JSON lines, into a zip file that you may load for a week.",
    may_start="Every member, of the channels they are in; all public channels, whoever may change the workspace.",
    input=ToExport,
    result=Exported,
    subject="workspace",
    workflow="Export",
    scope="messages:read",
    unit="channels",
    is_audited=True,
    check=check,
    begin=begin,
    look=look,
    cancel=cancel,
    terminate=terminate,
    retry=retry,
)
