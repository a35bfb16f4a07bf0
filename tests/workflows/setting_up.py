"""Workspaces that are set up on skipped time: real rules, stores and an SMTP server, in a database of their own."""

import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from parlour.activities.mails import MailActivities
from parlour.activities.names import ATTEND_WELCOME, TAKE_BACK_ONBOARDING_STEP, TAKE_ONBOARDING_STEP
from parlour.activities.notifications import NotificationActivities
from parlour.activities.onboarding import OnboardingActivities
from parlour.core.errors import UnavailableError
from parlour.core.house import House, open_house
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.onboarding import OnboardingRecord, StepName
from parlour.core.model.onboarding_promises import (
    OnboardingStep,
    OnboardingStepRequest,
    WelcomeLook,
    WelcomeRequest,
)
from parlour.core.model.people import User
from parlour.core.onboarding import begin
from parlour.core.outside.outside import Outside
from parlour.core.people import accounts
from parlour.core.settings import Settings
from parlour.ui import letters
from parlour.workflows.account_mail import AccountMail
from parlour.workflows.invitation import Invitation, Invitations
from parlour.workflows.links import any_link, onboard_id
from parlour.workflows.member_notifications import MemberNotifications
from parlour.workflows.onboarding_sweep import OnboardingSweep
from parlour.workflows.teller import TemporalTeller
from parlour.workflows.welcome import Welcome
from parlour.workflows.workspace_onboarding import WorkspaceOnboarding
from tests.outside.fixtures import towards
from tests.outside.mail_server import MailServer, mail_server
from tests.person import eventually
from tests.workflows.notifying import PASSWORD, render

PATIENCE_S = 120


