"""Files of a message: checked when it is composed, and bound to it before it is in the log.

Before, so that nobody reads a message whose files they may not load. A binding whose message never came gives sight of
nothing (`core.files.sight`), and the sweep takes it away.
"""

from collections.abc import Sequence

from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.files.sight import seen_of
from parlour.core.house import House
from parlour.core.ids import FileId, UserId
from parlour.core.model.chat import Access, Entry
from parlour.core.model.files import FileRecord, Use

REFUSED = {
    "uploading": ("file_uploading", "The upload of this file is not finished."),
    "quarantined": ("file_quarantined", "This file is in quarantine."),
    "failed": ("file_failed", "This file could not be taken."),
}


async def check_files(house: House, sender: UserId, access: Access, file_ids: Sequence[FileId]) -> None:
    """Check that a sender may put files into a message.

    Raises:
        InvalidError: `too_many_files` (setting `files_per_message`), or one of them twice.
        NotFoundError: a file is out of the sender's sight, or of another workspace.
        ConflictError: `file_uploading`, `file_quarantined` or `file_failed`.
    """
    if len(file_ids) > (most := house.settings.files_per_message):
        raise InvalidError.field(
            "file_ids", f"A message has at most {most} files (files_per_message).", "too_many_files"
        )
    if len(set(file_ids)) < len(file_ids):
        raise InvalidError.field("file_ids", "A message holds a file once.")
    found = await house.files.many(file_ids)
    here = [record for record in found.values() if record.workspace_id == access.workspace_id]
    if len(await seen_of(house, here, sender)) < len(file_ids):
        raise NotFoundError.of("file")
    for record in here:
        _check_state(record)


def _check_state(record: FileRecord) -> None:
    if refused := REFUSED.get(record.state):
        code, detail = refused
        raise ConflictError(code, detail)


async def bind_files(house: House, message: Entry) -> None:
    """Bind a message's files to it; call before it is appended."""
    if message.file_ids:
        use = Use(message_id=message.id, channel_id=message.channel_id)
        await house.files.hold(message.file_ids, use)
