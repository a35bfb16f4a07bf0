"""Invitations by e-mail: many at once, an answer for each address by name, and what can be done with each.

Each has a workflow, `invite/<id>`, which a pacing one of its workspace starts. The record is the truth.
"""

import hashlib
import hmac
from collections.abc import Container, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from parlour.core.clock import now
from parlour.core.errors import ConflictError, InvalidError, NotFoundError, TooManyError
from parlour.core.house import House
from parlour.core.ids import ChannelId, InvitationId, UserId, WorkspaceId, new_id
from parlour.core.model.onboarding import OPEN, InvitationEntry, InvitationRecord, Invited, Invitee
from parlour.core.model.page import Page
from parlour.core.model.rights import Right
from parlour.core.onboarding import first_steps
from parlour.core.onboarding.telling import LinkTo, show_invitation, tell_invitation, tell_invitations
from parlour.core.people.names import checked_email
from parlour.core.people.rights import may, require
from parlour.core.people.tokens import hash_of
from parlour.core.settings import Settings
from parlour.core.store.invitations import InvitationFilter

OTHERS: Right = "member.remove"
"""Who has it sees and ends the invitations of others, too."""
REVOKED_AT_ONCE = 500


async def invite_many(
    house: House, inviter: UserId, workspace_id: WorkspaceId, invitees: Sequence[Invitee]
) -> list[Invited]:
    """Invite people by e-mail, and return what became of each, in the same order: none is passed over in silence.

    Raises:
        NotFoundError: the workspace, or a channel, is out of the inviter's sight.
        ForbiddenError: `missing_right`: for members `member.invite`, for guests `member.invite_guest`.
        InvalidError: a guest without a channel, or with an end that is over.
    """
    await check_may(house, inviter, workspace_id, invitees)
    answers, wanted = await _sorted_out(house, workspace_id, invitees)
    records = [_record(house, inviter, workspace_id, each, at) for at, each in enumerate(wanted.values())]
    added = await house.invitations.add(records, kept_until=_kept_until(house, records))
    made = {record.email: record for record in records}
    answers = [_told(each, made, added) if each.state == "queued" else each for each in answers]
    if added:
        await _note(house, inviter, workspace_id, len(added))
        await first_steps.done(house, inviter, "invite", workspace_id)
        tell_invitations(house, workspace_id)
    return answers


async def check_may(
    house: House, inviter: UserId, workspace_id: WorkspaceId, invitees: Sequence[Invitee]
) -> None:
    """Check that somebody may invite these people; raises as `invite_many`."""
    roles = {each.role for each in invitees} or {"member"}
    for role in roles:
        await require(
            house, workspace_id, inviter, "member.invite" if role == "member" else "member.invite_guest"
        )
    for each in invitees:
        check_guest(each.role, each.channel_ids, each.ends_at)
    await check_channels(house, inviter, workspace_id, [i for each in invitees for i in each.channel_ids])


def check_guest(role: str, channel_ids: Sequence[ChannelId], ends_at: datetime | None) -> None:
    """Check that a guest has somewhere to be, and that members have no end.

    Raises:
        InvalidError: not so.
    """
    if role == "guest" and not channel_ids:
        raise InvalidError.field("channel_ids", "A guest needs at least one channel.")
    if role != "guest" and ends_at is not None:
        raise InvalidError.field("ends_at", "Only a guest's place has an end.")
    if ends_at is not None and (ends_at.tzinfo is None or ends_at <= now()):
        raise InvalidError.field(
            "ends_at", "This is to be a time to come, with its offset from UTC, such as Z."
        )


async def check_channels(
    house: House, inviter: UserId, workspace_id: WorkspaceId, channel_ids: Sequence[ChannelId]
) -> None:
    """Check that somebody may bring others into channels: those of the workspace that they are in.

    Raises:
        NotFoundError: one of them is not.
    """
    for channel_id in dict.fromkeys(channel_ids):
        access = await house.access.get(channel_id, inviter)
        channel = await house.channels.get(channel_id) if access else None
        if access is None or channel is None or access.workspace_id != workspace_id:
            raise NotFoundError.of("channel")
        if channel.kind not in ("public", "private"):
            raise NotFoundError.of("channel")


