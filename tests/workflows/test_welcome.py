"""`Welcome` with skipped time: reminders come in the person's morning, and end when all is done or they say stop."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from parlour.core.chat.current import current
from parlour.core.chat.send import Draft, send
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.integrations.actions import Press, press
from parlour.core.model.chat import Entry
from parlour.core.model.onboarding import WelcomeRecord
from parlour.core.onboarding import first_steps, welcome
from parlour.core.onboarding.guide import reminder_times
from parlour.core.people import members, profiles, workspaces
from parlour.core.settings import Settings
from parlour.workflows.links import welcome_id
from parlour.workflows.welcome import Welcome, WelcomePromise
from tests.person import eventually
from tests.workflows.setting_up import PATIENCE_S, SettingUp, setting_up

ZONES = ["America/Los_Angeles", "Europe/Berlin", "Pacific/Auckland"]


@pytest.fixture(scope="module")
async def world(temporal: WorkflowEnvironment, stack_settings: Settings) -> AsyncIterator[SettingUp]:
    async with setting_up(temporal, stack_settings) as opened:
        yield opened


@dataclass
class Newcomer:
    """Somebody who joined a workspace that welcomes, and the clock of their welcome."""

    world: SettingUp
    id: UserId
    workspace_id: WorkspaceId

    @property
    def run(self) -> WorkflowHandle[Welcome, WelcomePromise]:
        client = self.world.environment.client
        return client.get_workflow_handle_for(Welcome.run, welcome_id(self.workspace_id, self.id))

    async def record(self) -> WelcomeRecord:
        found = await self.world.house.welcomes.get(self.workspace_id, self.id)
        assert found is not None
        return found

    async def conversation(self) -> ChannelId:
        async def found() -> ChannelId | None:
            record = await self.record()
            return record.channel_id if record.said_hello else None

        return ChannelId(await eventually(found, within_s=PATIENCE_S))

    async def later(self, span: timedelta) -> None:
        await self.world.environment.fast_forward(self.run, span)

    async def heard(self) -> list[str]:
        """Return what the bot said."""
        channel = await self.conversation()
        page = await self.world.house.entries.since(channel, 0, limit=100)
        return [entry.text or "" for entry in page if entry.kind == "message.sent"]

    async def messages(self) -> list[Entry]:
        """Return what the bot said, as it is now."""
        channel = await self.conversation()
        page = await self.world.house.entries.since(channel, 0, limit=100)
        return await current(self.world.house, [entry for entry in page if entry.kind == "message.sent"])

    async def buttons(self) -> list[str]:
        """Return what can be pressed, wherever it stands."""
        return [action.label for message in await self.messages() for action in message.actions or []]

    async def presses(self, label: str) -> None:
        """Press a button, and have that heard as a delivery hears it."""
        house, channel = self.world.house, await self.conversation()
        message, action = next(
            (message, action)
            for message in await self.messages()
            for action in message.actions or []
            if action.label == label
        )
        await press(house, self.id, message.id, action.id, Press())
        entries = await house.entries.since(channel, message.seq, limit=100)
        await first_steps.heard(house, self.workspace_id, channel, entries)

    def mornings(self) -> list[datetime]:
        """Return when they were reminded, by the clock of their workflow."""
        looks = [(at, look) for user, at, look in self.world.activities.welcomed if user == self.id]
        sent = [0]
        times = []
        for at, look in looks:
            count = next((int(n) for n in "123" if f" {n} reminders sent" in look.words), 0)
            if count > sent[-1]:
                times.append(at)
                sent.append(count)
        return times


async def newcomer(world: SettingUp, timezone: str = "Europe/Berlin") -> Newcomer:
    """Join a workspace of the template `team`, with a clock that skips nothing by itself."""
    ada, ben = await world.person(), await world.person("ben")
    await profiles.change(world.house, ben.id, profiles.ProfileChange(timezone=timezone))
    workspace_id = await world.begins(ada)
    await world.is_in(workspace_id, "done")
    await workspaces.admit(world.house, workspace_id, ben.id)
    joined = Newcomer(world, ben.id, workspace_id)
    await joined.conversation()
    return joined


@pytest.mark.parametrize("zone", ZONES)
async def test_reminders_come_after_1_3_and_7_days_at_nine_in_the_persons_morning(
    world: SettingUp, zone: str
) -> None:
    ben = await newcomer(world, zone)
    assert len(await ben.heard()) == 1
    await ben.later(timedelta(days=9))
    assert (await ben.run.result()).state == "quiet"
    here = ZoneInfo(zone)
    mornings = [at.astimezone(here) for at in ben.mornings()]
    assert [(at.hour, at.minute) for at in mornings] == [(9, 0)] * 3
    joined = (await ben.record()).joined_at.astimezone(here).date()
    assert [(at.date() - joined).days for at in mornings] == [1, 3, 7]
    heard = await ben.heard()
    assert len(heard) == 4
    assert all(text.startswith("Good morning.") for text in heard[1:])


@pytest.mark.parametrize("day", [datetime(2027, 3, 27, 15), datetime(2027, 10, 30, 15)])  # noqa: DTZ001
def test_the_morning_stays_at_nine_when_the_clocks_change(day: datetime) -> None:
    zone = ZoneInfo("Europe/Berlin")
    times = reminder_times(day.replace(tzinfo=zone), zone, 9)
    assert {at.astimezone(zone).hour for at in times} == {9}
    assert len({at.hour for at in times}) == 1, "all lie behind the change"


async def test_a_reminder_is_quiet_about_what_is_done_already(world: SettingUp) -> None:
    ben = await newcomer(world)
    await profiles.change(world.house, ben.id, profiles.ProfileChange(title="Treasurer"))
    await first_steps.done(world.house, ben.id, "message", ben.workspace_id)
    await ben.later(timedelta(days=2))

    async def is_reminded() -> bool:
        return len(await ben.heard()) == 2

    await eventually(is_reminded, within_s=PATIENCE_S)
    reminder = (await ben.heard())[-1]
    assert "profile" not in reminder
    assert "first message" not in reminder
    assert "Invite a colleague" in reminder


async def test_when_all_is_done_the_bot_says_so_once_and_no_more(world: SettingUp) -> None:
    ben = await newcomer(world)
    for step in (await ben.record()).steps:
        await first_steps.done(world.house, ben.id, step, ben.workspace_id)
    assert (await ben.run.result()).state == "done"
    assert (await ben.record()).state == "done"
    heard = await ben.heard()
    assert heard[-1].startswith("That was all")
    assert len(heard) == 2


async def test_who_says_stop_is_reminded_no_more(world: SettingUp) -> None:
    ben = await newcomer(world)
    channel = await ben.conversation()
    said = await send(world.house, ben.id, channel, Draft(text="please stop"))
    await first_steps.heard(world.house, ben.workspace_id, channel, [said.entry])
    await ben.run.result()
    assert (await ben.record()).state == "stopped"
    assert len([text for text in await ben.heard() if text.startswith("Good")]) == 0


async def test_a_step_is_skipped_by_its_button_and_the_tour_stopped_by_its_own(world: SettingUp) -> None:
    ben = await newcomer(world)
    before = await ben.buttons()
    assert before[0] == "Skip the profile"
    assert before[-1] == "Stop the tour"
    await ben.presses("Skip inviting")
    assert (await ben.record()).skipped == ["invite"]

    async def is_gone() -> bool:
        return await ben.buttons() == [label for label in before if label != "Skip inviting"]

    await eventually(is_gone, within_s=PATIENCE_S)
    await ben.later(timedelta(days=2))

    async def is_reminded() -> bool:
        return len(await ben.heard()) == 2

    await eventually(is_reminded, within_s=PATIENCE_S)
    assert "Invite a colleague" not in (await ben.heard())[-1]
    await ben.presses("Stop the tour")
    await ben.run.result()
    assert (await ben.record()).state == "stopped"
    assert await ben.buttons() == []


async def test_when_all_is_skipped_nothing_more_is_said_of_it(world: SettingUp) -> None:
    ben = await newcomer(world)
    for button in (await ben.buttons())[:-1]:
        await ben.presses(button)
    assert (await ben.run.result()).state == "done"
    assert (await ben.heard())[-1].startswith("That was all")


async def test_who_clicks_stop_is_reminded_no_more(world: SettingUp) -> None:
    ben = await newcomer(world)
    await welcome.stop(world.house, ben.id, ben.workspace_id)
    await ben.run.result()
    assert (await ben.record()).due_at is None


async def test_who_left_the_workspace_is_left_alone(world: SettingUp) -> None:
    ben = await newcomer(world)
    await members.remove(world.house, ben.id, ben.workspace_id, ben.id)
    await ben.later(timedelta(days=2))
    assert (await ben.run.result()).state == "stopped"


async def test_who_moves_is_reminded_in_their_new_morning(world: SettingUp) -> None:
    ben = await newcomer(world, "Europe/Berlin")
    tokyo = ZoneInfo("Asia/Tokyo")
    await profiles.change(world.house, ben.id, profiles.ProfileChange(timezone="Asia/Tokyo"))

    async def is_heard_of() -> bool:
        due_at = (await ben.record()).due_at
        return due_at is not None and due_at.astimezone(tokyo).hour == 9

    await eventually(is_heard_of, within_s=PATIENCE_S)
    await ben.later(timedelta(days=9))
    await ben.run.result()
    assert {at.astimezone(tokyo).hour for at in ben.mornings()} == {9}


async def test_a_welcome_that_is_begun_again_says_hello_once(world: SettingUp) -> None:
    ben = await newcomer(world)
    await welcome.begin(world.house, ben.workspace_id, ben.id)
    assert len(await ben.heard()) == 1
