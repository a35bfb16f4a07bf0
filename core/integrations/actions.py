"""Pressing the buttons at messages: the message's author hears of it, and everyone sees who pressed what."""

from msgspec import Struct

from parlour.core.chat.change import change, open_for_change
from parlour.core.errors import ForbiddenError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import EntryId, UserId
from parlour.core.integrations import approvals
from parlour.core.integrations.buttons import is_bot
from parlour.core.model.chat import Entry


class Press(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes with pressing a button: a comment, where it answers an approval."""

    comment: str = ""


async def press(house: House, who: UserId, message_id: EntryId, action_id: str, given: Press) -> Entry:
    """Press a button of a message, and return the message as it is then.

    Raises:
        NotFoundError: the message is out of sight, or has no such button (any more).
        ConflictError: `message_deleted`, or of the approval that the button answers.
        ForbiddenError: `channel_archived`, `people_only` (bots press nothing), or `not_asked`.
    """
    message, access = await open_for_change(house, message_id, who)
    if not any(action.id == action_id for action in message.actions or []):
        raise NotFoundError.of("button")
    if await is_bot(house, who):
        raise ForbiddenError("people_only", "Buttons are for people: bots press none.")
    if message.approval is None:
        return await change(house, message, access, "message.acted", by=who, action=action_id)
    answered = approvals.Answered(
        decision="approve" if action_id == "approve" else "reject", comment=given.comment
    )
    await approvals.answer(house, who, message.approval.id, answered)
    return (await open_for_change(house, message_id, who))[0]
