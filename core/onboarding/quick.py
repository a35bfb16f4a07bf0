"""A workspace at once, for those who wait for it: #general, nobody invited, nobody welcomed.

It is on record before its first step, so that one that broke off is found and undone: never half a workspace.
"""

from parlour.core.clock import now
from parlour.core.errors import NotFoundError, ParlourError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId, new_id
from parlour.core.model.onboarding import OnboardingRecord, StepName
from parlour.core.model.people import Workspace
from parlour.core.onboarding.steps import planned_steps, take, take_back
from parlour.core.onboarding.templates import PLAIN
from parlour.core.people.names import checked_name, slug_of

QUICK: tuple[StepName, ...] = ("address", "workspace", "channels")


async def create(house: House, owner: UserId, *, name: str) -> Workspace:
    """Make a workspace with its #general; its maker is the owner.

    Raises:
        InvalidError: the name cannot be taken.
        ConflictError: `too_many_workspaces` (setting `workspaces_per_person`).
        UnavailableError: it took too long; nothing of it is left, or soon will be.
    """
    name, made = checked_name(name, house.settings), now()
    record = OnboardingRecord(
        id=WorkspaceId(new_id()),
        owner_id=owner,
        name=name,
        slug=slug_of(name),
        template=PLAIN,
        bot_id=UserId(new_id()),
        created_at=made,
        updated_at=made,
        quick=True,
        welcome=False,
        steps=planned_steps(),
    )
    await house.onboardings.add(record)
    try:
        for step in QUICK:
            await take(house, record, step)
    except ParlourError:
        await _undo(house, record)
        raise
    if not await house.onboardings.close_quick(record.id):
        # The sweep found it broken off, and undoes it; what was made since then goes, too.
        await _undo(house, record)
        raise UnavailableError(
            "took_too_long", "Making the workspace took too long. Try again.", retry_after=1
        )
    found = await house.workspaces.get(record.id, owner)
    if found is None:
        raise NotFoundError.of("workspace")
    return found


async def _undo(house: House, record: OnboardingRecord) -> None:
    for step in reversed(QUICK):
        await take_back(house, record, step)
    await house.onboardings.close_quick(record.id)
