"""Commands that say something."""

from parlour.core.chat.called_people import called_people
from parlour.core.chat.command_registry import Called, Commands, Outcome
from parlour.core.chat.create import create
from parlour.core.chat.send import Draft, send
from parlour.core.errors import InvalidError
from parlour.core.model.chat import Style

commands = Commands()
SHRUG = "¯\\_(ツ)_/¯"


@commands.add("me", "what you do", "Say what you do: /me waves")
async def me(called: Called) -> Outcome:
    """Send an action."""
    return await _say(called, called.words, style="me")


@commands.add("shrug", "[text]", f"Send your text with {SHRUG} behind it")
async def shrug(called: Called) -> Outcome:
    """Send a shrug."""
    return await _say(called, f"{called.words} {SHRUG}".strip())


@commands.add("msg", "@person text", "Write to someone directly")
async def msg(called: Called) -> Outcome:
    """Send a direct message, and go there."""
    handle, _, text = called.words.partition(" ")
    [person, *others] = await called_people(called, handle)
    if others or not text.strip():
        raise InvalidError.field("text", "Write it so: /msg @person text")
    channel, _ = await create(
        called.house, called.user_id, called.workspace_id, name="", kind="direct", user_ids=[person]
    )
    sent = await send(
        called.house, called.user_id, channel.id, Draft(text=text.strip(), client_id=called.client_id)
    )
    return Outcome(message=sent.entry, channel_id=channel.id)


async def _say(called: Called, text: str, *, style: Style | None = None) -> Outcome:
    draft = Draft(
        text=text,
        client_id=called.client_id,
        thread_root_id=called.thread_root_id,
        confirm_everyone=called.confirm_everyone,
        style=style,
    )
    return Outcome(message=(await send(called.house, called.user_id, called.channel_id, draft)).entry)
