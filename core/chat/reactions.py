"""Reactions: a member and an emoji at a message, at most once each."""

from parlour.core.chat.change import change, open_for_change
from parlour.core.emoji.names import checked_emoji
from parlour.core.errors import ConflictError
from parlour.core.house import House
from parlour.core.ids import EntryId, UserId
from parlour.core.model.chat import Entry


async def react(house: House, who: UserId, message_id: EntryId, emoji: str) -> Entry:
    """Add a reaction; adding it again changes nothing.

    Raises:
        NotFoundError: the message is out of sight.
        InvalidError: `not_an_emoji`.
        ConflictError: `too_many_reactions` (settings `reactions_distinct` and `reactions_per_message`).
    """
    message, access = await open_for_change(house, message_id, who)
    emoji = await checked_emoji(house, access.workspace_id, emoji)
    if who in message.reactions.get(emoji, ()):
        return message
    _room_for(message, emoji, house)
    return await change(house, message, access, "reaction.added", by=who, emoji=emoji)


async def unreact(house: House, who: UserId, message_id: EntryId, emoji: str) -> Entry:
    """Take one's reaction back; nothing if there is none."""
    message, access = await open_for_change(house, message_id, who)
    if who not in message.reactions.get(emoji, ()):
        return message
    return await change(house, message, access, "reaction.removed", by=who, emoji=emoji)


def _room_for(message: Entry, emoji: str, house: House) -> None:
    distinct, total = house.settings.reactions_distinct, house.settings.reactions_per_message
    if emoji not in message.reactions and len(message.reactions) >= distinct:
        raise ConflictError(
            "too_many_reactions",
            f"A message has at most {distinct} different reactions (reactions_distinct).",
        )
    if sum(map(len, message.reactions.values())) >= total:
        raise ConflictError(
            "too_many_reactions", f"A message has at most {total} reactions (reactions_per_message)."
        )
