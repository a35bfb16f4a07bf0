"""Messages as they are now: what is stored, and what the log says since.

`ChannelDelivery` stores the outcome of edits, reactions and the like behind the log. Readers fold in what it has not
stored yet, so that nobody sees a message older than the log, however far behind the promise is.
"""

from collections.abc import Sequence

from parlour.core.chat.fold import folded
from parlour.core.house import House
from parlour.core.model.chat import Entry


async def current(house: House, messages: Sequence[Entry]) -> list[Entry]:
    """Return messages with every later entry of the log applied, in the order given."""
    now = {message.id: message for message in messages}
    for change in await house.entries.since_state(messages):
        for message_id in (change.message_id, change.thread_root_id):
            if message_id in now:
                now[message_id] = folded(now[message_id], change)
    return [now[message.id] for message in messages]


async def current_one(house: House, message: Entry) -> Entry:
    """Return one message with every later entry of the log applied."""
    return (await current(house, [message]))[0]
