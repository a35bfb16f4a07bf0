"""Telling of workspaces that are set up, of invitations and of first steps: their workflows, and people's devices.

The record is the truth. What cannot be told, since Temporal is away or this process dies, is found by a sweep.
"""

from collections.abc import Awaitable, Callable

from parlour.core.errors import UnavailableError
from parlour.core.house import House
from parlour.core.ids import InvitationId, UserId, WorkspaceId
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.chat import WorkflowLink
from parlour.core.model.onboarding import InvitationRecord, Onboarding, OnboardingRecord, WelcomeRecord
from parlour.core.model.promises import OnboardingAsk, Teller
from parlour.core.telemetry import log

LinkTo = Callable[[str], WorkflowLink]
"""Makes the link to a workflow of its id."""


def shown(record: OnboardingRecord, link_to: LinkTo | None = None) -> Onboarding:
    """Return how far a workspace is as its owner sees it."""
    return Onboarding(
        id=record.id,
        name=record.name,
        slug=record.slug,
        template=record.template,
        state=record.state,
        words=record.words,
        steps=record.steps,
        invitations=len(record.invitations),
        created_at=record.created_at,
        updated_at=record.updated_at,
        workflow=link_to(f"onboard/{record.id}") if link_to else None,
    )


def show_onboarding(house: House, record: OnboardingRecord) -> None:
    """Show its owner's devices how far a workspace is."""
    news = packet("onboarding.changed", {"onboarding": shown(record)})
    house.live.publish(Live(user_topic(record.owner_id), "onboarding.changed", news, user_id=record.owner_id))
    house.moved(f"onboard/{record.id}")


def tell_onboarding(house: House, record: OnboardingRecord, *, ask: OnboardingAsk | None = None) -> None:
    """Have a workspace set up, or tell its workflow what somebody asks; without waiting for it."""
    show_onboarding(house, record)
    _soon(house, lambda teller: teller.onboard(record.id, ask), "onboarding")


def tell_invitations(house: House, workspace_id: WorkspaceId) -> None:
    """Have a workspace's new invitations handed over one by one; without waiting for it."""
    _soon(house, lambda teller: teller.invite(workspace_id), "invitations")


def tell_invitation(house: House, invitation_id: InvitationId, workspace_id: WorkspaceId) -> None:
    """Tell an invitation's workflow that its record is another; without waiting for it."""
    _soon(house, lambda teller: teller.see_to_invitation(invitation_id, workspace_id), "invitation")


def tell_welcome(house: House, record: WelcomeRecord) -> None:
    """Tell the workflow of somebody's first steps that they are others; without waiting for it."""
    _soon(house, lambda teller: teller.welcome(record.workspace_id, record.user_id), "welcome")


def show_invitation(house: House, record: InvitationRecord) -> None:
    """Let those who manage a workspace's invitations look again: of an invitation they hear its id and state."""
    facts = {"workspace_id": record.workspace_id, "id": record.id, "state": record.state}
    news = packet("invitation.changed", facts)
    inviter = record.invited_by
    house.live.publish(Live(user_topic(inviter), "invitation.changed", news, user_id=inviter))


def show_person(house: House, user_id: UserId, name: str, facts: object) -> None:
    """Show something to one person's devices."""
    house.live.publish(Live(user_topic(user_id), name, packet(name, facts), user_id=user_id))


def _soon(house: House, tell: Callable[[Teller], Awaitable[None]], what: str) -> None:
    if house.teller is not None:
        house.tasks.start(_try(house.teller, tell, what), f"tell-{what}")


async def _try(teller: Teller, tell: Callable[[Teller], Awaitable[None]], what: str) -> None:
    try:
        await tell(teller)
    except UnavailableError as error:
        log.warning("onboarding.untold", what=what, error=error.detail)
