"""What the workflow of a workspace asks for: a step taken, a step taken back, the end; all on record, and shown."""

from datetime import timedelta

from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import ParlourError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import WorkspaceId
from parlour.core.model.onboarding import OVER, STEPS, OnboardingRecord, OnboardingState, Step, StepName
from parlour.core.model.onboarding_promises import OnboardingStep
from parlour.core.onboarding import steps
from parlour.core.onboarding.telling import show_onboarding
from parlour.core.store.mongo import StoreError
from parlour.core.telemetry import log


async def take(house: House, workspace_id: WorkspaceId, name: StepName) -> OnboardingStep:
    """Take a step, on record; what cannot be done as things are is an answer, `refused`.

    Raises:
        UnavailableError: a server does not answer; taking it again is harmless.
    """
    record = await house.onboardings.get(workspace_id)
    if record is None or record.state in OVER:
        return OnboardingStep("gone", "It is over.")
    if record.state == "undoing":
        return OnboardingStep("undo", "Somebody wants it undone.")
    begun = await _put(house, record, name, "running", attempts=_step(record, name).attempts + 1)
    try:
        words = await steps.take(house, begun, name)
    except UnavailableError as error:
        await _put(house, begun, name, "running", error=error.detail)
        raise
    except StoreError as error:
        await _put(house, begun, name, "running", error=f"MongoDB: {type(error).__name__}")
        raise
    except ParlourError as error:
        log.info("onboarding.refused", workspace_id=workspace_id, step=name, code=error.code)
        await _put(house, begun, name, "failed", error=error.detail)
        return OnboardingStep("refused", error.detail)
    await _put(house, begun, name, "done", words=words, error="")
    return OnboardingStep("done", words)


async def take_back(house: House, workspace_id: WorkspaceId, name: StepName) -> OnboardingStep:
    """Take a step back, on record. A step that was never begun needs none.

    Raises:
        UnavailableError: a server does not answer; taking it back again is harmless.
    """
    record = await house.onboardings.get(workspace_id)
    if record is None:
        return OnboardingStep("gone", "There is no record of it.")
    if not record.quick and _step(record, name).state == "pending":
        return OnboardingStep("done", "It was not begun.")
    words = await steps.take_back(house, record, name)
    await _put(house, record, name, "undone", words=words)
    return OnboardingStep("done", words)


async def put_state(
    house: House, workspace_id: WorkspaceId, state: OnboardingState, words: str
) -> OnboardingStep:
    """Record how far the whole is, and show its owner."""
    kept = timedelta(days=house.settings.onboardings_kept_days)
    record = await house.onboardings.put_state(workspace_id, state, words, kept=kept)
    if record is None:
        return OnboardingStep("gone", words)
    if state == "undone" and record.quick:
        await house.onboardings.forget(workspace_id)
    show_onboarding(house, record)
    return OnboardingStep("done", words)


async def _put(
    house: House, record: OnboardingRecord, name: StepName, state: str, **fields: object
) -> OnboardingRecord:
    step = replace(_step(record, name), state=state, at=now(), **fields)
    kept = await house.onboardings.put_step(record.id, STEPS.index(name), step)
    if kept is None:
        raise UnavailableError("unavailable", "The record of it is gone.")
    show_onboarding(house, kept)
    return kept


def _step(record: OnboardingRecord, name: StepName) -> Step:
    return record.steps[STEPS.index(name)]
