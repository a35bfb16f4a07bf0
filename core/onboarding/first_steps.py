"""First steps are ticked off when they are done: whoever does what one of them asks for says so here."""

from collections.abc import Sequence

from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.model.chat import MESSAGE, REPLY, Entry
from parlour.core.model.onboarding import FirstStep, WelcomeRecord
from parlour.core.onboarding import tour, welcome
from parlour.core.onboarding.telling import tell_welcome

ACTED = "message.acted"


async def done(
    house: House, user_id: UserId, step: FirstStep, workspace_id: WorkspaceId | None = None
) -> None:
    """Tick a step off for somebody: in one workspace, or (none) wherever it waits."""
    for record in await house.welcomes.open_of([user_id], workspace_id):
        await _tick(house, record, step)


async def moved(house: House, user_id: UserId) -> None:
    """Note that somebody's time zone is another: their morning is, too."""
    for record in await house.welcomes.open_of([user_id], None):
        tell_welcome(house, record)


async def heard(
    house: House, workspace_id: WorkspaceId, channel_id: ChannelId, entries: Sequence[Entry]
) -> None:
    """Note who wrote in a channel: a first message, or to the bot, or pressed its buttons. Again changes nothing."""
    said = [entry for entry in entries if entry.kind in (MESSAGE, REPLY, ACTED)]
    if not said:
        return
    for record in await house.welcomes.open_of({entry.author_id for entry in said}, workspace_id):
        mine = [entry for entry in said if entry.author_id == record.user_id]
        if record.channel_id == channel_id:
            await _told(house, record, mine)
        elif any(entry.kind != ACTED for entry in mine):
            await _tick(house, record, "message")


async def _told(house: House, record: WelcomeRecord, said: Sequence[Entry]) -> None:
    """Do what somebody tells the bot: to stop, or to leave steps out."""
    if any(map(tour.is_stop, said)):
        await welcome.end(house, record, "stopped")
        return
    for step in {step for step in map(tour.skipped_by, said) if step in welcome.left(record)}:
        _follow(house, await house.welcomes.mark_skipped(record, step))


async def _tick(house: House, record: WelcomeRecord, step: FirstStep) -> None:
    if step not in record.steps or step in record.done:
        return
    _follow(house, await house.welcomes.mark_done(record, step))


def _follow(house: House, kept: WelcomeRecord | None) -> None:
    """Show somebody that their first steps are others, and tell their workflow."""
    if kept is not None:
        welcome.show(house, kept)
        tell_welcome(house, kept)
