"""Marking what a member has received and read, and telling those who care."""

from parlour.core.chat.access import enter
from parlour.core.errors import InvalidError
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId
from parlour.core.live import Live, channel_topic, packet, user_topic


async def mark_read(house: House, reader: UserId, channel_id: ChannelId, n: int) -> None:
    """Record that a member has read messages up to `n`; others see `channel.seen`, unless their workspace hides it."""
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
    access = await enter(house, channel_id, member)
    if n < 0 or n > (await house.log.tail(channel_id, at_least_n=n)).n:
        raise InvalidError.field("n", "n is the number of a message of this channel.")
    hides = read and not await house.workspaces.shows_seen(access.workspace_id)
    arrives = hides and await _is_news(house, channel_id, member, n)
    await house.marks.raise_to(channel_id, member, received_n=n, read_n=n if read else 0)
    large = await house.channels.is_larger_than(channel_id, house.settings.seen_fanout_members)
    everyone = user_topic(member) if large else channel_topic(channel_id)
    if arrives:
        _tell(house, everyone, "channel.delivered", channel_id, member, n)
    name = "channel.seen" if read else "channel.delivered"
    _tell(house, user_topic(member) if hides else everyone, name, channel_id, member, n)


async def _is_news(house: House, channel_id: ChannelId, member: UserId, n: int) -> bool:
    """Return whether message `n` just reached its reader: told again as they read, it would give that away."""
    place = await house.channels.membership(channel_id, member)
    return place is not None and place.received_n < n


def _tell(house: House, topic: str, name: str, channel_id: ChannelId, member: UserId, n: int) -> None:
    payload = {"channel_id": channel_id, "user_id": member, "n": n}
    house.live.publish(Live(topic, name, packet(name, payload), user_id=member))
