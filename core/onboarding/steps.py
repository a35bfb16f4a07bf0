"""The steps of setting up a workspace. Each may be taken again at any time, and taken back; nothing is made twice."""

from collections.abc import Awaitable, Callable, Iterator

from parlour.core.chat import manage, membership
from parlour.core.chat.create import create as create_channel
from parlour.core.errors import ConflictError, ForbiddenError, UnavailableError
from parlour.core.house import House
from parlour.core.ids import ChannelId, UserId, WorkspaceId
from parlour.core.live import Live, packet, user_topic
from parlour.core.model.onboarding import (
    ChannelPlan,
    Invitee,
    OnboardingRecord,
    Step,
    StepName,
    WorkspaceTemplate,
)
from parlour.core.model.people import Workspace
from parlour.core.model.rights import ROLES
from parlour.core.onboarding import invitations, welcome
from parlour.core.onboarding.bot import ensure_bot, say
from parlour.core.onboarding.report import report
from parlour.core.onboarding.templates import templates
from parlour.core.people.names import folded, slug_of
from parlour.core.people.tokens import new_secret
from parlour.core.people.workspaces import join
from parlour.core.store.channels import ChannelRecord

TITLES: dict[StepName, str] = {
    "address": "Reserve the address",
    "workspace": "Make the workspace, with you as its owner",
    "channels": "Make its channels",
    "invitations": "Invite people",
    "welcome": "Prepare the welcome",
    "report": "Tell you how it went",
}
SLUGS_TRIED = 20


def planned_steps() -> list[Step]:
    """Return all steps before the first of them."""
    return [Step(name=name, title=title) for name, title in TITLES.items()]


async def take(house: House, record: OnboardingRecord, name: StepName) -> str:
    """Take a step, and return what was done, in words. Again changes nothing.

    Raises:
        ParlourError: it cannot be done as things are.
    """
    return await _TAKE[name](house, record)


async def take_back(house: House, record: OnboardingRecord, name: StepName) -> str:
    """Take a step back, whether or not it was taken, and return what was done, in words. Again changes nothing."""
    return await _TAKE_BACK[name](house, record)


async def _reserve(house: House, record: OnboardingRecord) -> str:
    reserved = await house.workspaces.slug_of(record.id)
    for slug in [] if reserved else _slugs(record):
        if await house.workspaces.add(_workspace(record, slug)):
            reserved = slug
            break
    if reserved is None and record.has_slug:
        raise slug_taken(record.slug)
    if reserved is None:
        raise UnavailableError("no_free_address", "No free address was found for this name. Try again.")
    await house.onboardings.put_slug(record.id, reserved)
    return f"{house.settings.address}/app/{reserved}"


def slug_taken(slug: str) -> ConflictError:
    """Return the error of an address that another workspace has."""
    detail = f"The address {slug} is taken."
    return ConflictError("slug_taken", detail, errors=[{"field": "slug", "detail": detail}])


def _slugs(record: OnboardingRecord) -> Iterator[str]:
    """Return addresses to try: the chosen one alone, or the name's, then with a few letters behind it."""
    if record.has_slug:
        yield record.slug
        return
    base = slug_of(record.name)
    yield base
    for _ in range(SLUGS_TRIED):
        yield f"{base}-{new_secret()[:6].lower().replace('_', 'x').strip('-')}"


def _workspace(record: OnboardingRecord, slug: str) -> Workspace:
    return Workspace(
        id=record.id,
        name=record.name,
        slug=slug,
        role="owner",
        rights=sorted(ROLES["owner"]),
        created_at=record.created_at,
    )


async def _open(house: House, record: OnboardingRecord) -> str:
    owner = await house.users.by_id(record.owner_id)
    if owner is None:
        raise ForbiddenError("owner_gone", "The account of whoever is to own it is gone.")
    most = house.settings.workspaces_per_person
    if len([each for each in await house.workspaces.of(owner.id) if each.id != record.id]) >= most:
        raise too_many(most)
    await join(house, record.id, owner.id, role="owner")
    await house.audit.note(
        record.id,
        owner.id,
        "workspace.created",
        record.id,
        f"{record.name}, from the template “{record.template}”.",
        once=f"onboard/{record.id}/created",
    )
    return f"{record.name} belongs to {owner.name}."


def too_many(most: int) -> ConflictError:
    """Return the error of somebody who belongs to `most` workspaces already."""
    return ConflictError(
        "too_many_workspaces", f"A person has at most {most} workspaces (workspaces_per_person)."
    )


async def _make_channels(house: House, record: OnboardingRecord) -> str:
    template = templates()[record.template]
    has_bot = bool(template.first_steps) or any(plan.texts for plan in template.channels)
    if has_bot:
        await ensure_bot(house, record.id, record.bot_id, record.owner_id)
    made = [await _make_channel(house, record, plan) for plan in template.channels]
    for_all = [each.id for each, plan in zip(made, template.channels, strict=True) if plan.for_all]
    await house.workspaces.change(record.id, {"default_channels": for_all})
    return ", ".join(f"#{plan.name}" for plan in template.channels)


