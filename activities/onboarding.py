"""Setting up workspaces: steps taken and taken back, invitations seen to, newcomers welcomed, and a sweep of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from temporalio import activity

from parlour.activities.beating import beating
from parlour.activities.names import (
    ATTEND_INVITATION,
    ATTEND_WELCOME,
    HAND_OVER_INVITATIONS,
    INVITATION_MAILED,
    INVITATIONS_QUEUED,
    MARK_ONBOARDING,
    SWEEP_ONBOARDINGS,
    TAKE_BACK_ONBOARDING_STEP,
    TAKE_ONBOARDING_STEP,
)
from parlour.core.clock import now
from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import InvitationId, WorkspaceId
from parlour.core.model.onboarding import OnboardingState
from parlour.core.model.onboarding_promises import (
    HandOverRequest,
    InvitationLook,
    InvitationRequest,
    OnboardingMark,
    OnboardingsSwept,
    OnboardingStep,
    OnboardingStepRequest,
    WelcomeLook,
    WelcomeRequest,
)
from parlour.core.model.promises import OnboardingAsk, SweepRequest, Teller
from parlour.core.onboarding import guide, mailing, saga

HANDED_AT_ONCE = 20
ASKED: Mapping[OnboardingState, OnboardingAsk] = {"running": "continue", "undoing": "undo"}
"""What somebody asked of a workflow that may not have heard it, by the state of the record."""


class OnboardingActivities:
    """Acting on the stores of this process. What raises is tried again."""

    def __init__(self, house: House) -> None:
        self._house = house

    @activity.defn(name=TAKE_ONBOARDING_STEP)
    async def take_step(self, request: OnboardingStepRequest) -> OnboardingStep:
        """Take a step of setting up a workspace; again changes nothing."""
        async with beating():
            return await saga.take(self._house, request.workspace_id, request.step)

    @activity.defn(name=TAKE_BACK_ONBOARDING_STEP)
    async def take_back_step(self, request: OnboardingStepRequest) -> OnboardingStep:
        """Take a step back; again changes nothing."""
        async with beating():
            return await saga.take_back(self._house, request.workspace_id, request.step)

    @activity.defn(name=MARK_ONBOARDING)
    async def mark(self, mark: OnboardingMark) -> OnboardingStep:
        """Record how far the whole is, and show its owner."""
        return await saga.put_state(self._house, mark.workspace_id, mark.state, mark.words)

    @activity.defn(name=INVITATIONS_QUEUED)
    async def invitations_queued(self, workspace_id: WorkspaceId) -> int:
        """Return how many invitations of a workspace wait for their first mail."""
        return (await self._house.invitations.counts(workspace_id)).get("queued", 0)

    @activity.defn(name=HAND_OVER_INVITATIONS)
    async def hand_over(self, request: HandOverRequest) -> list[InvitationId]:
        """Record which invitations have workflows now, and return the next ones that have none."""
        if request.handed:
            await self._house.invitations.mark_handed(request.handed)
        return await self._house.invitations.to_hand_over(request.workspace_id, limit=HANDED_AT_ONCE)

    @activity.defn(name=ATTEND_INVITATION)
    async def attend_invitation(self, request: InvitationRequest) -> InvitationLook:
        """Do what is due for an invitation; again changes nothing."""
        return await mailing.attend(self._house, request.invitation_id, request.at)

    @activity.defn(name=INVITATION_MAILED)
    async def invitation_mailed(self, request: InvitationRequest) -> InvitationLook:
        """Put on record what became of an invitation's mail; again changes nothing."""
        if request.mail_id is None:
            return InvitationLook("gone", "There was no mail.", look_at=request.at)
        return await mailing.mailed(self._house, request.invitation_id, request.mail_id)

    @activity.defn(name=ATTEND_WELCOME)
    async def attend_welcome(self, request: WelcomeRequest) -> WelcomeLook:
        """Say what is due to a newcomer; again says nothing twice."""
        return await guide.attend(self._house, request.workspace_id, request.user_id, request.at)

    @activity.defn(name=SWEEP_ONBOARDINGS)
    async def sweep_onboardings(self, request: SweepRequest) -> OnboardingsSwept:
        """See to it that what was left behind goes on."""
        if self._house.teller is None:
            raise UnavailableError.of("Temporal")
        return OnboardingsSwept(
            workspaces=await self._workspaces(self._house.teller, request.page),
            invitations=await self._invitations(self._house.teller, request.page),
            welcomes=await self._welcomes(self._house.teller, request.page),
        )

    async def _workspaces(self, teller: Teller, page: int) -> int:
        found = await self._house.onboardings.stale(self._late(), limit=page)
        for record in found:
            if record.quick:
                # Whoever asked for it was never told that it is there.
                await self._house.onboardings.claim_undo(record.id, "It broke off.")
            await teller.onboard(record.id, "undo" if record.quick else ASKED.get(record.state))
            await self._house.onboardings.touch(record.id)
            activity.heartbeat(record.id)
        return len(found)

    async def _invitations(self, teller: Teller, page: int) -> int:
        found = await self._house.invitations.overdue(self._late(), limit=page)
        for record in found:
            if not record.handed:
                await teller.invite(record.workspace_id)
            else:
                await teller.see_to_invitation(record.id, record.workspace_id)
            activity.heartbeat(record.id)
        return len(found)

    async def _welcomes(self, teller: Teller, page: int) -> int:
        found = await self._house.welcomes.overdue(self._late(), limit=page)
        for record in found:
            await teller.welcome(record.workspace_id, record.user_id)
            activity.heartbeat(record.id)
        return len(found)

    def _late(self) -> datetime:
        return now() - timedelta(seconds=self._house.settings.onboarding_orphan_seconds)
