"""Which buttons a message may have, and whose messages may have any: those of bots."""

import re
from collections.abc import Sequence

from parlour.core.errors import ForbiddenError, InvalidError
from parlour.core.house import House
from parlour.core.ids import UserId
from parlour.core.model.actions import MessageAction
from parlour.core.people.names import checked_line

ACTION_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


async def is_bot(house: House, user_id: UserId) -> bool:
    """Return whether an account is a bot's."""
    found = await house.users.people([user_id])
    return user_id in found and found[user_id].kind == "bot"


async def check_actions(house: House, author: UserId, actions: Sequence[MessageAction]) -> None:
    """Check the buttons that a message is to have.

    Raises:
        ForbiddenError: `bots_only`: its author is no bot.
        InvalidError: there are too many (setting `message_actions_max`), two of one id, or words that are too long.
    """
    settings = house.settings
    if not await is_bot(house, author):
        raise ForbiddenError("bots_only", "Only messages of bots, and approvals, have buttons.")
    if len(actions) > settings.message_actions_max:
        raise _wrong(f"A message has at most {settings.message_actions_max} buttons (message_actions_max).")
    if len({action.id for action in actions}) < len(actions):
        raise _wrong("Each button needs an id of its own.")
    for action in actions:
        _check(action, settings.action_label_max_length, settings.action_confirm_max_length)


def _check(action: MessageAction, longest_label: int, longest_confirm: int) -> None:
    if not ACTION_ID.fullmatch(action.id):
        raise _wrong("A button's id has 1 to 64 letters, digits or . _ : -")
    checked_line(action.label, field="actions", longest=longest_label, limit="action_label_max_length")
    checked_line(action.confirm, field="actions", longest=longest_confirm, limit="action_confirm_max_length")
    if len(action.label) > longest_label or len(action.confirm) > longest_confirm:
        raise _wrong(f"Labels have at most {longest_label} characters, questions {longest_confirm}.")
    if not action.label.strip():
        raise _wrong("A button says what it does: its label is empty.")


def _wrong(detail: str) -> InvalidError:
    return InvalidError.field("actions", detail)
