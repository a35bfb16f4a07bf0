"""A person's own account: its password, its e-mail address, and the ways back into it."""

from msgspec import Struct

from parlour.api.auth import Verified
from parlour.api.routing import Answer, Call, Routes
from parlour.api.whence import whence
from parlour.core.clock import now
from parlour.core.people import accounts, addresses, credentials, doors, resets, verification

routes = Routes("Account")


class ForgottenPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose password is forgotten."""

    email: str


class NewPassword(Struct, frozen=True, forbid_unknown_fields=True):
    """The `token` of a mail's link, and the password that is to be."""

    token: str
    password: str


class PasswordChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The present password, and the new one."""

    present: str
    password: str


class EmailChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The new address, and the present password."""

    email: str
    password: str


class MailToken(Struct, frozen=True, forbid_unknown_fields=True):
    """The `token` of a mail's link."""

    token: str


class Asked(Struct, frozen=True):
    """A mail is on its way to `email`, and what it says works for `expires_in` seconds."""

    email: str
    expires_in: int


@routes.add(
    "POST",
    "/api/v1/auth/password-reset",
    who="anyone",
    summary="Have a link mailed by which a new password is chosen",
    body=ForgottenPassword,
    answers={202: Asked},
    errors=(422, 429),
)
async def ask_for_password_reset(call: Call) -> Answer:
    """Answer the same whether the address has an account or not; only its mails tell."""
    given, (address, _) = call.body(ForgottenPassword), whence(call.request)
    await doors.ask_for_mail(call.house, address)
    await resets.ask(call.house, given.email)
    return Answer(202, Asked(given.email, call.house.settings.password_reset_minutes * 60))


@routes.add(
    "POST",
    "/api/v1/auth/password-reset/confirm",
    who="anyone",
    summary="Choose a new password by a mail's link; every session and token of the account ends",
    body=NewPassword,
    answers={204: None},
    errors=(410, 422, 429),
)
async def reset_password(call: Call) -> Answer:
    """The link works once. Nobody is signed in by it."""
    given, (address, _) = call.body(NewPassword), whence(call.request)
    await doors.try_link(call.house, address)
    await resets.confirm(call.house, given.token, given.password)
    return Answer(204)


@routes.add(
    "PUT",
    "/api/v1/me/password",
    who="signed in",
    summary="Change the password; every other session ends",
    body=PasswordChange,
    answers={204: None},
    errors=(409, 429),
)
async def change_password(call: Call) -> Answer:
    """It asks for the present one (`wrong_password`)."""
    given = call.body(PasswordChange)
    await credentials.change_password(call.house, call.signed_in, present=given.present, new=given.password)
    return Answer(204)


@routes.add(
    "PUT",
    "/api/v1/me/email",
    who="signed in",
    summary="Have a link mailed to a new address that makes it the account's",
    body=EmailChange,
    answers={202: Asked},
    errors=(409, 429),
)
async def change_email(call: Call) -> Answer:
    """Until the link is used nothing changes; the old address is told then."""
    given, (address, _) = call.body(EmailChange), whence(call.request)
    await doors.ask_for_mail(call.house, address)
    request = await addresses.ask_to_change(
        call.house, call.signed_in, email=given.email, password=given.password
    )
    seconds = round((request.expires_at - now()).total_seconds())
    return Answer(202, Asked(request.email, seconds))


@routes.add(
    "POST",
    "/api/v1/me/email/verification",
    who="signed in",
    summary="Have the link mailed again that confirms one's address",
    answers={202: Asked},
    errors=(429,),
)
async def ask_to_verify_email(call: Call) -> Answer:
    """Nothing is sent when it is confirmed already."""
    address, _ = whence(call.request)
    await doors.ask_for_mail(call.house, address)
    user = await accounts.me(call.house, call.user_id)
    await verification.ask_to_verify(call.house, user)
    return Answer(202, Asked(user.email, call.house.settings.verify_email_days * 86_400))


@routes.add(
    "POST",
    "/api/v1/auth/email/confirm",
    who="anyone",
    summary="Make the address to which a mail's link went that of the account",
    body=MailToken,
    answers={200: Verified},
    errors=(409, 410, 422, 429),
)
async def confirm_email(call: Call) -> Answer:
    """The link works once; the old address gets one by which it is taken back."""
    given, (address, _) = call.body(MailToken), whence(call.request)
    await doors.try_link(call.house, address)
    return Answer(200, Verified(await addresses.change(call.house, given.token)))


@routes.add(
    "POST",
    "/api/v1/auth/email/take-back",
    who="anyone",
    summary="Give an account its former address again; every session and token ends",
    body=MailToken,
    answers={200: Verified},
    errors=(409, 410, 422, 429),
)
async def take_back_email(call: Call) -> Answer:
    """The password opens nothing any more, and a link to choose a new one is mailed."""
    given, (address, _) = call.body(MailToken), whence(call.request)
    await doors.try_link(call.house, address)
    return Answer(200, Verified(await addresses.take_back(call.house, given.token)))
