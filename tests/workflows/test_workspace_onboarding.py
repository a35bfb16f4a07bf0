"""`WorkspaceOnboarding`: whole or not at all, whatever is away at which step, whoever mends it."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from parlour.core.model.onboarding import STEPS, PlannedInvitee, StepName
from parlour.core.model.onboarding_promises import OnboardingsSwept
from parlour.core.model.promises import SweepRequest
from parlour.core.onboarding import begin
from parlour.core.onboarding.bot import conversation
from parlour.core.settings import Settings
from parlour.workflows.channel_delivery import STATE
from parlour.workflows.links import any_link, onboard_id
from parlour.workflows.onboarding_sweep import OnboardingSweep
from tests.person import eventually
from tests.workflows.setting_up import SettingUp, setting_up

ALWAYS = 10_000


@pytest.fixture(scope="module")
async def shared(temporal: WorkflowEnvironment, stack_settings: Settings) -> AsyncIterator[SettingUp]:
    async with setting_up(temporal, stack_settings) as opened:
        yield opened


@pytest.fixture
async def world(shared: SettingUp) -> SettingUp:
    shared.heal()
    return shared


async def test_the_steps_are_taken_one_after_the_other_and_shown_in_the_temporal_ui(
    world: SettingUp,
) -> None:
    ada = await world.person()
    workspace_id = await world.begins(ada)
    record = await world.is_in(workspace_id, "done")
    assert [step.state for step in record.steps] == ["done"] * len(STEPS)
    await world.is_ended(workspace_id)
    described = await world.environment.client.get_workflow_handle(onboard_id(workspace_id)).describe()
    assert described.typed_search_attributes[STATE] == "done"
    assert described.status is WorkflowExecutionStatus.COMPLETED


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_server_that_is_away_at_any_step_delays_it_and_makes_nothing_twice(
    world: SettingUp, when: str
) -> None:
    ada, guest = await world.person(), f"ben-{uuid.uuid4().hex}@example.com"
    away = world.activities.away_before if when == "before" else world.activities.away_after
    away.update(dict.fromkeys(STEPS, 1))
    workspace_id = await world.begins(ada, invitations=[PlannedInvitee(email=guest)])
    record = await world.is_in(workspace_id, "done")
    assert len(world.mails.to(guest)) == 1
    assert await world.house.channels.count(workspace_id) == 4 + 1, "those of the template, and the bot's"
    attempts = [step.attempts for step in record.steps]
    assert attempts == ([1] * len(STEPS) if when == "before" else [2] * len(STEPS))
    members = await world.house.workspaces.members(workspace_id, after=None, limit=10)
    assert {member[1] for member in members} == {"owner", "bot"}
    assert len(members) == 2
    direct = await world.house.welcomes.get(workspace_id, ada.id)
    assert direct is not None


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_that_cannot_be_done_waits_visibly_and_is_undone_in_reverse_when_asked(
    world: SettingUp, step: StepName
) -> None:
    ada, guest = await world.person(), f"ben-{uuid.uuid4().hex}@example.com"
    world.activities.away_before[step] = ALWAYS
    workspace_id = await world.begins(ada, invitations=[PlannedInvitee(email=guest)])
    waiting = await world.is_in(workspace_id, "waiting")
    assert "tried" in waiting.words
    world.activities.away_before.clear()
    await begin.undo(world.house, ada.id, workspace_id, any_link(world.settings))
    await world.is_in(workspace_id, "undone")
    assert world.activities.taken_back[workspace_id] == list(reversed(STEPS))
    await world.nothing_is_left(workspace_id, ada.id)


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_that_could_not_be_done_is_continued_once_it_is_repaired(
    world: SettingUp, step: StepName
) -> None:
    ada = await world.person()
    world.activities.away_before[step] = ALWAYS
    workspace_id = await world.begins(ada)
    await world.is_in(workspace_id, "waiting")
    world.activities.away_before.clear()
    await begin.go_on(world.house, ada.id, workspace_id, any_link(world.settings))
    record = await world.is_in(workspace_id, "done")
    assert {each.state for each in record.steps} == {"done"}
    assert await world.house.channels.count(workspace_id) == 4 + 1


async def test_a_refusal_that_somebody_may_repair_waits_and_says_what_is_in_the_way(world: SettingUp) -> None:
    ada = await world.person()
    world.limit(channels_per_workspace=2)
    workspace_id = await world.begins(ada)
    waiting = await world.is_in(workspace_id, "waiting")
    failed = next(step for step in waiting.steps if step.name == "channels")
    assert (failed.state, "channels_per_workspace" in failed.error) == ("failed", True)
    world.heal()
    await begin.go_on(world.house, ada.id, workspace_id, any_link(world.settings))
    record = await world.is_in(workspace_id, "done")
    repaired = next(step for step in record.steps if step.name == "channels")
    assert (repaired.state, repaired.attempts, repaired.error) == ("done", 2, "")


async def test_a_refusal_before_anybody_saw_it_is_undone_at_once(world: SettingUp) -> None:
    ada = await world.person()
    world.activities.away_before["workspace"] = 2
    workspace_id = await world.begins(ada)
    world.limit(workspaces_per_person=0)
    record = await world.is_in(workspace_id, "undone")
    assert "workspaces_per_person" in record.words
    await world.nothing_is_left(workspace_id, ada.id)


async def test_one_that_nobody_sees_to_for_days_is_undone(world: SettingUp) -> None:
    ada = await world.person()
    world.limit(channels_per_workspace=2)
    workspace_id = await world.begins(ada)
    await world.is_in(workspace_id, "waiting")
    await world.later(onboard_id(workspace_id), timedelta(days=8))
    await world.is_in(workspace_id, "undone")
    await world.nothing_is_left(workspace_id, ada.id)


async def test_one_whose_owner_changed_their_mind_is_undone_on_its_way(world: SettingUp) -> None:
    ada = await world.person()
    world.activities.away_before["welcome"] = 2
    workspace_id = await world.begins(ada)
    await begin.undo(world.house, ada.id, workspace_id, any_link(world.settings))
    await world.is_in(workspace_id, "undone")
    await world.nothing_is_left(workspace_id, ada.id)


async def test_one_whose_workflow_did_not_start_is_found_by_the_sweep(world: SettingUp) -> None:
    ada = await world.person()
    teller, world.house.teller = world.house.teller, None
    workspace_id = await world.begins(ada)
    world.house.teller = teller
    long_ago = (await world.record(workspace_id)).created_at.replace(year=2020)
    await world.house.database.onboardings.update_one(
        {"_id": workspace_id}, {"$set": {"updated_at": long_ago}}
    )
    swept: OnboardingsSwept = await world.environment.client.execute_workflow(
        OnboardingSweep.run,
        SweepRequest(100),
        id=f"sweep-{uuid.uuid4().hex}",
        task_queue=world.settings.temporal_task_queue,
    )
    assert swept.workspaces >= 1
    await world.is_in(workspace_id, "done")


async def test_a_workspace_in_which_hundreds_are_invited_tells_its_owner_how_many_arrived(
    world: SettingUp,
) -> None:
    ada, gone = await world.person(), f"gone-{uuid.uuid4().hex}@example.com"
    world.mails.then("RCPT", "550 5.1.1 no such user")
    workspace_id = await world.begins(
        ada, invitations=[PlannedInvitee(email=gone), PlannedInvitee(email="nobody")]
    )
    record = await world.is_in(workspace_id, "done")
    assert [(each.email, each.state) for each in record.refused] == [("nobody", "invalid")]
    welcome = await world.house.welcomes.get(workspace_id, ada.id)
    assert welcome is not None
    channel = await conversation(world.house, workspace_id, record.bot_id, ada.id)
    entries = await world.house.entries.since(channel, 0, limit=50)
    [report] = [each.text for each in entries if each.text and "is set up." in each.text]
    assert "1 came back" in report
    assert "Not invited: nobody: This is not an e-mail address." in report


@pytest.mark.timeout(600)
async def test_of_500_invitations_a_third_fails_and_each_ends_in_a_state_mailed_once(
    world: SettingUp,
) -> None:
    ada = await world.person()
    world.mails.fail_every(3, "450 4.2.1 busy", "550 5.1.1 no such user", "421 4.3.2 overloaded")
    emails = [f"p{at}-{uuid.uuid4().hex[:12]}@example.com" for at in range(500)]
    invitees = [PlannedInvitee(email=email) for email in emails]
    workspace_id = await world.begins(ada, invitations=invitees)

    async def are_all_ended() -> bool:
        counts = await world.house.invitations.counts(workspace_id)
        return sum(counts.values()) == 500 and not counts.get("queued")

    await eventually(are_all_ended, within_s=420)
    counts = await world.house.invitations.counts(workspace_id)
    assert set(counts) == {"sent", "bounced"}
    assert counts["bounced"] > 20, counts
    mailed = {email: len(world.mails.to(email)) for email in emails}
    assert set(mailed.values()) <= {0, 1}, "nobody is mailed twice"
    assert sum(mailed.values()) == counts["sent"]
    record = await world.is_in(workspace_id, "done")
    assert record.refused == []
