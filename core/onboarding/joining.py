"""Joining a workspace by an invitation: links for whoever holds them, mails for the one they were written to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from parlour.core.clock import now
from parlour.core.errors import (
    ConflictError,
    ForbiddenError,
    GoneError,
    InvalidError,
    NotFoundError,
    ParlourError,
)
from parlour.core.house import House
from parlour.core.ids import ChannelId, InvitationId, UserId, WorkspaceId, new_id
from parlour.core.model.onboarding import OPEN, InvitationRecord, InvitedRole
from parlour.core.model.people import Invitation, InvitationPreview, User, Workspace
from parlour.core.onboarding import first_steps
from parlour.core.onboarding.invitations import check_channels, check_guest
from parlour.core.onboarding.telling import show_invitation, tell_invitation
from parlour.core.people import guests, workspaces
from parlour.core.people.names import EMAIL
from parlour.core.people.rights import require
from parlour.core.people.tokens import hash_of, new_secret
from parlour.core.store.mongo import StoreError

ENDED = {
    "revoked": ("invitation_revoked", "This invitation was revoked. Ask for a new one."),
    "used_up": (
        "invitation_used_up",
        "As many people as were to have joined by this link. Ask for a new one.",
    ),
    "accepted": (
        "invitation_accepted",
        "This invitation was accepted already. Sign in to open the workspace.",
    ),
    "expired": ("invitation_expired", "The time of this invitation is over. Ask for a new one."),
}


class NewLink(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A link that lets people in: how many and at which e-mail domains (none: any), and for how many days.

    Guests come into `channel_ids` alone, and until `ends_at` if that is given; members also into the channels for all.
    """

    max_uses: int | None = None
    days: int | None = None
    domains: list[str] = []
    role: InvitedRole = "member"
    channel_ids: list[ChannelId] = []
    ends_at: datetime | None = None


async def make_link(house: House, inviter: UserId, workspace_id: WorkspaceId, wanted: NewLink) -> Invitation:
    """Make a link; its token is shown this once.

    Raises:
        NotFoundError: the workspace, or a channel, is out of the inviter's sight.
        ForbiddenError: `missing_right`: for members `member.invite`, for guests `member.invite_guest`.
        InvalidError: naming the limit.
    """
    right = "member.invite" if wanted.role == "member" else "member.invite_guest"
    await require(house, workspace_id, inviter, right)  # type: ignore[arg-type]
    check_guest(wanted.role, wanted.channel_ids, wanted.ends_at)
    await check_channels(house, inviter, workspace_id, wanted.channel_ids)
    token, made = new_secret(), now()
    record = InvitationRecord(
        id=InvitationId(new_id()),
        workspace_id=workspace_id,
        kind="link",
        token_hash=hash_of(token),
        invited_by=inviter,
        created_at=made,
        expires_at=made + timedelta(days=_days(house, wanted.days)),
        state="active",
        role=wanted.role,
        channel_ids=wanted.channel_ids,
        ends_at=wanted.ends_at,
        handed=True,
        max_uses=_uses(house, wanted.max_uses),
        domains=_domains(house, wanted.domains),
    )
    kept = timedelta(days=house.settings.invitations_kept_days)
    await house.invitations.add([record], kept_until=record.expires_at + kept)
    await house.audit.note(workspace_id, inviter, "invitation.made", record.id, _in_words(record))
    await first_steps.done(house, inviter, "invite", workspace_id)
    return Invitation(
        id=record.id,
        token=token,
        url=f"{house.settings.address}/invite/{token}",
        expires_at=record.expires_at,
    )


def _in_words(record: InvitationRecord) -> str:
    uses = "any number of people" if record.max_uses is None else f"{record.max_uses} people"
    domains = f" at {', '.join(record.domains)}" if record.domains else ""
    return f"A link for {uses}{domains} as {record.role}s, until {record.expires_at:%Y-%m-%d %H:%M} UTC."


def _days(house: House, days: int | None) -> int:
    most = house.settings.invite_days_max
    if days is not None and not 1 <= days <= most:
        raise InvalidError.field("days", f"A link can be used for 1 to {most} days (invite_days_max).")
    return days or house.settings.invite_days


def _uses(house: House, uses: int | None) -> int | None:
    most = house.settings.invite_uses_max
    if uses is not None and not 1 <= uses <= most:
        raise InvalidError.field("max_uses", f"A link lets 1 to {most} people in (invite_uses_max).")
    return uses


def _domains(house: House, domains: Sequence[str]) -> list[str]:
    most = house.settings.invite_domains_max
    if len(domains) > most:
        raise InvalidError.field("domains", f"A link names at most {most} domains (invite_domains_max).")
    folded = [domain.strip().removeprefix("@").casefold() for domain in domains]
    wrong = next((domain for domain in folded if not EMAIL.fullmatch(f"a@{domain}")), None)
    if wrong is not None:
        raise InvalidError.field("domains", f"{wrong} is not a domain, such as example.com.")
    return list(dict.fromkeys(folded))


