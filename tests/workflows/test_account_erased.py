"""`Erasure` on skipped time with real rules and stores: days of grace, taking back, being killed at every point."""

from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from parlour.core.chat import create, membership
from parlour.core.chat.send import Draft, send
from parlour.core.erasure import rules
from parlour.core.erasure.steps import STEPS
from parlour.core.ids import ChannelId, ErasureId, UserId
from parlour.core.model.erasures import Erasure as Report
from parlour.core.model.people import User
from parlour.core.onboarding import quick
from parlour.core.people import workspaces
from parlour.core.settings import Settings
from parlour.workflows.channel_delivery import STATE
from tests.workflows.erasing import Ground, ground

MESSAGES = 7


async def a_person_who_wrote(at: Ground) -> tuple[User, ChannelId]:
    """Let somebody write into the channel of somebody else."""
    house = at.house
    ada, ben = await at.person("ada"), await at.person("ben")
    workspace = await quick.create(house, ada.id, name="Engines")
    await workspaces.admit(house, workspace.id, ben.id)
    made, _ = await create.create(house, ada.id, workspace.id, name="plans", kind="private")
    await membership.add_member(house, ada.id, made.id, ben.id)
    for number in range(MESSAGES):
        await send(house, ben.id, made.id, Draft(text=f"ben's {number}"))
        await send(house, ada.id, made.id, Draft(text=f"ada's {number}"))
    return ben, made.id


async def texts(at: Ground, channel_id: ChannelId, author: UserId) -> list[str]:
    found = await at.house.entries.messages(channel_id, before_n=None, after_n=None, limit=100)
    return [entry.text for entry in found if entry.author_id == author and entry.text]


async def report(at: Ground, erasure_id: ErasureId) -> Report:
    record = await at.house.erasures.get(erasure_id)
    assert record is not None
    return rules.shown(at.house, record)


async def token(at: Ground, erasure_id: ErasureId) -> str:
    record = await at.house.erasures.get(erasure_id)
    assert record is not None
    return rules.link_of(at.house, record).split("#")[1]


async def test_an_account_is_erased_when_the_days_of_grace_are_over_and_not_before(
    temporal: WorkflowEnvironment, stack_settings: Settings
) -> None:
    async with ground(temporal, stack_settings) as at:
        ben, channel = await a_person_who_wrote(at)
        asked = await rules.ask(at.house, ben, messages="delete")
        assert asked.begins_at - asked.requested_at == timedelta(days=14)
        await at.house.teller.erase(asked.id, ben.id)  # type: ignore[union-attr]
        done = await at.run(ben.id).result()
        described = await at.run(ben.id).describe()
        assert described.close_time is not None
        assert described.close_time >= asked.begins_at
        assert "Erased:\n- Sessions, tokens and devices: 1" in done.words
        assert f"- Messages: {MESSAGES}" in done.words
        assert "Kept:\n- " in done.words
        assert await texts(at, channel, ben.id) == []
        described = await at.run(ben.id).describe()
        assert described.typed_search_attributes[STATE] == "erased"
        said = await report(at, asked.id)
        assert (said.state, said.workflow) == ("erased", None)
        assert ben.email not in str(await at.house.database.erasures.find_one({"_id": asked.id}))


async def test_one_that_is_taken_back_within_the_days_of_grace_erases_nothing(
    temporal: WorkflowEnvironment, stack_settings: Settings
) -> None:
    async with ground(temporal, stack_settings) as at:
        ben, channel = await a_person_who_wrote(at)
        asked = await rules.ask(at.house, ben, messages="delete")
        await rules.take_back(at.house, asked.id, await token(at, asked.id))
        await at.house.teller.erase(asked.id, ben.id)  # type: ignore[union-attr]
        done = await at.run(ben.id).result()
        assert done.words == "It was taken back: the account is active again, nothing was erased."
        assert len(await texts(at, channel, ben.id)) == MESSAGES
        assert await at.house.users.deactivated_since(ben.id) is None


async def test_it_is_too_late_to_take_one_back_that_has_begun(
    temporal: WorkflowEnvironment, stack_settings: Settings
) -> None:
    async with ground(temporal, stack_settings) as at:
        ben, _ = await a_person_who_wrote(at)
        asked = await rules.ask(at.house, ben, messages="keep")
        secret = await token(at, asked.id)
        await at.house.teller.erase(asked.id, ben.id)  # type: ignore[union-attr]
        await at.run(ben.id).result()
        with pytest.raises(Exception, match="too late"):
            await rules.take_back(at.house, asked.id, secret)
        assert (await report(at, asked.id)).state == "erased"


async def test_killed_behind_every_step_it_erases_everything_and_counts_it_once(
    temporal: WorkflowEnvironment, stack_settings: Settings
) -> None:
    async with ground(temporal, stack_settings, mortal=True) as at:
        ben, channel = await a_person_who_wrote(at)
        asked = await rules.ask(at.house, ben, messages="delete")
        await at.house.teller.erase(asked.id, ben.id)  # type: ignore[union-attr]
        done = await at.run(ben.id).result()
        # The first step is asked for without its name.
        assert all(
            at.mortal.finished[name] > 1 for name in ["", *(step.name for step in STEPS[1:]), "farewell"]
        )
        assert f"- Messages: {MESSAGES}" in done.words
        assert await texts(at, channel, ben.id) == []
        assert len(await texts(at, channel, (await owner(at, channel)))) == MESSAGES
        subjects = [str(mail["Subject"]) for mail in at.server.to(ben.email)]
        assert subjects == ["Your account will be erased", "Your account is erased"]
        for name in ("sessions", "memberships", "parked_memberships", "account_mails"):
            assert await at.house.database[name].count_documents({"user_id": ben.id}) == 0, name
        assert (await at.house.users.names([ben.id]))[ben.id] == "Deleted person"


async def owner(at: Ground, channel: ChannelId) -> UserId:
    [record] = await at.house.channels.many([channel])
    return record.created_by