async def _make_channel(house: House, record: OnboardingRecord, plan: ChannelPlan) -> ChannelRecord:
    channel = await house.channels.by_name_key(record.id, folded(plan.name))
    if channel is None:
        await create_channel(house, record.owner_id, record.id, name=plan.name, kind=plan.kind)
        channel = await house.channels.by_name_key(record.id, folded(plan.name))
    if channel is None:
        raise UnavailableError("unavailable", "The channel was made, and cannot be read yet.", retry_after=1)
    # A process that died in between left a channel that nobody is in.
    await membership.admit(house, channel, record.owner_id, by=record.owner_id)
    if plan.topic or plan.purpose:
        patch = manage.ChannelPatch(topic=plan.topic or None, purpose=plan.purpose or None)
        await manage.change(house, record.owner_id, channel.id, patch)
    if plan.texts:
        await _say_in(house, record, channel, plan)
    return channel


async def _say_in(house: House, record: OnboardingRecord, channel: ChannelRecord, plan: ChannelPlan) -> None:
    await membership.admit(house, channel, record.bot_id, by=record.owner_id)
    for at, text in enumerate(plan.texts):
        await say(house, record.bot_id, channel.id, text, once=f"onboard-{at}")


async def _invite(house: House, record: OnboardingRecord) -> str:
    if not record.invitations:
        return "Nobody was to be invited yet."
    invitees = [
        Invitee(email=each.email, role=each.role, channel_ids=await _ids(house, record.id, each.channels))
        for each in record.invitations
    ]
    answers = await invitations.invite_many(house, record.owner_id, record.id, invitees)
    # Taken again, those of the first time are there already.
    refused = [each for each in answers if each.state not in ("queued", "invited_already")]
    await house.onboardings.put_refused(record.id, refused)
    queued = len(answers) - len(refused)
    return f"{queued} of {len(answers)} are on their way." if refused else f"{queued} are on their way."


async def _ids(house: House, workspace_id: WorkspaceId, channel_names: list[str]) -> list[ChannelId]:
    found = [await house.channels.by_name_key(workspace_id, folded(name)) for name in channel_names]
    return [channel.id for channel in found if channel is not None]


def _welcomes(record: OnboardingRecord, template: WorkspaceTemplate) -> bool:
    return record.welcome and bool(template.first_steps)


async def _welcome(house: House, record: OnboardingRecord) -> str:
    template = templates()[record.template]
    if not _welcomes(record, template):
        return "Nobody is welcomed by the bot."
    await ensure_bot(house, record.id, record.bot_id, record.owner_id)
    await house.workspaces.change(record.id, {"welcome": {"template": template.id, "bot_id": record.bot_id}})
    await welcome.begin(house, record.id, record.owner_id)
    return f"{len(template.first_steps)} first steps for everybody who joins."


async def _report(house: House, record: OnboardingRecord) -> str:
    await ensure_bot(house, record.id, record.bot_id, record.owner_id)
    await report(house, record)
    return "You have a message that says how it went."


async def _unsay(_house: House, _record: OnboardingRecord) -> str:
    return "There was nothing to take back."


async def _stop_welcome(house: House, record: OnboardingRecord) -> str:
    await house.workspaces.change(record.id, {"welcome": None})
    await welcome.stop_all(house, record.id)
    return "Nobody is welcomed any more."


async def _revoke(house: House, record: OnboardingRecord) -> str:
    revoked = await invitations.revoke_all(house, record.id, "The workspace was not set up.")
    return f"{revoked} invitations were revoked."


async def _remove_channels(house: House, record: OnboardingRecord) -> str:
    for member in await house.workspaces.members(
        record.id, after=None, limit=house.settings.members_per_channel
    ):
        await _expel(house, record, member[0])
    erased = await house.onboardings.erase_channels(record.id)
    return f"{len(erased)} channels were removed."


async def _expel(house: House, record: OnboardingRecord, user_id: UserId) -> None:
    for mine in await house.channels.memberships_of(user_id, record.id):
        await membership.expel(house, mine.channel_id, user_id, by=record.owner_id)


async def _close(house: House, record: OnboardingRecord) -> str:
    left = {"workspace_id": record.id}
    for member in await house.workspaces.members(
        record.id, after=None, limit=house.settings.members_per_channel
    ):
        await house.workspaces.remove_member(record.id, member[0])
        news = packet("workspace.left", left | {"user_id": member[0]})
        house.live.publish(Live(user_topic(member[0]), "workspace.left", news, user_id=member[0]))
    await house.users.remove_bot(record.bot_id)
    return "Nobody belongs to it any more."


async def _release(house: House, record: OnboardingRecord) -> str:
    await house.onboardings.erase_workspace(record.id)
    return "The address is free again."


_Taken = Callable[[House, OnboardingRecord], Awaitable[str]]
_TAKE: dict[StepName, _Taken] = {
    "address": _reserve,
    "workspace": _open,
    "channels": _make_channels,
    "invitations": _invite,
    "welcome": _welcome,
    "report": _report,
}
_TAKE_BACK: dict[StepName, _Taken] = {
    "address": _release,
    "workspace": _close,
    "channels": _remove_channels,
    "invitations": _revoke,
    "welcome": _stop_welcome,
    "report": _unsay,
}