async def _sorted_out(
    house: House, workspace_id: WorkspaceId, invitees: Sequence[Invitee]
) -> tuple[list[Invited], dict[str, Invitee]]:
    """Return an answer for each address, and who is to be invited, by address."""
    folded = [_folded(house, each.email) for each in invitees]
    known = [email for email in folded if email]
    members = await _members(house, workspace_id, known)
    open_already = await house.invitations.open_emails(workspace_id, known)
    room = max(0, house.settings.invitations_open - await house.invitations.count_open(workspace_id))
    answers: list[Invited] = []
    wanted: dict[str, Invitee] = {}
    for email, each in zip(folded, invitees, strict=True):
        if email is None:
            answers.append(_answer(each.email, "invalid", "This is not an e-mail address."))
        elif email in wanted:
            answers.append(_answer(email, "duplicate", "This address is in the list more than once."))
        elif email in members:
            answers.append(_answer(email, "member_already", "They belong to this workspace already."))
        elif email in open_already:
            answers.append(_invited_already(email))
        elif refusal := _over_limit(house, len(wanted), room):
            answers.append(_answer(email, "over_limit", refusal))
        else:
            wanted[email] = replace(each, email=email)
            answers.append(_answer(email, "queued", "Their mail is on its way."))
    return answers, wanted


def _over_limit(house: House, count: int, room: int) -> str:
    most = house.settings.invitations_at_once
    if count >= most:
        return f"At most {most} are invited at once (invitations_at_once). Invite the others in a moment."
    if count >= room:
        most = house.settings.invitations_open
        return f"A workspace has at most {most} open invitations (invitations_open). Revoke some, or wait."
    return ""


def _folded(house: House, email: str) -> str | None:
    try:
        return checked_email(email, house.settings)
    except InvalidError:
        return None


async def _members(house: House, workspace_id: WorkspaceId, emails: Sequence[str]) -> set[str]:
    users = await house.users.ids_of_emails(emails)
    members = await house.workspaces.among_members(workspace_id, users.values())
    return {email for email, user_id in users.items() if user_id in members}


def _answer(email: str, state: str, detail: str) -> Invited:
    return Invited(email=email, state=state, detail=detail)  # type: ignore[arg-type]


def _invited_already(email: str) -> Invited:
    return _answer(email, "invited_already", "They have an open invitation; send that again instead.")


def _told(
    answer: Invited, made: Mapping[str | None, InvitationRecord], added: Container[InvitationId]
) -> Invited:
    """Return the answer for somebody whose invitation was to be stored; another request may have been faster."""
    record = made[answer.email]
    return replace(answer, invitation_id=record.id) if record.id in added else _invited_already(answer.email)


def _record(
    house: House, inviter: UserId, workspace_id: WorkspaceId, invitee: Invitee, at: int
) -> InvitationRecord:
    made, invitation_id = now(), InvitationId(new_id())
    pause = timedelta(minutes=1 / house.settings.invitations_per_minute)
    return InvitationRecord(
        id=invitation_id,
        workspace_id=workspace_id,
        kind="email",
        token_hash=hash_of(token_of(house.settings, invitation_id)),
        invited_by=inviter,
        created_at=made,
        expires_at=made + timedelta(days=house.settings.invite_days),
        state="queued",
        role=invitee.role,
        channel_ids=invitee.channel_ids,
        ends_at=invitee.ends_at,
        email=invitee.email,
        words="Waiting for its turn.",
        wants_mail="invitation",
        due_at=made + pause * at,
    )


def token_of(settings: Settings, invitation_id: InvitationId) -> str:
    """Return the secret in the link of an invitation by e-mail: derived, so that its mails need not be kept for it."""
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, f"invitation\n{invitation_id}".encode(), hashlib.sha256).hexdigest()


def link_of(settings: Settings, invitation_id: InvitationId) -> str:
    """Return the link of an invitation by e-mail."""
    return f"{settings.address}/invite/{token_of(settings, invitation_id)}"


def _kept_until(house: House, records: Sequence[InvitationRecord]) -> datetime:
    last = max((record.expires_at for record in records), default=now())
    return last + timedelta(days=house.settings.invitations_kept_days)


async def _note(house: House, inviter: UserId, workspace_id: WorkspaceId, count: int) -> None:
    words = "1 person was invited by e-mail." if count == 1 else f"{count} people were invited by e-mail."
    await house.audit.note(workspace_id, inviter, "invitation.made", workspace_id, words)


async def page(
    house: House,
    asker: UserId,
    workspace_id: WorkspaceId,
    wanted: InvitationFilter,
    link_to: LinkTo,
    *,
    before: str | None,
    limit: int,
) -> Page[InvitationEntry]:
    """Return a page of invitations, the newest first: one's own, or everybody's for who may remove members.

    Raises:
        NotFoundError: the workspace is not the asker's.
        ForbiddenError: `missing_right`.
    """
    await require(house, workspace_id, asker, "member.invite")
    if not await may(house, workspace_id, asker, OTHERS):
        wanted = replace(wanted, invited_by=asker)
    found = await house.invitations.page(workspace_id, wanted, before=before, limit=limit + 1)
    items = [entry(record, link_to) for record in found[:limit]]
    return Page(items, items[-1].id if len(found) > limit else None)


