"""Marking what a member has received and read, and telling those who care."""

from parlour.core.chat.access import enter
from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId
from parlour.core.live import Live, channel_topic, packet, user_topic


async def mark_read(house: House, reader: UserId, channel_id: ChannelId, n: int) -> None:
    """Record that a member has read messages up to `n`; others see `channel.seen`."""
    await _mark(house, reader, channel_id, n, read=True)


async def mark_received(house: House, receiver: UserId, channel_id: ChannelId, n: int) -> None:
    """Record that a device of a member holds messages up to `n`; others see `channel.delivered`."""
    await _mark(house, receiver, channel_id, n, read=False)


async def mark_unread(house: House, reader: UserId, channel_id: ChannelId, n: int) -> None:
    """Count message `n` and those behind it as unread again, on all of one's devices; others see no difference.

    Raises:
        NotFoundError: the reader is not a member.
        InvalidError: there is no such message.
    """
    await enter(house, channel_id, reader)
    if not 1 <= n <= (await house.log.tail(channel_id, at_least_n=n)).n:
        raise InvalidError.field("n", "n is the number of a message of this channel.")
    await house.channels.mark_unread(channel_id, reader, n)
    told = packet("channel.unread", {"channel_id": channel_id, "n": n})
    house.live.publish(Live(user_topic(reader), "channel.unread", told, user_id=reader))


async def _mark(house: House, member: UserId, channel_id: ChannelId, n: int, *, read: bool) -> None:
    await enter(house, channel_id, member)
    if n < 0 or n > (await house.log.tail(channel_id, at_least_n=n)).n:
        raise InvalidError.field("n", "n is the number of a message of this channel.")
    await house.marks.raise_to(channel_id, member, received_n=n, read_n=n if read else 0)
    name = "channel.seen" if read else "channel.delivered"
    large = await house.channels.is_larger_than(channel_id, house.settings.seen_fanout_members)
    topic = user_topic(member) if large else channel_topic(channel_id)
    payload = {"channel_id": channel_id, "user_id": member, "n": n}
    house.live.publish(Live(topic, name, packet(name, payload), user_id=member))
