"""Changing messages: editing, deleting, reacting, pinning. Acknowledged with the message as it is then."""

from typing import TYPE_CHECKING

from msgspec import Struct

from parlour.core.chat import edit as edits
from parlour.core.chat import pins, reactions
from parlour.core.ids import EntryId
from parlour.core.integrations import actions as buttons
from parlour.core.model.actions import MessageAction
from parlour.socket.connections import Connection
from parlour.socket.requests import Events, ok

if TYPE_CHECKING:
    from parlour.socket.gateway import Gateway

events = Events("messages")


class OneMessage(Struct, frozen=True, forbid_unknown_fields=True):
    """Which message."""

    message_id: EntryId


class NewText(Struct, frozen=True, forbid_unknown_fields=True):
    """What a message shall say."""

    message_id: EntryId
    text: str
    actions: list[MessageAction] | None = None


class Press(Struct, frozen=True, forbid_unknown_fields=True):
    """Which button of which message; a comment where it answers an approval."""

    message_id: EntryId
    action: str
    comment: str = ""


class Reaction(Struct, frozen=True, forbid_unknown_fields=True):
    """Which emoji at which message."""

    message_id: EntryId
    emoji: str


@events.on("message.edit", NewText, who="reader")
async def edit(gateway: "Gateway", connection: Connection, wanted: NewText) -> bytes:
    """Replace the text of the caller's message."""
    message = await edits.edit(
        gateway.house, connection.user_id, wanted.message_id, wanted.text, actions=wanted.actions
    )
    return ok(message=message)


@events.on("message.delete", OneMessage, who="reader", others="message.delete_any")
async def delete(gateway: "Gateway", connection: Connection, wanted: OneMessage) -> bytes:
    """Delete the caller's message, or any as a moderator."""
    return ok(message=await edits.delete(gateway.house, connection.user_id, wanted.message_id))


@events.on("message.act", Press, who="reader", needs="message.send")
async def act(gateway: "Gateway", connection: Connection, wanted: Press) -> bytes:
    """Press a button of a message."""
    given = buttons.Press(comment=wanted.comment)
    message = await buttons.press(gateway.house, connection.user_id, wanted.message_id, wanted.action, given)
    return ok(message=message)


@events.on("message.pin", OneMessage, who="reader")
async def pin(gateway: "Gateway", connection: Connection, wanted: OneMessage) -> bytes:
    """Pin a message to its channel."""
    return ok(message=await pins.pin(gateway.house, connection.user_id, wanted.message_id))


@events.on("message.unpin", OneMessage, who="reader")
async def unpin(gateway: "Gateway", connection: Connection, wanted: OneMessage) -> bytes:
    """Take a message's pin off."""
    return ok(message=await pins.unpin(gateway.house, connection.user_id, wanted.message_id))


@events.on("reaction.add", Reaction, who="reader")
async def react(gateway: "Gateway", connection: Connection, wanted: Reaction) -> bytes:
    """React to a message."""
    message = await reactions.react(gateway.house, connection.user_id, wanted.message_id, wanted.emoji)
    return ok(message=message)


@events.on("reaction.remove", Reaction, who="reader")
async def unreact(gateway: "Gateway", connection: Connection, wanted: Reaction) -> bytes:
    """Take the caller's reaction back."""
    message = await reactions.unreact(gateway.house, connection.user_id, wanted.message_id, wanted.emoji)
    return ok(message=message)
