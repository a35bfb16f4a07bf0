"""What was said around a message that was found."""

from parlour.core.chat import channel_state
from parlour.core.chat.current import current
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import EntryId, UserId
from parlour.core.model.chat import MESSAGE, REPLY, Entry
from parlour.core.model.search import Context
from parlour.core.search.sight import Sight


async def context(house: House, reader: UserId, message_id: EntryId, *, limit: int) -> Context:
    """Return a message with at most `limit` before and after it, for whoever a search would show it to.

    Raises:
        NotFoundError: it does not exist, was deleted, or lies in a channel out of the reader's sight.
    """
    message = await _open(house, reader, message_id)
    around = await (_in_thread if message.kind == REPLY else _in_channel)(house, message, limit)
    now = await current(house, around)
    if any(found.id == message_id and found.deleted_at for found in now):
        raise NotFoundError.of("message")
    return Context(now, message_id)


async def _open(house: House, reader: UserId, message_id: EntryId) -> Entry:
    message = await house.entries.get(message_id)
    if message is None or message.kind not in (MESSAGE, REPLY):
        raise NotFoundError.of("message")
    record = await channel_state.current(house, message.channel_id)
    is_mine = await house.channels.access(record.id, reader) is not None
    place = await house.workspaces.standing(record.workspace_id, reader)
    sight = Sight(reader, record.workspace_id, [record] if is_mine else [], place.rights if place else ())
    if place is None or not sight.sees(record):
        raise NotFoundError.of("message")
    return message


async def _in_channel(house: House, message: Entry, limit: int) -> list[Entry]:
    before = await house.entries.messages(message.channel_id, before_n=message.n, after_n=None, limit=limit)
    after = await house.entries.messages(message.channel_id, before_n=None, after_n=message.n, limit=limit)
    return [*before, message, *after]


async def _in_thread(house: House, message: Entry, limit: int) -> list[Entry]:
    root = message.thread_root_id or message.id
    before = await house.entries.replies(root, before_seq=message.seq, after_seq=None, limit=limit)
    after = await house.entries.replies(root, before_seq=None, after_seq=message.seq, limit=limit)
    first = [] if len(before) >= limit else list((await house.entries.many([root])).values())
    return [*first, *before, message, *after]
