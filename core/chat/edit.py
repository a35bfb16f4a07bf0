"""Editing and deleting one's messages. What was said before is kept until it is deleted."""

from datetime import datetime, timedelta

from msgspec import Struct

from parlour.core.chat.access import open_message
from parlour.core.chat.change import change, open_for_change
from parlour.core.chat.mentions import resolve
from parlour.core.chat.posting import check_open, moderates
from parlour.core.chat.text import checked_text
from parlour.core.clock import now
from parlour.core.errors import ForbiddenError
from parlour.core.house import House
from parlour.core.ids import EntryId, UserId
from parlour.core.model.chat import Entry


class Version(Struct, frozen=True, kw_only=True):
    """What a message said from `at` on, until its next version."""

    text: str
    at: datetime


async def edit(house: House, editor: UserId, message_id: EntryId, text: str) -> Entry:
    """Replace the text of one's own message.

    Raises:
        NotFoundError: the message is out of the editor's sight.
        ForbiddenError: `not_yours`, or `edit_window_over` (setting `edit_window`).
        ConflictError: `message_deleted`.
        InvalidError: the text cannot be taken.
    """
    message, access = await open_for_change(house, message_id, editor)
    if message.author_id != editor:
        raise ForbiddenError("not_yours", "Only its author edits a message.")
    _check_window(message, house.settings.edit_window)
    longest = house.settings.message_max_length
    text = checked_text(text, longest=longest, may_be_empty=bool(message.file_ids))
    if text == message.text:
        return message
    mentions = await resolve(house, access.workspace_id, text)
    return await change(house, message, access, "message.edited", by=editor, text=text, mentions=mentions)


def _check_window(message: Entry, seconds: float | None) -> None:
    if seconds is None or now() - message.created_at <= timedelta(seconds=seconds):
        return
    limit = f"{seconds / 60:g} minutes" if seconds else "none"
    raise ForbiddenError("edit_window_over", f"The time to edit this message is over (edit_window: {limit}).")


async def delete(house: House, remover: UserId, message_id: EntryId) -> Entry:
    """Delete one's own message, or any as a moderator, and leave a tombstone; again changes nothing.

    Raises:
        NotFoundError: the message is out of the remover's sight.
        ForbiddenError: `not_yours`.
    """
    message, access = await open_message(house, message_id, remover)
    if message.author_id != remover and not await moderates(house, access.workspace_id, remover):
        raise ForbiddenError("not_yours", "Only its author and moderators delete a message.")
    if message.deleted_at:
        return message
    await check_open(house, access)
    # In its author's name and with a fixed client_id, so that of two people who delete it at once one is first.
    return await change(
        house,
        message,
        access,
        "message.deleted",
        by=message.author_id,
        user_id=remover if remover != message.author_id else None,
        client_id=f"deleted:{message.id}",
        thread_root_id=message.thread_root_id,
    )


async def versions(house: House, reader: UserId, message_id: EntryId) -> list[Version]:
    """Return what a message said, oldest first; nothing is left of a deleted one.

    Raises:
        NotFoundError: the message is out of the reader's sight.
    """
    message, _ = await open_message(house, message_id, reader)
    if message.deleted_at:
        return []
    sent, edits = await house.entries.versions(message.id)
    return [Version(text=entry.text or "", at=entry.created_at) for entry in (sent, *edits)]
