"""Who may see a file: who uploaded it, and who may read a message that holds it."""

import asyncio
from collections.abc import Iterable, Sequence

from parlour.core.chat.current import current
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, FileId, UserId
from parlour.core.model.files import FileRecord, Use


async def open_file(house: House, file_id: FileId, reader: UserId) -> FileRecord:
    """Return a file through a message that its reader may see, or as its uploader.

    Raises:
        NotFoundError: it does not exist, was deleted, or is out of their sight.
    """
    found = await house.files.get(file_id)
    if found is None or not await seen_of(house, [found], reader):
        raise NotFoundError.of("file")
    return found


async def seen_of(house: House, records: Sequence[FileRecord], reader: UserId) -> list[FileRecord]:
    """Return those of several files that someone may see."""
    uses = await uses_seen(house, records, reader)
    return [
        record
        for record in records
        if record.state != "deleted" and (uses[record.id] or await _is_own(house, record, reader))
    ]


async def uses_seen(house: House, records: Sequence[FileRecord], reader: UserId) -> dict[FileId, list[Use]]:
    """Return of each file the messages that hold it and that someone may read, in the order in which they came."""
    open_to = await _open_to(house, {use.channel_id for record in records for use in record.uses}, reader)
    through = {record.id: [use for use in record.uses if use.channel_id in open_to] for record in records}
    living = await _living(house, [use for uses in through.values() for use in uses])
    return {file_id: [use for use in uses if use in living] for file_id, uses in through.items()}


async def _is_own(house: House, record: FileRecord, reader: UserId) -> bool:
    """Whether they uploaded it and are still in the workspace."""
    return (
        record.uploader_id == reader and await house.workspaces.role(record.workspace_id, reader) is not None
    )


async def _open_to(house: House, channel_ids: set[ChannelId], reader: UserId) -> set[ChannelId]:
    """Return those of several channels that someone is in."""
    asked = list(channel_ids)
    found = await asyncio.gather(*(house.access.get(channel_id, reader) for channel_id in asked))
    return {channel_id for channel_id, access in zip(asked, found, strict=True) if access}


async def _living(house: House, uses: Iterable[Use]) -> set[Use]:
    """Return those whose message is in the log and not deleted: a use is written before its message."""
    wanted = {use.message_id: use for use in uses}
    if not wanted:
        return set()
    messages = await current(house, list((await house.entries.many(list(wanted))).values()))
    return {wanted[message.id] for message in messages if not message.deleted_at}
