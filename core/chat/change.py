"""Changing a message: an entry of its channel's log, which every edge reports as the message it leads to."""

from typing import Any

from parlour.core.chat.access import open_message
from parlour.core.chat.fold import folded
from parlour.core.chat.posting import check_open
from parlour.core.clock import now
from parlour.core.errors import ConflictError
from parlour.core.house import House
from parlour.core.ids import EntryId, UserId, new_id
from parlour.core.model.chat import Access, Entry, EntryKind
from parlour.core.store.channel_log import Origin
from parlour.core.telemetry import correlation_id


async def open_for_change(house: House, message_id: EntryId, user_id: UserId) -> tuple[Entry, Access]:
    """Return a message that a member may react to, as it is now.

    Raises:
        NotFoundError: it does not exist, or they are not in its channel.
        ConflictError: `message_deleted`.
        ForbiddenError: `channel_archived`.
    """
    message, access = await open_message(house, message_id, user_id)
    if message.deleted_at:
        raise ConflictError("message_deleted", "This message was deleted.")
    await check_open(house, access)
    return message, access


async def change(
    house: House, message: Entry, access: Access, kind: EntryKind, *, by: UserId, **fields: Any
) -> Entry:
    """Append an entry of `kind` that concerns a message, and return the message as it is then.

    Raises:
        UnavailableError: MongoDB did not confirm; nothing is promised.
    """
    entry_id = EntryId(new_id())
    given: dict[str, Any] = {"client_id": entry_id} | fields
    draft = Entry(
        id=entry_id,
        channel_id=message.channel_id,
        seq=0,
        n=0,
        kind=kind,
        author_id=by,
        created_at=now(),
        message_id=message.id,
        **given,
    )
    origin = Origin(access.workspace_id, correlation_id.get() or entry_id)
    appended = await house.log.append(draft, origin)
    return folded(message, appended.entry)
