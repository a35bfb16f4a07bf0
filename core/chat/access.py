"""Access by scope: a channel is reached through a membership, so "not yours" and "not there" are one answer."""

from parlour.core.chat.current import current_one
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId
from parlour.core.model.chat import MESSAGE, REPLY, Access, Entry


async def enter(house: House, channel_id: ChannelId, user_id: UserId) -> Access:
    """Return what a member's access to a channel opens.

    Raises:
        NotFoundError: the channel does not exist, or they are not a member.
    """
    access = await house.access.get(channel_id, user_id)
    if access is None:
        raise NotFoundError.of("channel")
    return access


async def open_message(house: House, message_id: EntryId, user_id: UserId) -> tuple[Entry, Access]:
    """Return a message as it is now, through its channel.

    Raises:
        NotFoundError: it does not exist, or lies in a channel they are not a member of.
    """
    entry = await house.entries.get(message_id)
    if entry is None or entry.kind not in (MESSAGE, REPLY):
        raise NotFoundError.of("message")
    access = await house.access.get(entry.channel_id, user_id)
    if access is None:
        raise NotFoundError.of("message")
    return await current_one(house, entry), access
