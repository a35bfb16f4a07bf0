"""Editing and deleting one's messages. What was said before is kept until it is deleted."""

from datetime import datetime, timedelta

from msgspec import Struct

from parlour.core.chat.access import open_message
from parlour.core.chat.change import change, open_for_change
from parlour.core.chat.mentions import resolve
from parlour.core.chat.posting import check_open
from parlour.core.chat.text import checked_text
from parlour.core.clock import now
from parlour.core.errors import ConflictError, ForbiddenError
from parlour.core.house import House
from parlour.core.ids import EntryId, UserId
from parlour.core.integrations.buttons import check_actions, is_bot
from parlour.core.model.actions import MessageAction
from parlour.core.model.chat import Access, Entry
from parlour.core.people.rights import may


class Version(Struct, frozen=True, kw_only=True):
    """What a message said from `at` on, until its next version."""

    text: str
    at: datetime


async def edit(
    house: House,
    editor: UserId,
    message_id: EntryId,
    text: str,
    *,
    actions: list[MessageAction] | None = None,
) -> Entry:
    """Replace the text of one's own message, and of a bot's its buttons, too, if it says so; it may at any time.

    Raises:
        NotFoundError: the message is out of the editor's sight.
        ForbiddenError: `not_yours`, or `edit_window_over` (setting `edit_window`).
        ConflictError: `message_deleted`, or `approval_fixed`: what is approved stays as it was asked.
        InvalidError: the text or a button cannot be taken.
    """
    message, access = await open_for_change(house, message_id, editor)
    if message.author_id != editor:
        raise ForbiddenError("not_yours", "Only its author edits a message.")
    if message.approval:
        raise ConflictError(
            "approval_fixed", "What is asked for cannot be changed: withdraw it, and ask anew."
        )
    if actions:
        await check_actions(house, editor, actions)
    await _check_window(house, message)
    longest = house.settings.message_max_length
    text = checked_text(text, longest=longest, may_be_empty=bool(message.file_ids))
    if text == message.text and actions in (None, message.actions or []):
        return message
    mentions = await resolve(house, access.workspace_id, text, by=editor)
    return await change(
        house, message, access, "message.edited", by=editor, text=text, mentions=mentions, actions=actions
    )


async def _check_window(house: House, message: Entry) -> None:
    seconds = house.settings.edit_window
    if seconds is None or now() - message.created_at <= timedelta(seconds=seconds):
        return
    if await is_bot(house, message.author_id):
        return
    limit = f"{seconds / 60:g} minutes" if seconds else "none"
    raise ForbiddenError("edit_window_over", f"The time to edit this message is over (edit_window: {limit}).")


async def delete(house: House, remover: UserId, message_id: EntryId) -> Entry:
    """Delete one's own message, or any as a moderator, and leave a tombstone; again changes nothing.

    Raises:
        NotFoundError: the message is out of the remover's sight.
        ForbiddenError: `not_yours`.
        ConflictError: `approval_open`.
    """
    message, access = await open_message(house, message_id, remover)
    if message.author_id != remover and not await may(
        house, access.workspace_id, remover, "message.delete_any"
    ):
        raise ForbiddenError("not_yours", "Only its author and moderators delete a message.")
    if message.deleted_at:
        return message
    if message.approval and message.approval.state == "open":
        raise ConflictError("approval_open", "This still waits for answers: withdraw the approval first.")
    await check_open(house, access)
    if message.author_id != remover:
        await _note_moderated(house, access, remover, message)
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


async def _note_moderated(house: House, access: Access, remover: UserId, message: Entry) -> None:
    names = await house.users.names([message.author_id])
    words = f"A message of {names.get(message.author_id, 'someone')}."
    once = f"deleted/{message.id}/{remover}"
    await house.audit.note(access.workspace_id, remover, "message.deleted", message.id, words, once=once)


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
