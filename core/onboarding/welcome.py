"""The welcome of newcomers: it begins when somebody joins, and ends when all is done or they want no more of it."""

from datetime import timedelta

from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId
from parlour.core.model.onboarding import FirstStep, FirstStepView, Welcome, WelcomeRecord, WelcomeState
from parlour.core.model.rights import Right
from parlour.core.onboarding.telling import show_person, tell_welcome
from parlour.core.onboarding.templates import templates
from parlour.core.outside.outside import configured
from parlour.core.people.rights import may, standing
from parlour.core.store.welcomes import key_of

TITLES: dict[FirstStep, str] = {
    "profile": "Say who you are: a title in your profile",
    "message": "Write a first message in a channel",
    "invite": "Invite a colleague",
    "push": "Get notified in this browser",
}
NEEDS: dict[FirstStep, Right] = {"invite": "member.invite"}
STOPPED_AT_ONCE = 500


async def begin(house: House, workspace_id: WorkspaceId, user_id: UserId) -> None:
    """Welcome somebody who joined, if their workspace does that; again does nothing."""
    chosen = await house.workspaces.welcome_of(workspace_id)
    if chosen is None:
        return
    template, joined = templates()[chosen.template], now()
    record = WelcomeRecord(
        id=key_of(workspace_id, user_id),
        workspace_id=workspace_id,
        user_id=user_id,
        bot_id=chosen.bot_id,
        steps=[step for step in template.first_steps if await _is_for(house, workspace_id, user_id, step)],
        hello=template.hello,
        joined_at=joined,
        due_at=joined,
    )
    kept = timedelta(days=house.settings.welcome_kept_days)
    if await house.welcomes.add(record, kept_until=joined + kept):
        tell_welcome(house, record)


async def _is_for(house: House, workspace_id: WorkspaceId, user_id: UserId, step: FirstStep) -> bool:
    """Return whether somebody could take a step at all."""
    if step == "push":
        return configured(house.settings, "webpush")
    right = NEEDS.get(step)
    return right is None or await may(house, workspace_id, user_id, right)


async def mine(house: House, user_id: UserId, workspace_id: WorkspaceId) -> Welcome:
    """Return the caller's first steps in a workspace.

    Raises:
        NotFoundError: the workspace is not theirs.
    """
    await standing(house, workspace_id, user_id)
    record = await house.welcomes.get(workspace_id, user_id)
    return shown(record) if record else Welcome(state="none")


def left(record: WelcomeRecord) -> list[FirstStep]:
    """Return the steps that are waited for."""
    return [step for step in record.steps if step not in record.done and step not in record.skipped]


def shown(record: WelcomeRecord) -> Welcome:
    """Return first steps as their person sees them: without those that they skipped."""
    steps = [
        FirstStepView(name=step, title=TITLES[step], done_at=record.done.get(step))
        for step in record.steps
        if step in record.done or step not in record.skipped
    ]
    return Welcome(state=record.state, steps=steps, channel_id=record.channel_id)


async def stop(house: House, user_id: UserId, workspace_id: WorkspaceId) -> Welcome:
    """Let nobody remind the caller any more, and show them no first steps. Again changes nothing.

    Raises:
        NotFoundError: the workspace is not theirs, or welcomed them never.
    """
    await standing(house, workspace_id, user_id)
    record = await house.welcomes.get(workspace_id, user_id)
    if record is None:
        raise NotFoundError.of("welcome")
    kept = await end(house, record, "stopped")
    return shown(kept or replace(record, state=record.state))


async def end(house: House, record: WelcomeRecord, state: WelcomeState) -> WelcomeRecord | None:
    """End a welcome that is open, show its person, and tell its workflow."""
    kept = await close(house, record, state)
    if kept is not None:
        tell_welcome(house, kept)
    return kept


async def close(house: House, record: WelcomeRecord, state: WelcomeState) -> WelcomeRecord | None:
    """End a welcome that is open, and show its person; its workflow does so itself."""
    kept = await house.welcomes.change(record, state=state, due_at=None)
    if kept is not None:
        show(house, kept)
    return kept


async def stop_all(house: House, workspace_id: WorkspaceId) -> None:
    """End all open welcomes of a workspace."""
    members = await house.workspaces.members(workspace_id, after=None, limit=STOPPED_AT_ONCE)
    for record in await house.welcomes.open_of([member[0] for member in members], workspace_id):
        await end(house, record, "stopped")


def show(house: House, record: WelcomeRecord) -> None:
    """Show somebody's devices their first steps."""
    facts = {"workspace_id": record.workspace_id, "welcome": shown(record)}
    show_person(house, record.user_id, "welcome.changed", facts)
