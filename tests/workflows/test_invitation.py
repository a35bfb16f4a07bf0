"""`Invitation` with skipped time: mailed once, reminded once halfway, ended by acceptance, revocation or its time."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from parlour.core.ids import InvitationId, WorkspaceId
from parlour.core.model.onboarding import InvitationRecord, Invitee
from parlour.core.model.people import User
from parlour.core.onboarding import invitations, joining
from parlour.core.onboarding.quick import create
from parlour.core.settings import Settings
from parlour.workflows.invitation import Invitation, InvitationPromise
from parlour.workflows.links import any_link
from parlour.workflows.links import invitation_id as id_of
from tests.outside.mailbox import text_of
from tests.person import eventually
from tests.workflows.setting_up import PATIENCE_S, SettingUp, setting_up

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
async def shared(temporal: WorkflowEnvironment, stack_settings: Settings) -> AsyncIterator[SettingUp]:
    async with setting_up(temporal, stack_settings) as opened:
        yield opened


@pytest.fixture
async def world(shared: SettingUp) -> SettingUp:
    shared.heal()
    return shared


class Invited:
    """Somebody who was invited, and the clock of their invitation."""

    def __init__(self, world: SettingUp, owner: User, workspace_id: WorkspaceId, email: str) -> None:
        self.world = world
        self.owner = owner
        self.workspace_id = workspace_id
        self.email = email
        self.id = InvitationId("")

    @property
    def run(self) -> WorkflowHandle[Invitation, InvitationPromise]:
        return self.world.environment.client.get_workflow_handle_for(Invitation.run, id_of(self.id))

    async def record(self) -> InvitationRecord:
        found = await self.world.house.invitations.get(self.id)
        assert found is not None
        return found

    async def is_in(self, *states: str) -> InvitationRecord:
        async def found() -> InvitationRecord | None:
            record = await self.record()
            return record if record.state in states else None

        record: InvitationRecord = await eventually(found, within_s=PATIENCE_S)
        return record

    async def later(self, span: timedelta) -> None:
        await self.world.environment.fast_forward(self.run, span)

    def mails(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.world.mails.to(self.email)]


async def invited(world: SettingUp) -> Invited:
    ada, email = await world.person(), f"ben-{uuid.uuid4().hex}@example.com"
    workspace = await create(world.house, ada.id, name="Analytical Engines")
    each = Invited(world, ada, workspace.id, email)
    [answer] = await invitations.invite_many(world.house, ada.id, workspace.id, [Invitee(email=email)])
    assert answer.invitation_id
    each.id = answer.invitation_id
    await each.is_in("sent", "bounced")
    return each


async def test_somebody_who_does_not_answer_is_reminded_once_halfway_and_then_it_is_over(
    world: SettingUp,
) -> None:
    ben = await invited(world)
    await ben.later(6 * DAY)
    assert len(ben.mails()) == 1
    await ben.later(2 * DAY)

    async def is_reminded() -> bool:
        return len(ben.mails()) == 2

    await eventually(is_reminded, within_s=PATIENCE_S)
    assert ben.mails()[1] == "Analytical Engines still waits for you"
    await ben.later(10 * DAY)
    record = await ben.is_in("expired")
    assert (record.mails, len(ben.mails())) == (2, 2)
    assert (await ben.run.result()).state == "expired"


async def test_who_accepts_is_not_reminded(world: SettingUp) -> None:
    ben = await invited(world)
    [mail] = world.mails.to(ben.email)
    token = text_of(mail).split("/invite/", 1)[1].split()[0]
    user = await world.person("ben")
    await world.house.database.users.update_one({"_id": user.id}, {"$set": {"email": ben.email}})
    await joining.accept(world.house, user.id, token)
    assert (await ben.run.result()).state == "accepted"
    assert len(ben.mails()) == 1


async def test_a_revoked_one_ends(world: SettingUp) -> None:
    ben = await invited(world)
    await invitations.revoke(world.house, ben.owner.id, ben.workspace_id, ben.id, any_link(world.settings))
    assert (await ben.run.result()).state == "revoked"


async def test_one_that_bounced_is_on_record_with_its_reason_and_can_be_sent_again(world: SettingUp) -> None:
    world.mails.then("RCPT", "550 5.1.1 no such user")
    ben = await invited(world)
    bounced = await ben.record()
    assert (bounced.state, bounced.mails) == ("bounced", 0)
    assert "no such mailbox" in bounced.words
    await invitations.resend(world.house, ben.owner.id, ben.workspace_id, ben.id, any_link(world.settings))
    record = await ben.is_in("resent")
    assert (record.mails, len(ben.mails())) == (1, 1)


async def test_one_that_is_over_can_be_sent_again_and_its_link_works_again(world: SettingUp) -> None:
    ben = await invited(world)
    await ben.later(20 * DAY)
    await ben.is_in("expired")
    earlier = {"$set": {"sent_at": (await ben.record()).created_at - timedelta(minutes=5)}}
    await world.house.database.workspace_invitations.update_one({"_id": ben.id}, earlier)
    await invitations.resend(world.house, ben.owner.id, ben.workspace_id, ben.id, any_link(world.settings))
    await ben.is_in("resent")


async def test_its_secret_is_in_no_history(world: SettingUp) -> None:
    ben = await invited(world)
    token = invitations.token_of(world.settings, ben.id)
    history = (await ben.run.fetch_history()).to_json()
    assert token not in history
    assert ben.email not in history
