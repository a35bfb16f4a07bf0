"""Messages that something of one's own refers to, as they are now: deleted ones and those out of sight are absent."""

from collections.abc import Iterable

from parlour.core.chat.current import current
from parlour.core.house import House
from parlour.core.ids import EntryId, UserId
from parlour.core.model.chat import MESSAGE, REPLY, Entry


async def visible(house: House, reader: UserId, message_ids: Iterable[EntryId]) -> dict[EntryId, Entry]:
    """Return those of some messages that a person may see and that are still there."""
    wanted = list(dict.fromkeys(message_ids))
    if not wanted:
        return {}
    stored = (await house.entries.many(wanted)).values()
    mine = {m.channel_id for m in await house.channels.memberships_of(reader)}
    seen = [m for m in stored if m.channel_id in mine and m.kind in (MESSAGE, REPLY)]
    return {message.id: message for message in await current(house, seen) if not message.deleted_at}
