"""`workspace.onboard`: another workspace is set up whole, by its workflow, with its starter as owner."""

from msgspec import Struct

from parlour.core.errors import ForbiddenError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.chat import WorkflowLink
from parlour.core.model.onboarding import Onboarding, OnboardingState, Step
from parlour.core.model.runs import Fault, RunState, Subject
from parlour.core.onboarding import begin as onboarding
from parlour.core.onboarding.begin import NewOnboarding
from parlour.core.onboarding.telling import shown
from parlour.core.runs.kinds import Begun, Checked, Nothing, RunType, Seen, Signal, input_of
from parlour.core.store.runs import RunRecord

STATES: dict[OnboardingState, RunState] = {
    "running": "running",
    "waiting": "waiting",
    "undoing": "running",
    "done": "done",
    "undone": "cancelled",
}


class Onboarded(Struct, frozen=True, kw_only=True):
    """The workspace that was set up, and its steps in words."""

    workspace_id: WorkspaceId
    slug: str
    steps: list[Step]


async def check(house: House, starter: UserId, _workspace_id: WorkspaceId, given: NewOnboarding) -> Checked:
    """Check that the starter could set up this workspace now."""
    person = await house.users.by_id(starter)
    if person is None or person.kind != "person":
        raise ForbiddenError("people_only", "A bot belongs to one workspace, and sets up no other.")
    await onboarding.checked(house, starter, given)
    return Checked(given, Subject(kind="person", id=starter))


async def begin(house: House, record: RunRecord) -> Begun:
    """Have it set up; the workspace has the run's own key as its id."""
    made = WorkspaceId(record.key)
    found = await house.onboardings.get(made)
    if found is None:
        given = input_of(record, NewOnboarding)
        begun = await onboarding.begin(house, record.user_id, given, _link, workspace_id=made)
    else:
        begun = shown(found)
    return Begun(f"onboard/{made}", _seen(begun))


async def look(house: House, record: RunRecord) -> Seen | None:
    """Return how far it is."""
    found = await house.onboardings.get(WorkspaceId(record.key))
    return _seen(shown(found)) if found else None


async def cancel(house: House, record: RunRecord) -> Seen | None:
    """Have all that was begun taken back, in reverse."""
    return _seen(await onboarding.undo(house, record.user_id, WorkspaceId(record.key), _link))


async def go_on(house: House, record: RunRecord, _payload: Nothing) -> Seen | None:
    """Have it tried again where it waits for somebody."""
    return _seen(await onboarding.go_on(house, record.user_id, WorkspaceId(record.key), _link))


def _link(workflow_id: str) -> WorkflowLink:
    return WorkflowLink(id=workflow_id, run_id=None, url="")


def _seen(found: Onboarding) -> Seen:
    done = sum(step.state == "done" for step in found.steps)
    state = STATES[found.state]
    result = Onboarded(workspace_id=found.id, slug=found.slug, steps=found.steps)
    errors = [step.error for step in found.steps if step.error and step.state == "failed"]
    return Seen(
        state=state,
        words=found.words or f"{done} of {len(found.steps)} steps are done.",
        done=done,
        total=len(found.steps),
        result=result if state == "done" else None,
        failure=Fault(code="step_failed", detail=errors[0]) if errors and state != "done" else None,
    )


WORKSPACE_ONBOARD = RunType(
    name="workspace.onboard",
    title="Set up a workspace",
    promises="Sets up another workspace, owned by you: channels, invitations, welcome; whole, or not at all.",
    may_start="Every member; not bots.",
    input=NewOnboarding,
    result=Onboarded,
    subject="person",
    workflow="WorkspaceOnboarding",
    scope="workspaces:write",
    unit="steps",
    check=check,
    begin=begin,
    look=look,
    cancel=cancel,
    signals={"continue": Signal("Has it tried again where it waits for somebody.", Nothing, go_on)},
)