class Hindered(OnboardingActivities):
    """The real ones, but for steps at which a server is said to be away: as often, before or after they were taken."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.away_before: Counter[StepName] = Counter()
        self.away_after: Counter[StepName] = Counter()
        self.taken_back: defaultdict[WorkspaceId, list[StepName]] = defaultdict(list)
        self.welcomed: list[tuple[str, datetime, WelcomeLook]] = []

    @activity.defn(name=TAKE_ONBOARDING_STEP)
    async def take_step(self, request: OnboardingStepRequest) -> OnboardingStep:
        self._stumble(self.away_before, request.step)
        done = await super().take_step(request)
        self._stumble(self.away_after, request.step)
        return done

    @activity.defn(name=TAKE_BACK_ONBOARDING_STEP)
    async def take_back_step(self, request: OnboardingStepRequest) -> OnboardingStep:
        self._stumble(self.away_before, request.step)
        done = await super().take_back_step(request)
        self.taken_back[request.workspace_id].append(request.step)
        return done

    @activity.defn(name=ATTEND_WELCOME)
    async def attend_welcome(self, request: WelcomeRequest) -> WelcomeLook:
        look = await super().attend_welcome(request)
        self.welcomed.append((request.user_id, request.at, look))
        return look

    def _stumble(self, times: Counter[StepName], step: StepName) -> None:
        if times[step] > 0:
            times[step] -= 1
            raise UnavailableError.of("MongoDB")


@dataclass
class SettingUp:
    """The house, the mail server and the activities that all tests of a module share."""

    house: House
    environment: WorkflowEnvironment
    mails: MailServer
    activities: Hindered
    settings: Settings
    kept: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.kept = self.house.settings

    def heal(self) -> None:
        """Let nothing be in the way any more."""
        self.house.settings = self.kept
        self.mails.heal()
        self.activities.away_before.clear()
        self.activities.away_after.clear()

    def limit(self, **settings: Any) -> None:
        """Have other limits from now on, until `heal`."""
        self.house.settings = self.kept.model_copy(update=settings)

    async def person(self, name: str = "ada") -> User:
        email = f"{name}-{uuid.uuid4().hex}@example.com"
        return (await accounts.register(self.house, email=email, password=PASSWORD, name=name)).user

    async def begins(self, owner: User, **wanted: Any) -> WorkspaceId:
        """Have a workspace set up."""
        fields = {"name": f"Club {uuid.uuid4().hex[:8]}", "template": "team"} | wanted
        made = await begin.begin(self.house, owner.id, begin.NewOnboarding(**fields), any_link(self.settings))
        return made.id

    async def record(self, workspace_id: WorkspaceId) -> OnboardingRecord:
        found = await self.house.onboardings.get(workspace_id)
        assert found is not None
        return found

    async def is_in(self, workspace_id: WorkspaceId, *states: str) -> OnboardingRecord:
        """Wait until a workspace is in one of the states."""

        async def found() -> OnboardingRecord | None:
            record = await self.record(workspace_id)
            return record if record.state in states else None

        record: OnboardingRecord = await eventually(found, within_s=PATIENCE_S)
        return record

    async def later(self, workflow_id: str, span: timedelta) -> None:
        """Let time pass for a workflow."""
        await self.environment.fast_forward(self.environment.client.get_workflow_handle(workflow_id), span)

    async def is_ended(self, workspace_id: WorkspaceId) -> None:
        await self.environment.client.get_workflow_handle(onboard_id(workspace_id)).result()

    async def nothing_is_left(self, workspace_id: WorkspaceId, owner: UserId) -> None:
        """Assert that a workspace that was undone is nowhere any more."""
        house, record = self.house, await self.record(workspace_id)
        assert await house.workspaces.slug_of(workspace_id) is None
        assert await house.workspaces.members(workspace_id, after=None, limit=10) == []
        assert await house.channels.count(workspace_id) == 0
        assert await house.channels.memberships_of(owner, workspace_id) == []
        assert await house.users.by_id(record.bot_id) is None
        assert await house.invitations.open_of(workspace_id, limit=10) == []
        assert [each.id for each in await house.workspaces.of(owner) if each.id == workspace_id] == []


@asynccontextmanager
async def setting_up(
    environment: WorkflowEnvironment, settings: Settings, **own_settings: Any
) -> AsyncIterator[SettingUp]:
    """Run a worker for workspaces, invitations and welcomes alone."""
    name = uuid.uuid4().hex
    async with mail_server() as server:
        own = towards(
            settings,
            server,
            mongo_database=f"setting_up_{name}",
            redis_url=settings.redis_url.rsplit("/", 1)[0] + "/7",
            temporal_task_queue=f"setting-up-{name}",
            **{
                "onboarding_keep_trying": 3,
                "invitations_per_minute": 6000,
                "invitations_idle": 1,
                "mail_retry_first": 0.2,
                # Records are stored by our clock, and mails sent by that of their workflow, days later.
                "mail_retry_for": 3_000_000,
                "circuit_first": 0.5,
            }
            | own_settings,
        )
        async with open_house(own) as house, Outside(own, render, letters.render) as outside:
            await house.prepare()
            house.outside, house.teller = outside, TemporalTeller(own, environment.client)
            acting, mailing, notifying = Hindered(house), MailActivities(house), NotificationActivities(house)
            worker = Worker(
                environment.client,
                task_queue=own.temporal_task_queue,
                workflows=[
                    AccountMail,
                    Invitation,
                    Invitations,
                    MemberNotifications,
                    OnboardingSweep,
                    Welcome,
                    WorkspaceOnboarding,
                ],
                activities=[
                    acting.take_step,
                    acting.take_back_step,
                    acting.mark,
                    acting.invitations_queued,
                    acting.hand_over,
                    acting.attend_invitation,
                    acting.invitation_mailed,
                    acting.attend_welcome,
                    acting.sweep_onboardings,
                    mailing.send_mail,
                    notifying.plan_notifications,
                    notifying.attempt_dispatch,
                ],
            )
            async with worker:
                # Time passes by `later`: what is started otherwise runs through all its waits at once.
                with environment.with_time_skipping_disabled():
                    yield SettingUp(house, environment, server, acting, own)
            await house.database.client.drop_database(own.mongo_database)
