"""Setting up a workspace: asked for, looked at, continued and undone. A workflow does it, `onboard/<workspace>`."""

import re
from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError
from parlour.core.house import House
from parlour.core.ids import UserId, WorkspaceId, new_id
from parlour.core.model.onboarding import Onboarding, OnboardingRecord, PlannedInvitee
from parlour.core.onboarding.steps import planned_steps, slug_taken, too_many
from parlour.core.onboarding.telling import LinkTo, shown, tell_onboarding
from parlour.core.onboarding.templates import checked_template
from parlour.core.people.names import checked_name, slug_of
from parlour.core.people.rights import may

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
LISTED = 50


class NewOnboarding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A workspace to set up: its name, its address (`slug`, else made of the name), its template, and who is invited.

    `welcome`: the bot welcomes everybody who joins, if the template has first steps.
    """

    name: str
    template: str
    slug: str | None = None
    invitations: list[PlannedInvitee] = []
    welcome: bool = True


async def begin(
    house: House,
    owner: UserId,
    wanted: NewOnboarding,
    link_to: LinkTo,
    *,
    workspace_id: WorkspaceId | None = None,
) -> Onboarding:
    """Have a workspace set up, with the caller as its owner; it goes on whatever dies meanwhile.

    Raises:
        InvalidError: the name, address, template or an invitation's channel cannot be taken.
        ConflictError: `slug_taken`, `too_many_workspaces`, or `too_many_onboardings` (setting `onboardings_at_once`).
    """
    record = await checked(house, owner, wanted, workspace_id=workspace_id)
    await house.onboardings.add(record)
    tell_onboarding(house, record)
    return shown(record, link_to)


async def checked(
    house: House, owner: UserId, wanted: NewOnboarding, *, workspace_id: WorkspaceId | None = None
) -> OnboardingRecord:
    """Return the record of a workspace that somebody could have set up now; raises as `begin`."""
    name, template = checked_name(wanted.name, house.settings), checked_template(wanted.template)
    slug = checked_slug(wanted.slug) if wanted.slug else None
    _check_invitations(house, wanted.invitations, {plan.name for plan in template.channels})
    if slug and await house.workspaces.is_slug_taken(slug):
        raise slug_taken(slug)
    await _check_room(house, owner)
    made = now()
    return OnboardingRecord(
        id=workspace_id or WorkspaceId(new_id()),
        owner_id=owner,
        name=name,
        slug=slug or slug_of(name),
        has_slug=slug is not None,
        template=template.id,
        bot_id=UserId(new_id()),
        created_at=made,
        updated_at=made,
        welcome=wanted.welcome,
        invitations=wanted.invitations,
        words="It goes on by itself: you may close this, and come back.",
        steps=planned_steps(),
    )


def checked_slug(slug: str) -> str:
    """Return an address as it is stored.

    Raises:
        InvalidError: it cannot be one.
    """
    if not SLUG.fullmatch(slug):
        raise InvalidError.field(
            "slug",
            "An address has 1 to 40 of a-z, 0-9 and hyphen, and neither begins nor ends with a hyphen.",
        )
    return slug


def _check_invitations(house: House, invitees: Sequence[PlannedInvitee], names: set[str]) -> None:
    most = house.settings.invitations_at_once
    if len(invitees) > most:
        raise InvalidError.field("invitations", f"At most {most} are invited at once (invitations_at_once).")
    for invitee in invitees:
        unknown = [name for name in invitee.channels if name not in names]
        if unknown:
            raise InvalidError.field("invitations", f"This template has no channel {unknown[0]}.")
        if invitee.role == "guest" and not invitee.channels:
            raise InvalidError.field("invitations", "A guest needs at least one channel.")


async def _check_room(house: House, owner: UserId) -> None:
    most = house.settings.workspaces_per_person
    if len(await house.workspaces.of(owner)) >= most:
        raise too_many(most)
    at_once = house.settings.onboardings_at_once
    if await house.onboardings.count_open(owner) >= at_once:
        raise ConflictError(
            "too_many_onboardings",
            f"You are setting up {at_once} workspaces already; wait until one is done (onboardings_at_once).",
        )


async def mine(house: House, owner: UserId, link_to: LinkTo) -> list[Onboarding]:
    """Return the workspaces that somebody set up lately, the newest first."""
    return [shown(record, link_to) for record in await house.onboardings.of(owner, limit=LISTED)]


async def get(house: House, asker: UserId, workspace_id: WorkspaceId, link_to: LinkTo) -> Onboarding:
    """Return how far a workspace is: for its owner, and for whoever sees its operations.

    Raises:
        NotFoundError: it is not theirs to see.
    """
    record = await _seen(house, asker, workspace_id)
    return shown(record, link_to)


async def go_on(house: House, actor: UserId, workspace_id: WorkspaceId, link_to: LinkTo) -> Onboarding:
    """Have a workspace that waits tried again.

    Raises:
        NotFoundError: it is not theirs to see.
        ConflictError: `onboarding_over`, or `not_waiting`.
    """
    record = await _acted_on(house, actor, workspace_id)
    if record.state != "waiting":
        raise ConflictError("not_waiting", "It does not wait for anybody: it goes on by itself.")
    await house.audit.note(
        workspace_id, actor, "onboarding.continued", workspace_id, f"Setting up {record.name} was continued."
    )
    kept = await house.onboardings.put_state(workspace_id, "running", "It goes on.", kept=_kept(house))
    tell_onboarding(house, kept or record, ask="continue")
    return shown(kept or record, link_to)


async def undo(house: House, actor: UserId, workspace_id: WorkspaceId, link_to: LinkTo) -> Onboarding:
    """Have all that was begun of a workspace taken back, in reverse.

    Raises:
        NotFoundError: it is not theirs to see.
        ConflictError: `onboarding_over`: a workspace that is set up is not taken away by this.
    """
    record = await _acted_on(house, actor, workspace_id)
    claimed = await house.onboardings.claim_undo(workspace_id, "It is being undone.")
    if claimed is None:
        raise _over(record)
    await house.audit.note(
        workspace_id, actor, "onboarding.undone", workspace_id, f"Setting up {record.name} was undone."
    )
    tell_onboarding(house, claimed, ask="undo")
    return shown(claimed, link_to)


def _over(record: OnboardingRecord) -> ConflictError:
    words = "It is set up." if record.state == "done" else "It was undone."
    return ConflictError("onboarding_over", f"{words} There is nothing left to do.")


async def _seen(house: House, asker: UserId, workspace_id: WorkspaceId) -> OnboardingRecord:
    record = await house.onboardings.get(workspace_id)
    if record is None or record.quick:
        raise NotFoundError.of("onboarding")
    if record.owner_id != asker and not await may(house, workspace_id, asker, "operations.act"):
        raise NotFoundError.of("onboarding")
    return record


async def _acted_on(house: House, actor: UserId, workspace_id: WorkspaceId) -> OnboardingRecord:
    record = await _seen(house, actor, workspace_id)
    if record.state in ("done", "undone"):
        raise _over(record)
    return record


def _kept(house: House) -> timedelta:
    return timedelta(days=house.settings.onboardings_kept_days)
