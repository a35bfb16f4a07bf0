"""Pins: messages that a channel keeps at hand."""

from parlour.core.chat.access import enter
from parlour.core.chat.change import change, open_for_change
from parlour.core.chat.current import current
from parlour.core.errors import ConflictError
from parlour.core.house import House
from parlour.core.ids import ChannelId, EntryId, UserId
from parlour.core.model.chat import Entry


async def pin(house: House, who: UserId, message_id: EntryId) -> Entry:
    """Pin a message to its channel; again changes nothing.

    Raises:
        NotFoundError: the message is out of sight.
        ConflictError: `too_many_pins` (setting `pins_per_channel`), or `message_deleted`.
    """
    message, access = await open_for_change(house, message_id, who)
    if message.pinned_by:
        return message
    most = house.settings.pins_per_channel
    if len(await _pinned(house, message.channel_id)) >= most:
        raise ConflictError("too_many_pins", f"A channel has at most {most} pins (pins_per_channel).")
    return await change(house, message, access, "message.pinned", by=who)


async def unpin(house: House, who: UserId, message_id: EntryId) -> Entry:
    """Take a pin off; nothing if there is none."""
    message, access = await open_for_change(house, message_id, who)
    if not message.pinned_by:
        return message
    return await change(house, message, access, "message.unpinned", by=who)


async def pins(house: House, reader: UserId, channel_id: ChannelId) -> list[Entry]:
    """Return a channel's pinned messages, the last sent first.

    Raises:
        NotFoundError: the reader is not a member.
    """
    await enter(house, channel_id, reader)
    return await _pinned(house, channel_id)


async def _pinned(house: House, channel_id: ChannelId) -> list[Entry]:
    """Return what is stored as pinned, and what was pinned or unpinned since."""
    settled = await house.deliveries.settled(channel_id)
    found = await house.entries.pinned(channel_id, after_seq=settled.settled_seq)
    return [message for message in await current(house, found) if message.pinned_by]