async def preview(house: House, token: str) -> InvitationPreview:
    """Return what whoever holds an invitation may know before joining; one by e-mail counts as opened by that.

    Raises:
        NotFoundError: it does not exist.
        GoneError: `invitation_expired`, `invitation_revoked`, `invitation_used_up` or `invitation_accepted`.
    """
    record = await _usable(house, token)
    name = await house.workspaces.name_of(record.workspace_id)
    if name is None:
        raise _unknown()
    names = await house.users.names([record.invited_by])
    if record.kind == "email" and record.opened_at is None:
        await _opened(house, record)
    return InvitationPreview(
        workspace=name,
        invited_by=names.get(record.invited_by, "someone"),
        expires_at=record.expires_at,
        email=record.email,
        domains=record.domains,
        role=record.role,
    )


async def _opened(house: House, record: InvitationRecord) -> None:
    state = record.state if record.state == "queued" else "opened"
    kept = await house.invitations.change(record, opened_at=now(), state=state)
    if kept is not None:
        show_invitation(house, kept)


async def accept(house: House, user_id: UserId, token: str) -> Workspace:
    """Join by an invitation; joining again changes nothing.

    Raises:
        NotFoundError: it does not exist.
        GoneError: as for `preview`.
        ForbiddenError: `other_account` (it was written to another address), `other_domain`, or `email_unverified`.
        ConflictError: `too_many_workspaces` (setting `workspaces_per_person`).
    """
    record = await _found(house, token)
    already = await house.workspaces.get(record.workspace_id, user_id)
    if already is not None and record.accepted_by in (None, user_id):
        return already
    record = await _usable(house, token)
    user = await house.users.by_id(user_id)
    if user is None:
        raise _unknown()
    _check_addressed(record, user)
    await _check_room(house, user_id)
    kept = await _count(house, record, user_id)
    try:
        workspace = await _admit(house, kept, user_id)
    except (ParlourError, StoreError):
        # Whoever was counted and did not get in may try again.
        await house.invitations.give_back(record, user_id)
        raise
    show_invitation(house, kept)
    if kept.kind == "email":
        tell_invitation(house, kept.id, kept.workspace_id)
    detail = f"{user.name} joined by an invitation {'by e-mail' if kept.email else 'link'}."
    await house.audit.note(kept.workspace_id, user_id, "invitation.accepted", kept.id, detail)
    await first_steps.done(house, kept.invited_by, "invite", kept.workspace_id)
    return workspace


def _check_addressed(record: InvitationRecord, user: User) -> None:
    """Check that an invitation is for this account."""
    if record.email is not None and record.email != user.email:
        raise ForbiddenError(
            "other_account",
            f"This invitation was written to {record.email}; you are signed in as {user.email}.",
        )
    if record.domains and user.email.rpartition("@")[2] not in record.domains:
        at = " or ".join(f"@{domain}" for domain in record.domains)
        raise ForbiddenError(
            "other_domain", f"This link is for addresses ending in {at}; you are signed in as {user.email}."
        )
    if record.domains and user.email_verified_at is None:
        raise ForbiddenError(
            "email_unverified",
            "Prove first that your e-mail address is yours, by the link in the mail you got.",
        )


async def _check_room(house: House, user_id: UserId) -> None:
    most = house.settings.workspaces_per_person
    if len(await house.workspaces.of(user_id)) >= most:
        raise ConflictError(
            "too_many_workspaces", f"A person has at most {most} workspaces (workspaces_per_person)."
        )


async def _count(house: House, record: InvitationRecord, user_id: UserId) -> InvitationRecord:
    """Put on record that somebody joins; of two who are the last one, the first does.

    Raises:
        GoneError: somebody else was faster.
    """
    if record.kind == "link":
        kept = await house.invitations.use(record, user_id)
    else:
        expected = {"state": {"$in": list(OPEN)}}
        kept = await house.invitations.change(
            record, expected, state="accepted", accepted_at=now(), accepted_by=user_id, words="Accepted."
        )
    if kept is None:
        raise _gone("used_up" if record.kind == "link" else "accepted")
    return kept


async def _admit(house: House, record: InvitationRecord, user_id: UserId) -> Workspace:
    if record.role == "guest":
        return await guests.admit(
            house,
            record.workspace_id,
            user_id,
            record.channel_ids,
            record.ends_at,
            invited_by=record.invited_by,
        )
    workspace = await workspaces.admit(house, record.workspace_id, user_id)
    await workspaces.bring_into(house, record.workspace_id, user_id, record.channel_ids, by=record.invited_by)
    return workspace


async def _usable(house: House, token: str) -> InvitationRecord:
    record = await _found(house, token)
    if record.state not in OPEN:
        raise _gone(record.state)
    if record.expires_at <= now():
        raise _gone("expired")
    return record


async def _found(house: House, token: str) -> InvitationRecord:
    record = await house.invitations.by_token(hash_of(token))
    if record is None:
        raise _unknown()
    return record


def _gone(state: str) -> GoneError:
    return GoneError(*ENDED[state])


def _unknown() -> NotFoundError:
    return NotFoundError("not_found", "There is no such invitation; its address may be incomplete.")
