"""Seeing to one invitation by e-mail: its mail, the reminder halfway, its end. Its workflow asks again and again."""

from datetime import datetime, timedelta

from parlour.core.clock import now
from parlour.core.house import House
from parlour.core.ids import InvitationId, MailId, new_id
from parlour.core.model.mails import MailRecord
from parlour.core.model.onboarding import OPEN, InvitationRecord, InvitationState
from parlour.core.model.onboarding_promises import InvitationLook
from parlour.core.onboarding.invitations import link_of
from parlour.core.onboarding.telling import show_invitation
from parlour.core.people import mails


async def attend(house: House, invitation_id: InvitationId, at: datetime) -> InvitationLook:
    """Do what is due for an invitation as of `at`; return the mail to send now, or when to look again.

    Raises:
        UnavailableError: MongoDB does not answer.
    """
    record = await house.invitations.get(invitation_id)
    if record is None or record.state not in OPEN:
        state = record.state if record else "gone"
        return InvitationLook(state, f"It is over: {state.replace('_', ' ')}.")
    if record.expires_at <= at:
        return await _expire(house, record)
    if not record.wants_mail and _halfway(house, record, at):
        record = await house.invitations.change(record, wants_mail="invitation_reminder") or record
    if record.wants_mail:
        return await _mail(house, record)
    look_at = _next_look(house, record)
    await house.invitations.change(record, due_at=look_at, handed=True)
    return InvitationLook(record.state, _words(record, look_at), look_at=look_at)


async def _expire(house: House, record: InvitationRecord) -> InvitationLook:
    kept = await house.invitations.change(record, state="expired", words="Nobody accepted it in time.")
    if kept is None:
        return InvitationLook(record.state, "It changed meanwhile.", look_at=now())
    show_invitation(house, kept)
    return InvitationLook("expired", "Nobody accepted it in time.")


def _middle(record: InvitationRecord) -> datetime | None:
    """Return when half of the time is over since it was mailed."""
    if record.sent_at is None:
        return None
    return record.sent_at + (record.expires_at - record.sent_at) / 2


def _halfway(house: House, record: InvitationRecord, at: datetime) -> bool:
    middle = _middle(record)
    wanted = house.settings.invitation_reminders and record.reminded_at is None
    return wanted and record.state != "bounced" and middle is not None and middle <= at


def _next_look(house: House, record: InvitationRecord) -> datetime:
    middle = _middle(record)
    wanted = house.settings.invitation_reminders and record.reminded_at is None
    is_coming = wanted and record.state != "bounced" and middle is not None
    return min(middle, record.expires_at) if is_coming and middle is not None else record.expires_at


def _words(record: InvitationRecord, look_at: datetime) -> str:
    following = "It ends" if look_at == record.expires_at else "A reminder follows"
    return f"{record.words} {following} on {look_at:%-d %b %H:%M} UTC."


async def _mail(house: House, record: InvitationRecord) -> InvitationLook:
    """Store the mail that is wanted, once, and return it for the workflow to send."""
    if record.mail_id is None:
        record = await house.invitations.change(record, mail_id=new_id()) or record
    if record.mail_id is None:
        return InvitationLook(record.state, "It changed meanwhile.", look_at=now())
    mail_id = MailId(record.mail_id)
    if await house.account_mails.get(mail_id) is None:
        inviter = (await house.users.names([record.invited_by])).get(record.invited_by, "Somebody")
        workspace = await house.workspaces.name_of(record.workspace_id) or "a workspace"
        await mails.store(
            house,
            record.wants_mail or "invitation",
            record.email or "",
            mail_id=mail_id,
            until=record.expires_at,
            workspace_id=record.workspace_id,
            inviter=inviter,
            workspace=workspace,
            link=link_of(house.settings, record.id),
            lasts=_lasts(record),
        )
    # While its workflow sends it, the sweep leaves it alone.
    await house.invitations.change(
        record, due_at=now() + timedelta(seconds=house.settings.mail_retry_for), handed=True
    )
    return InvitationLook(record.state, "Its mail is on its way.", mail_id=mail_id)


def _lasts(record: InvitationRecord) -> str:
    days = max(1, round((record.expires_at - now()) / timedelta(days=1)))
    return "a day" if days == 1 else f"{days} days"


async def mailed(house: House, invitation_id: InvitationId, mail_id: MailId) -> InvitationLook:
    """Put on record what became of an invitation's mail."""
    record = await house.invitations.get(invitation_id)
    mail = await house.account_mails.get(mail_id)
    if record is None or mail is None or record.mail_id != mail_id or record.state not in OPEN:
        return InvitationLook(record.state if record else "gone", "It changed meanwhile.", look_at=now())
    kept = await house.invitations.change(
        record,
        {"mail_id": mail_id, "state": {"$in": list(OPEN)}},
        mail_id=None,
        wants_mail=None,
        state=_state_after(record, mail),
        words=_words_after(record, mail),
        **_marks_after(record, mail),
    )
    if kept is not None:
        show_invitation(house, kept)
    return InvitationLook((kept or record).state, (kept or record).words, look_at=now())


def _state_after(record: InvitationRecord, mail: MailRecord) -> InvitationState:
    if mail.state != "sent":
        return record.state if record.state == "opened" else "bounced"
    if record.wants_mail == "invitation_reminder" or (record.opened_at and not record.resends):
        return "opened" if record.opened_at else record.state
    return "resent" if record.resends else "sent"


def _words_after(record: InvitationRecord, mail: MailRecord) -> str:
    if mail.state == "sent":
        return "They were reminded." if record.wants_mail == "invitation_reminder" else "Mailed."
    return f"The mail did not reach them: {mail.outcome or mail.state.replace('_', ' ')}."


def _marks_after(record: InvitationRecord, mail: MailRecord) -> dict[str, object]:
    if mail.state != "sent":
        return {"reminded_at": now()} if record.wants_mail == "invitation_reminder" else {}
    if record.wants_mail == "invitation_reminder":
        return {"reminded_at": now(), "mails": record.mails + 1}
    return {"sent_at": now(), "mails": record.mails + 1}