def entry(record: InvitationRecord, link_to: LinkTo | None = None) -> InvitationEntry:
    """Return an invitation as those see it who manage it."""
    is_over = record.state in OPEN and record.expires_at <= now()
    return InvitationEntry(
        id=record.id,
        kind=record.kind,
        state="expired" if is_over else record.state,
        role=record.role,
        invited_by=record.invited_by,
        created_at=record.created_at,
        expires_at=record.expires_at,
        email=record.email,
        channel_ids=record.channel_ids,
        words=record.words,
        mails=record.mails,
        sent_at=record.sent_at,
        reminded_at=record.reminded_at,
        opened_at=record.opened_at,
        accepted_at=record.accepted_at,
        accepted_by=record.accepted_by,
        max_uses=record.max_uses,
        uses=record.uses,
        domains=record.domains,
        workflow=link_to(f"invite/{record.id}") if link_to and record.kind == "email" else None,
    )


async def resend(
    house: House, actor: UserId, workspace_id: WorkspaceId, invitation_id: InvitationId, link_to: LinkTo
) -> InvitationEntry:
    """Have an invitation mailed again, and its time begin anew.

    Raises:
        NotFoundError: there is none, or it is not the actor's to send.
        ConflictError: `invitation_over`, or `not_by_mail`.
        TooManyError: it was mailed within the last minute.
    """
    record = await _managed(house, actor, workspace_id, invitation_id)
    if record.kind != "email":
        raise ConflictError("not_by_mail", "This is a link, which is not mailed.")
    if record.state in ("accepted", "revoked"):
        raise _over(record)
    if record.wants_mail or record.mail_id:
        raise TooManyError("mail_under_way", "Its mail is on its way already.", retry_after=10)
    if record.sent_at and now() - record.sent_at < timedelta(minutes=1):
        raise TooManyError("mailed_just_now", "It was mailed within the last minute.", retry_after=60)
    made = now()
    kept = await house.invitations.reopen(
        record,
        state=record.state if record.state != "expired" else "queued",
        wants_mail="invitation",
        resends=record.resends + 1,
        expires_at=made + timedelta(days=house.settings.invite_days),
        due_at=made,
        reminded_at=None,
        words="Its mail is to be sent again.",
    )
    if kept is None:
        raise ConflictError("invitation_changed", "It changed meanwhile. Look again.")
    await house.audit.note(
        workspace_id,
        actor,
        "invitation.resent",
        record.id,
        f"The invitation of {record.email} was sent again.",
    )
    tell_invitation(house, kept.id, workspace_id)
    show_invitation(house, kept)
    return entry(kept, link_to)


async def revoke(
    house: House, actor: UserId, workspace_id: WorkspaceId, invitation_id: InvitationId, link_to: LinkTo
) -> InvitationEntry:
    """End an invitation: its link lets nobody in any more. Again changes nothing.

    Raises:
        NotFoundError: there is none, or it is not the actor's to end.
        ConflictError: `invitation_over`: it was accepted or used up.
    """
    record = await _managed(house, actor, workspace_id, invitation_id)
    if record.state == "revoked":
        return entry(record, link_to)
    kept = await _end(house, record, "It was revoked.")
    if kept is None:
        raise _over(await _managed(house, actor, workspace_id, invitation_id))
    what = f"The invitation of {record.email}" if record.email else "An invitation link"
    await house.audit.note(workspace_id, actor, "invitation.revoked", record.id, f"{what} was revoked.")
    return entry(kept, link_to)


async def revoke_all(house: House, workspace_id: WorkspaceId, words: str) -> int:
    """End all open invitations of a workspace; return how many there were."""
    revoked = 0
    while found := await house.invitations.open_of(workspace_id, limit=REVOKED_AT_ONCE):
        for record in found:
            revoked += await _end(house, record, words) is not None
    return revoked


async def _end(house: House, record: InvitationRecord, words: str) -> InvitationRecord | None:
    expected = {"state": {"$in": list(OPEN)}}
    kept = await house.invitations.change(record, expected, state="revoked", words=words)
    if kept is not None:
        show_invitation(house, kept)
        if kept.kind == "email":
            tell_invitation(house, kept.id, kept.workspace_id)
    return kept


async def _managed(
    house: House, actor: UserId, workspace_id: WorkspaceId, invitation_id: InvitationId
) -> InvitationRecord:
    await require(house, workspace_id, actor, "member.invite")
    record = await house.invitations.get(invitation_id)
    if record is None or record.workspace_id != workspace_id:
        raise NotFoundError.of("invitation")
    if record.invited_by != actor and not await may(house, workspace_id, actor, OTHERS):
        raise NotFoundError.of("invitation")
    return record


def _over(record: InvitationRecord) -> ConflictError:
    return ConflictError("invitation_over", f"This invitation is over: {record.state.replace('_', ' ')}.")
