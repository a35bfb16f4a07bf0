"""Commands about the channel in which they are given."""

from parlour.core.chat import manage, preferences
from parlour.core.chat.called_people import called_people
from parlour.core.chat.channel_state import current
from parlour.core.chat.command_registry import Called, Commands, Outcome
from parlour.core.chat.manage import ChannelPatch
from parlour.core.chat.membership import add_member, add_members, remove_member
from parlour.core.chat.preferences import PreferencesPatch
from parlour.core.errors import InvalidError, NotFoundError
from parlour.core.people.names import folded

commands = Commands()


@commands.add("topic", "[text]", "Say or show what the channel is about now")
async def topic(called: Called) -> Outcome:
    """Set the topic, or show it."""
    if not called.words:
        record = await current(called.house, called.channel_id)
        return Outcome(notice=record.topic or "This channel has no topic.")
    return await _change(called, ChannelPatch(topic=called.words), "The topic is set.")


@commands.add("purpose", "[text]", "Say or show what the channel is for")
async def purpose(called: Called) -> Outcome:
    """Set the purpose, or show it."""
    if not called.words:
        record = await current(called.house, called.channel_id)
        return Outcome(notice=record.purpose or "This channel has no purpose.")
    return await _change(called, ChannelPatch(purpose=called.words), "The purpose is set.")


@commands.add("rename", "name", "Give the channel another name")
async def rename(called: Called) -> Outcome:
    """Rename the channel."""
    return await _change(called, ChannelPatch(name=called.words), "The channel has its new name.")


@commands.add("archive", "", "Close the channel for writing; it stays readable")
async def archive(called: Called) -> Outcome:
    """Archive the channel."""
    return await _change(
        called, ChannelPatch(archived=True), "This channel is archived. /unarchive opens it."
    )


@commands.add("unarchive", "", "Open an archived channel again")
async def unarchive(called: Called) -> Outcome:
    """Open the channel again."""
    return await _change(called, ChannelPatch(archived=False), "This channel is open again.")


@commands.add("invite", "@person …", "Add people to the channel")
async def invite(called: Called) -> Outcome:
    """Add people."""
    people = await called_people(called, called.words)
    await add_members(called.house, called.user_id, called.channel_id, people)
    return Outcome(notice="They are in." if len(people) > 1 else "They were added.")


@commands.add("remove", "@person", "Take someone out of the channel")
async def remove(called: Called) -> Outcome:
    """Remove people."""
    for person in await called_people(called, called.words):
        await remove_member(called.house, called.user_id, called.channel_id, person)
    return Outcome(notice="They were removed.")


@commands.add("join", "#channel", "Join a channel, and go there")
async def join(called: Called) -> Outcome:
    """Join a channel by its name."""
    name = called.words.removeprefix("#").strip()
    if not name:
        raise InvalidError.field("text", "Say which channel: /join #name")
    found = await called.house.channels.by_name_key(called.workspace_id, folded(name))
    try:
        if found is None:
            raise NotFoundError.of("channel")
        await add_member(called.house, called.user_id, found.id, called.user_id)
    except NotFoundError:
        raise NotFoundError("not_found", f"There is no channel #{name} that you can join.") from None
    return Outcome(channel_id=found.id)


@commands.add("leave", "", "Leave the channel")
async def leave(called: Called) -> Outcome:
    """Leave the channel."""
    await remove_member(called.house, called.user_id, called.channel_id, called.user_id)
    return Outcome(notice="You left the channel.")


@commands.add("mute", "", "Hear of the channel only when you are mentioned")
async def mute(called: Called) -> Outcome:
    """Mute the channel."""
    return await _prefer(called, PreferencesPatch(muted=True), "Muted: only mentions of you are counted.")


@commands.add("unmute", "", "Hear of the channel again")
async def unmute(called: Called) -> Outcome:
    """Unmute the channel."""
    return await _prefer(called, PreferencesPatch(muted=False), "No longer muted.")


@commands.add("star", "", "Keep the channel among the starred ones")
async def star(called: Called) -> Outcome:
    """Star the channel."""
    return await _prefer(called, PreferencesPatch(starred=True), "Starred.")


@commands.add("unstar", "", "Take the star off")
async def unstar(called: Called) -> Outcome:
    """Take the star off."""
    return await _prefer(called, PreferencesPatch(starred=False), "No longer starred.")


@commands.add("settings", "", "Open the channel's details and settings")
async def settings(_called: Called) -> Outcome:
    """Open the channel's details."""
    return Outcome(dialog="channel")


async def _change(called: Called, patch: ChannelPatch, notice: str) -> Outcome:
    await manage.change(called.house, called.user_id, called.channel_id, patch)
    return Outcome(notice=notice)


async def _prefer(called: Called, patch: PreferencesPatch, notice: str) -> Outcome:
    await preferences.change(called.house, called.user_id, called.channel_id, patch)
    return Outcome(notice=notice)
