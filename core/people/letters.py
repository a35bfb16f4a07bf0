"""What an account mail says, known only when it is sent: whether there is an account, the worker alone looks up."""

from datetime import timedelta

from parlour.core.house import House
from parlour.core.ids import RequestId
from parlour.core.model.account_requests import AccountRequest
from parlour.core.model.mails import MailKind, MailRecord
from parlour.core.outside.letter import Letter
from parlour.core.people.mails import words_of
from parlour.core.people.proofs import code_of, lasts, link

PAGES: dict[MailKind, str] = {
    "sign_up": "verify-email",
    "verify_email": "verify-email",
    "confirm_email": "confirm-email",
    "email_changed": "take-back-email",
}
"""The pages to which the links of requests lead."""
LIMITED: tuple[MailKind, ...] = (
    "sign_up",
    "verify_email",
    "confirm_email",
    "reset_password",
    "unknown_browser",
)
"""What anybody can have sent to an address that they typed, or programs by each of their sign-ins."""
ONCE: tuple[MailKind, ...] = ("code_used_again",)
"""What is said once, and not again within the hour."""
WITHIN = timedelta(hours=1)
ENOUGH = "enough mails of this kind were sent to this address within the hour"
OVER = "what it was about is over"
NO_ACCOUNT = "there is no account with this address"
TAKEN = "another account has this address"


async def letter_for(house: House, record: MailRecord) -> Letter | str:
    """Return what a mail says, or in one sentence why there is nothing to say.

    Raises:
        UnsealError: its words cannot be read.
    """
    words = words_of(house, record)
    if await _were_enough(house, record):
        return ENOUGH
    if record.kind == "reset_password":
        return await _reset(house, record, words)
    if record.kind in PAGES:
        return await _of_request(house, record, words)
    return _letter(record, words)


async def _were_enough(house: House, record: MailRecord) -> bool:
    """Return whether an address gets no more of them; those that came before still work."""
    if record.kind not in LIMITED + ONCE:
        return False
    most = 1 if record.kind in ONCE else house.settings.mails_per_hour
    since = record.created_at - WITHIN
    return await house.account_mails.count_between(record.to, record.kind, since, record.created_at) > most


async def _reset(house: House, record: MailRecord, words: dict[str, str]) -> Letter | str:
    found = await house.users.by_email(record.to)
    if found is None:
        return NO_ACCOUNT
    user, _ = found
    # By the id of the mail: another attempt at it is the same link.
    request = AccountRequest(
        id=RequestId(record.id),
        kind="reset_password",
        email=user.email,
        user_id=user.id,
        created_at=record.created_at,
        expires_at=record.until,
    )
    await house.account_requests.add(request)
    return _letter(
        record, words | {"link": link(house.settings, "reset-password", request), "name": user.name}
    )


async def _of_request(house: House, record: MailRecord, words: dict[str, str]) -> Letter | str:
    request = await house.account_requests.get(RequestId(words["request"]))
    if request is None or not lasts(request):
        return OVER
    linked = words | {"link": link(house.settings, PAGES[record.kind], request)}
    if record.kind in ("sign_up", "confirm_email") and await house.users.by_email(record.to):
        return _account_exists(house, record) if record.kind == "sign_up" else TAKEN
    if record.kind == "sign_up":
        linked["code"] = code_of(house.settings, request)
        await house.account_requests.mailed(request.id)
    return _letter(record, linked)


def _account_exists(house: House, record: MailRecord) -> Letter:
    home = house.settings.address
    words = {"link": f"{home}/sign-in", "reset": f"{home}/forgot-password"}
    return Letter(mail_id=record.id, kind="account_exists", to_name="", to_email=record.to, words=words)


def _letter(record: MailRecord, words: dict[str, str]) -> Letter:
    return Letter(
        mail_id=record.id,
        kind=record.kind,
        to_name=words.get("name", record.to_name),
        to_email=record.to,
        words=words,
    )
