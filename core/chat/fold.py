"""What a later entry makes of a message. The server stores the outcome, and clients come to the same by the same rule.

Each step depends on the message and the entry alone, and an entry that a message already knows changes nothing:
whoever holds an old state and the entries since then holds what a fresh reader gets.
"""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from parlour.core.ids import UserId
from parlour.core.model.actions import Click
from parlour.core.model.chat import Entry, EntryKind

REPLIERS_KEPT = 5
"""People named at a thread's root, the last ones first."""
CLICKS_KEPT = 20
"""Of so many people a message says what they pressed last, the latest first."""

Step = Callable[[Entry, Entry], dict[str, Any]]


def folded(message: Entry, change: Entry) -> Entry:
    """Return a message as it is after `change`, an entry of its channel that concerns it."""
    if change.seq <= message.updated_seq:
        return message
    return replace(message, updated_seq=change.seq, **STEPS[change.kind](message, change))


def folded_all(message: Entry, changes: Iterable[Entry]) -> Entry:
    """Return a message as it is after `changes`, in the log's order."""
    for change in changes:
        message = folded(message, change)
    return message


def _edited(message: Entry, change: Entry) -> dict[str, Any]:
    if message.deleted_at:
        return {}
    buttons = {} if change.actions is None else {"actions": change.actions or None}
    if change.text == message.text:
        return buttons
    said = {"text": change.text, "mentions": change.mentions, "edited_at": change.created_at}
    return {**said, "previews": None, **buttons}


def _deleted(message: Entry, change: Entry) -> dict[str, Any]:
    """Leave a tombstone; at the root of the deleted reply's thread, count one less.

    Of its edits nothing is left, not even when they were: their text is erased, so who folds them later could not tell
    one that changed what was said from one that changed the buttons alone.
    """
    if change.message_id != message.id:
        return {"reply_count": max(0, message.reply_count - 1)}
    return {
        "text": "",
        "mentions": None,
        "edited_at": None,
        "deleted_at": change.created_at,
        "pinned_by": None,
        "reactions": {},
        "previews": None,
        "file_ids": None,
        "actions": None,
        "clicks": [],
        "approval": None,
        "cards": None,
        "shown_as": None,
    }


def _replied(message: Entry, reply: Entry) -> dict[str, Any]:
    others = [user_id for user_id in message.replier_ids if user_id != reply.author_id]
    return {
        "reply_count": message.reply_count + 1,
        "last_reply_at": reply.created_at,
        "replier_ids": [reply.author_id, *others][:REPLIERS_KEPT],
    }


def _unfurled(message: Entry, change: Entry) -> dict[str, Any]:
    """Show what was found behind the message's links, but for links that an edit took away meanwhile."""
    text = message.text or ""
    return {"previews": [p for p in change.previews or [] if p.url in text] or None}


def _acted(message: Entry, change: Entry) -> dict[str, Any]:
    pressed = next((action for action in message.actions or [] if action.id == change.action), None)
    if message.deleted_at or pressed is None:
        return {}
    click = Click(user_id=change.author_id, action=pressed.id, label=pressed.label, at=change.created_at)
    others = [earlier for earlier in message.clicks if earlier.user_id != change.author_id]
    return {"clicks": [click, *others][:CLICKS_KEPT]}


def _approval_changed(message: Entry, change: Entry) -> dict[str, Any]:
    known, told = message.approval, change.approval
    if known is None or told is None or told.version <= known.version:
        return {}
    return {"approval": told}


def _pinned(message: Entry, change: Entry) -> dict[str, Any]:
    return {} if message.deleted_at else {"pinned_by": change.author_id}


def _unpinned(_message: Entry, _change: Entry) -> dict[str, Any]:
    return {"pinned_by": None}


def _reaction_added(message: Entry, change: Entry) -> dict[str, Any]:
    emoji = change.emoji or ""
    who = message.reactions.get(emoji, [])
    if message.deleted_at or change.author_id in who:
        return {}
    return {"reactions": {**message.reactions, emoji: [*who, change.author_id]}}


def _reaction_removed(message: Entry, change: Entry) -> dict[str, Any]:
    emoji = change.emoji or ""
    return {"reactions": _without(message.reactions, emoji, change.author_id)}


def _without(reactions: dict[str, list[UserId]], emoji: str, user_id: UserId) -> dict[str, list[UserId]]:
    left = [who for who in reactions.get(emoji, []) if who != user_id]
    rest = {name: who for name, who in reactions.items() if name != emoji}
    return {**reactions, emoji: left} if left else rest


STEPS: dict[EntryKind, Step] = {
    "message.edited": _edited,
    "message.deleted": _deleted,
    "message.sent": _replied,
    "message.replied": _replied,
    "message.pinned": _pinned,
    "message.unpinned": _unpinned,
    "message.unfurled": _unfurled,
    "message.acted": _acted,
    "approval.changed": _approval_changed,
    "reaction.added": _reaction_added,
    "reaction.removed": _reaction_removed,
}
"""The kinds of entries that concern a message. A message in the timeline concerns its thread's root."""
