"""The welcome bot of a workspace: an account named Parlour that says hello, leads through first steps, and reports."""

from collections.abc import Sequence

from parlour.core.chat.create import create as create_channel
from parlour.core.chat.current import current_one
from parlour.core.chat.edit import edit
from parlour.core.chat.send import Draft, send
from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.model.actions import MessageAction
from parlour.core.model.people import Person, User
from parlour.core.people.newcomers import tell_joined

NAME = "Parlour"


async def ensure_bot(house: House, workspace_id: WorkspaceId, bot_id: UserId, owner_id: UserId) -> None:
    """Make a workspace's bot and its membership, unless they are there, and tell its members."""
    handle = f"parlour-{bot_id[-8:]}"
    if await house.users.by_id(bot_id) is None:
        bot = User(id=bot_id, name=NAME, handle=handle, email="", created_at=now(), kind="bot")
        await house.users.add_bot(bot, owner_id=owner_id)
    await house.workspaces.add_member(workspace_id, bot_id, "bot", now())
    tell_joined(house, workspace_id, Person(bot_id, NAME, handle, kind="bot"))


async def conversation(house: House, workspace_id: WorkspaceId, bot_id: UserId, user_id: UserId) -> ChannelId:
    """Return the conversation of a bot with somebody of its workspace, a new one if there is none."""
    channel, _ = await create_channel(house, bot_id, workspace_id, name="", kind="direct", user_ids=[user_id])
    return channel.id


async def say(
    house: House,
    bot_id: UserId,
    channel_id: ChannelId,
    text: str,
    *,
    once: str,
    buttons: Sequence[MessageAction] = (),
) -> None:
    """Say something as the bot; of what it says for the same `once` in a channel, only the first is said."""
    await send(house, bot_id, channel_id, Draft(text=text, client_id=once, actions=list(buttons)))


async def change_buttons(
    house: House, bot_id: UserId, channel_id: ChannelId, once: str, buttons: Sequence[MessageAction]
) -> bool:
    """Give what was said for `once` other buttons; return whether it was said at all. Again changes nothing."""
    said = await house.entries.by_client_id(channel_id, bot_id, once)
    if said is None:
        return False
    message = await current_one(house, said)
    if not message.deleted_at:
        await edit(house, bot_id, message.id, message.text or "", actions=list(buttons))
    return True
