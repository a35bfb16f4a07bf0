"""What the welcome bot says, and when: hello, a reminder in the person's morning, and that all is done."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from parlour.core.errors import ParlourError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.later.sending import FINAL
from parlour.core.later.zones import moment, wall_clock, zone_of
from parlour.core.model.onboarding import FirstStep, WelcomeRecord
from parlour.core.model.onboarding_promises import WelcomeLook
from parlour.core.onboarding import tour, welcome
from parlour.core.onboarding.bot import change_buttons, conversation, say
from parlour.core.onboarding.welcome import TITLES
from parlour.core.store.invitations import InvitationFilter

AFTER_DAYS = (1, 3, 7)
"""Days after which somebody is reminded."""
HOW: dict[FirstStep, str] = {
    "profile": "open the account menu below and choose **Profile**",
    "message": "open **#general** and say hello",
    "invite": "open the workspace's menu above and choose **Invite people**",
    "push": "open **Notification settings** in the account menu and turn this browser on",
}
STOP = "Write *stop* if you want no more of this."
HELLO, REMINDER = "welcome-hello", "welcome-reminder-"
SAID = (*(f"{REMINDER}{number}" for number in reversed(range(1, len(AFTER_DAYS) + 1))), HELLO)
"""What is said once each, the latest first."""


async def attend(house: House, workspace_id: WorkspaceId, user_id: UserId, at: datetime) -> WelcomeLook:
    """Say what is due as of `at`, and return when to look again. Again says nothing twice.

    Raises:
        UnavailableError: MongoDB does not answer.
    """
    look = await _look(house, workspace_id, user_id, at)
    await _redraw(house, workspace_id, user_id)
    return look


async def _look(house: House, workspace_id: WorkspaceId, user_id: UserId, at: datetime) -> WelcomeLook:
    record = await house.welcomes.get(workspace_id, user_id)
    if record is None or record.state != "open":
        return _over(record.state if record else "over", "Nobody waits for it any more.")
    if await house.workspaces.role(workspace_id, user_id) is None:
        await welcome.close(house, record, "stopped")
        return _over("stopped", "They left the workspace.")
    record = await _say_hello(house, record)
    if not welcome.left(record):
        return await _say_done(house, record)
    return await _remind(house, record, at)


async def _say_hello(house: House, record: WelcomeRecord) -> WelcomeRecord:
    if record.said_hello:
        return record
    for step in record.steps:
        if step not in record.done and await _is_done(house, record, step):
            record = await house.welcomes.mark_done(record, step) or record
    channel_id = await conversation(house, record.workspace_id, record.bot_id, record.user_id)
    kept = await house.welcomes.change(record, channel_id=channel_id)
    left = welcome.left(record)
    if left:
        text = (
            f"Hello {await _first_name(house, record.user_id)}. {record.hello}\n\n{_as_list(left)}\n\n{STOP}"
        )
        await say(house, record.bot_id, channel_id, text, once=HELLO, buttons=tour.buttons(left))
    kept = await house.welcomes.change(kept or record, said_hello=True)
    if kept is None:
        # They stopped it meanwhile, and have been shown that.
        return record
    welcome.show(house, kept)
    return kept


async def _is_done(house: House, record: WelcomeRecord, step: FirstStep) -> bool:
    """Return whether somebody had taken a step before they were asked to."""
    if step == "profile":
        user = await house.users.by_id(record.user_id)
        return bool(user and user.title)
    if step == "invite":
        own = InvitationFilter(invited_by=record.user_id)
        return bool(await house.invitations.page(record.workspace_id, own, before=None, limit=1))
    return step == "push" and any(not device.gone for device in await house.devices.of(record.user_id))


async def _first_name(house: House, user_id: UserId) -> str:
    names = await house.users.names([user_id])
    return names.get(user_id, "there").split()[0]


def _as_list(steps: list[FirstStep]) -> str:
    return "\n".join(f"- **{TITLES[step]}**: {HOW[step]}." for step in steps)


async def _say_done(house: House, record: WelcomeRecord) -> WelcomeLook:
    if record.channel_id and record.steps:
        words = "That was all: you know your way around. Have a good time here."
        await say(house, record.bot_id, record.channel_id, words, once="welcome-done")
    await welcome.close(house, record, "done")
    return _over("done", "All first steps are done.")


async def _remind(house: House, record: WelcomeRecord, at: datetime) -> WelcomeLook:
    zone = await zone_of(house, record.user_id)
    times = reminder_times(record.joined_at, zone, house.settings.welcome_hour)
    due = sum(time <= at for time in times)
    if due > record.reminded and record.channel_id:
        # After a long outage the last one is said alone.
        left = welcome.left(record)
        count = "One first step is" if len(left) == 1 else f"{len(left)} first steps are"
        words = f"Good morning. {count} left:\n\n{_as_list(left)}\n\n{STOP}"
        await say(
            house,
            record.bot_id,
            record.channel_id,
            words,
            once=f"{REMINDER}{due}",
            buttons=tour.buttons(left),
        )
    look_at = times[due] if due < len(times) else None
    await house.welcomes.change(record, reminded=due, due_at=look_at)
    told = f"{len(record.done)} of {len(record.steps)} first steps done, {due} reminders sent."
    if look_at is None:
        return _over("quiet", f"{told} No further one follows.")
    return WelcomeLook(
        "waiting", f"{told} The next one: {wall_clock(look_at, zone):%a %d %b %H:%M} ({zone}).", look_at
    )


async def _redraw(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """Let what was said last have the buttons that do something by now, and what was said before it none."""
    record = await house.welcomes.get(workspace_id, user_id)
    if record is None or record.channel_id is None:
        return
    buttons = tour.buttons(welcome.left(record)) if record.state == "open" else []
    for once in SAID:
        try:
            if await change_buttons(house, record.bot_id, record.channel_id, once, buttons):
                buttons = []
        except ParlourError as error:
            # The conversation may be out of the bot's reach by now.
            if error.status not in FINAL:
                raise


def reminder_times(joined_at: datetime, zone: ZoneInfo, hour: int) -> list[datetime]:
    """Return when somebody is reminded: in the mornings of their zone, so many days after the day they joined."""
    day = wall_clock(joined_at, zone).replace(hour=hour, minute=0, second=0, microsecond=0)
    return [moment(day + timedelta(days=days), zone) for days in AFTER_DAYS]


def _over(state: str, words: str) -> WelcomeLook:
    return WelcomeLook(state, words, None)
