"""Workspaces whose setting up waits for somebody, put there without their workflow."""

from uuid import uuid4

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId, new_id
from parlour.core.model.onboarding import OnboardingRecord
from parlour.core.onboarding.steps import planned_steps
from parlour.core.people.names import slug_of
from tests.person import Person


async def waiting_onboarding(house: House, owner: Person) -> WorkspaceId:
    """Put one on record: nothing of it was made yet."""
    begun = now()
    record = OnboardingRecord(
        id=WorkspaceId(new_id()),
        owner_id=UserId(owner.id),
        name="Half",
        slug=slug_of(f"half-{uuid4().hex}"),
        template="plain",
        bot_id=UserId(new_id()),
        created_at=begun,
        updated_at=begun,
        state="waiting",
        steps=planned_steps(),
    )
    await house.onboardings.add(record)
    return record.id
