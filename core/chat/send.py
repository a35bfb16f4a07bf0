"""Sending a message: may you, is it text, into the log; acknowledged once it is journaled on a majority."""

import re

from parlour.core.chat.access import enter
from parlour.core.chat.text import checked_text
from parlour.core.clock import now
from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId, new_id
from parlour.core.model.chat import MESSAGE, Access, Entry
from parlour.core.store.channel_log import Appended, Origin
from parlour.core.telemetry import correlation_id

CLIENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


async def send(
    house: House, sender: UserId, channel_id: ChannelId, text: str, client_id: str | None
) -> Appended:
    """Send `text` into a channel; the same `client_id` again returns the first message.

    Raises:
        NotFoundError: the sender is not a member.
        InvalidError: the text or `client_id` cannot be taken.
        UnavailableError: MongoDB did not confirm; nothing is promised.
    """
    access = await enter(house, channel_id, sender)
    draft, origin = compose(house, sender, access, text, client_id)
    return await house.log.append(draft, origin)


def compose(
    house: House, sender: UserId, access: Access, text: str, client_id: str | None
) -> tuple[Entry, Origin]:
    """Return a message ready for the log, by a sender whose access was just checked.

    Raises:
        InvalidError: the text or `client_id` cannot be taken.
    """
    text = checked_text(text, longest=house.settings.message_max_length)
    if client_id is not None and not CLIENT_ID.fullmatch(client_id):
        raise InvalidError.field("client_id", "A client_id has 1 to 64 letters, digits or . _ : -")
    message_id = EntryId(new_id())
    draft = Entry(
        id=message_id,
        channel_id=access.channel_id,
        seq=0,
        n=0,
        kind=MESSAGE,
        author_id=sender,
        created_at=now(),
        client_id=client_id or message_id,
        text=text,
    )
    return draft, Origin(access.workspace_id, correlation_id.get() or client_id or message_id)
